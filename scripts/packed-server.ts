/**
 * The server as a new user meets it: in an empty folder, `npm install` of its tarball and of two modules, a
 * configuration file that names them, and commands over a socket.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

const TIMEOUT_MS = 20_000
const INSTALLED = ['bloom', 'core', 'json', 'module-api', 'protocol', 'server']
const isWindows = process.platform === 'win32'

/** Requests and the bytes of their replies. */
const SESSION: readonly (readonly [request: string, reply: string])[] = [
  [`JSON.SET user $ '{"name":"Ann","tags":["a","b"]}'`, '+OK\r\n'],
  ['JSON.GET user $.tags[-1]', '$5\r\n["b"]\r\n'],
  ['BF.ADD seen ann@example.com', ':1\r\n'],
  ['BF.EXISTS seen ann@example.com', ':1\r\n'],
  ['BF.EXISTS seen bob@example.com', ':0\r\n'],
  ['TYPE user', '+ReJSON-RL\r\n'],
  ['DBSIZE', ':2\r\n'],
]

/** @returns what is wrong, line by line */
export async function serverWithModules(folder: string, tarballs: ReadonlyMap<string, string>): Promise<string[]> {
  mkdirSync(folder)
  const files = INSTALLED.map((name) => tarballs.get(`@kvasir/${name}`) ?? name)
  const options = ['--prefix', folder, '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const installed = spawnSync('npm', ['install', ...options, ...files], {
    cwd: folder,
    encoding: 'utf8',
    shell: isWindows,
  })
  if (installed.status !== 0) return ['npm install failed:', ...`${installed.stdout}${installed.stderr}`.split('\n')]
  const found = readdirSync(join(folder, 'node_modules', '@kvasir')).sort()
  const others = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.') && name !== '@kvasir')
  if (`${found}` !== `${INSTALLED}` || others.length > 0) {
    return [`${[...found, ...others]} are installed, and not ${INSTALLED}`]
  }

  const socketPath = isWindows ? '\\\\.\\pipe\\kvasir-packed' : join(folder, 'socket')
  const lines = ['port 0', `unixsocket ${socketPath}`, 'loadmodule @kvasir/json', 'loadmodule @kvasir/bloom']
  writeFileSync(join(folder, 'kvasir.conf'), `${lines.join('\n')}\n`)
  const before = readdirSync(folder)
  const complaints = await converse(folder, socketPath)
  const left = readdirSync(folder).filter((name) => !before.includes(name))
  return left.length === 0 ? complaints : [...complaints, `the server leaves ${left} behind`]
}

/** Starts the server, sends all requests, and stops it by the last. */
async function converse(folder: string, socketPath: string): Promise<string[]> {
  const command = join(folder, 'node_modules', '.bin', isWindows ? 'kvasir.cmd' : 'kvasir')
  const server = spawn(command, ['kvasir.conf'], { cwd: folder, shell: isWindows })
  const timer = setTimeout(() => server.kill('SIGKILL'), TIMEOUT_MS)
  const log: string[] = []
  const replies: string[] = []
  whenReady(server, log, () => {
    const socket = connect(socketPath)
    socket.on('data', (bytes) => void replies.push(bytes.toString('latin1')))
    socket.on('error', (error) => void log.push(String(error)))
    socket.write([...SESSION.map(([request]) => request), 'SHUTDOWN NOSAVE', ''].join('\r\n'))
  })
  const code = await new Promise((done) => server.on('exit', done).on('error', done))
  clearTimeout(timer)
  const expected = SESSION.map(([, reply]) => reply).join('')
  if (code === 0 && replies.join('') === expected) return []
  const said = `ended with ${code} and answered ${JSON.stringify(replies.join(''))}, not ${JSON.stringify(expected)}`
  return [`the server ${said}`, ...log.join('').split('\n')]
}

function whenReady({ stdout, stderr }: ChildProcess, log: string[], ready: () => void): void {
  let isReady = false
  for (const stream of [stdout, stderr]) {
    stream?.on('data', (text) => {
      log.push(String(text))
      if (isReady || !log.join('').includes('Ready to accept connections')) return
      isReady = true
      ready()
    })
  }
}
