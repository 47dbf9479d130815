/**
 * The built server on the oldest Node.js that its package.json allows: it starts, loads a module, answers and shuts
 * down. That Node.js is fetched into `.tools/` once, from the packages that carry the pinned one. Where there is no
 * such package, nothing is tested.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureOldNode, root } from './toolchain.mjs'

const TIMEOUT_MS = 20_000

const { engines } = JSON.parse(readFileSync(join(root, 'packages', 'server', 'package.json'), 'utf8'))
const version = `${/\d+\.\d+/.exec(engines.node)[0]}.0`
const node = ensureOldNode(version)
if (node === undefined) {
  process.stdout.write(`there is no package with Node.js ${version} for this platform: nothing tested\n`)
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'kvasir-oldest-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const about = "summary: 'Answers.', since: '1.0.0', complexity: 'O(1)', flags: [], args: {}, reply: { type: 'string' }"
writeFileSync(
  join(folder, 'old.mjs'),
  `export default { name: 'old', version: '1.0.0', api: 1,
    commands: [{ name: 'OLD.NODE', ${about}, handler: () => process.version }] }`,
)

const cli = join(root, 'packages', 'server', 'dist', 'cli.js')
const socketPath = process.platform === 'win32' ? '\\\\.\\pipe\\kvasir-oldest' : join(folder, 'socket')
const args = ['--port', '0', '--unixsocket', socketPath, '--save', '', '--loadmodule', join(folder, 'old.mjs')]
const server = spawn(node, [cli, ...args], { cwd: folder })
let log = ''
let replies = ''
const requests = ['SET a 1', 'GET a', 'EXPIRE a 100', 'OLD.NODE', 'SHUTDOWN NOSAVE']
const expected = `+OK\r\n$1\r\n1\r\n:1\r\n$${version.length + 1}\r\nv${version}\r\n`

const timer = setTimeout(() => server.kill('SIGKILL'), TIMEOUT_MS)
for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => read(String(text)))

let socket
function read(text) {
  log += text
  if (socket !== undefined || !log.includes('Ready to accept connections')) return
  socket = connect(socketPath)
  socket.on('data', (bytes) => {
    replies += bytes
  })
  socket.on('error', () => {})
  socket.write(requests.map((request) => `${request}\r\n`).join(''))
}

server.on('exit', (code) => {
  clearTimeout(timer)
  if (code === 0 && replies === expected) return process.stdout.write(`the server works on Node.js v${version}\n`)
  process.stdout.write(`on Node.js v${version} the server ended with ${code} and answered ${JSON.stringify(replies)}\n`)
  process.stdout.write(log)
  process.exitCode = 1
})
