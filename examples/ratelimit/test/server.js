// Starts the installed server with a configuration file, and talks to it over TCP.
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { encodeRequest, REPLY, ReplyParser, simpleValue } from '@kvasir/protocol'

const folder = fileURLToPath(new URL('..', import.meta.url))

function freePort() {
  return new Promise(resolve => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/** Runs `kvasir` with arguments. Resolves once it is ready, or with its exit code when it ends before. */
export async function startServer(...args) {
  const port = await freePort()
  const command = process.platform === 'win32' ? 'kvasir.cmd' : 'kvasir'
  const child = spawn(`node_modules/.bin/${command}`, [...args, '--port', String(port)], { cwd: folder })
  let output = ''
  const ended = new Promise(resolve => child.on('exit', code => resolve(code)))
  const ready = new Promise(resolve => {
    const read = chunk => {
      output += chunk
      if (output.includes('Ready to accept connections')) resolve(undefined)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
  })
  const exitCode = await Promise.race([ready, ended])
  return {
    port,
    exitCode,
    get output() {
      return output
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** A connection that answers one command at a time, with plain values. */
export async function connectTo(port) {
  const socket = connect(port, '127.0.0.1')
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  const parser = new ReplyParser({ strings: 'text' })
  let waiting
  socket.on('data', bytes => {
    parser.write(bytes)
    if (parser.parse() === REPLY) waiting(simpleValue(parser.reply))
  })
  return {
    send(...words) {
      socket.write(encodeRequest(words))
      return new Promise(resolve => {
        waiting = resolve
      })
    },
    close: () => socket.destroy(),
  }
}
