/**
 * The servers that are measured: ours, from the build, and a Valkey or Redis found on this machine: in
 * VALKEY_DIR/src, else on the path. `--ours=COMMAND` and `--peer=COMMAND` name others, `{port}` standing for the
 * port: to compare two builds of our own, for example.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { root } from '../workspace.ts'
import type { Arguments } from './arguments.ts'
import { Connection } from './connection.ts'

/** Of /proc/PID/stat; the same on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100

export interface Program {
  readonly title: string
  readonly command: readonly string[]
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function foundProgram(names: readonly string[]): string | undefined {
  const folders = process.env.VALKEY_DIR === undefined ? [] : [join(process.env.VALKEY_DIR, 'src')]
  folders.push(...(process.env.PATH ?? '').split(delimiter))
  for (const folder of folders) {
    for (const name of names) if (executable(join(folder, name))) return join(folder, name)
  }
  return undefined
}

const given = (title: string, command: string): Program => ({ title, command: command.split(' ') })

export function ourServer(args: Arguments): Program {
  const command = args.options.get('ours')
  if (command !== undefined) return given('ours', command)
  const cli = join(root, 'packages', 'server', 'dist', 'cli.js')
  return { title: 'ours', command: [process.execPath, cli, '--port', '{port}', '--save', '', '--dir', '{dir}'] }
}

export function peerServer(args: Arguments): Program | undefined {
  const command = args.options.get('peer')
  if (command !== undefined) return given('peer', command)
  const path = foundProgram(['valkey-server', 'redis-server'])
  if (path === undefined) return undefined
  const command_ = [path, '--port', '{port}', '--save', '', '--appendonly', 'no', '--dir', '{dir}']
  return { title: path.includes('redis') ? 'redis' : 'valkey', command: command_ }
}

/** The peer's own load generator, which then drives both servers. */
export function benchmarkTool(peer: Program | undefined): string | undefined {
  const beside = peer?.command[0]?.replace(/-server$/, '-benchmark')
  if (beside?.endsWith('-benchmark') && executable(beside)) return beside
  return foundProgram(['valkey-benchmark', 'redis-benchmark'])
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export class MeasuredServer {
  readonly title: string
  readonly port: number
  readonly connection: Connection
  readonly #child: ChildProcess
  readonly #pid: number
  readonly #directory: string

  private constructor(
    title: string,
    port: number,
    connection: Connection,
    child: ChildProcess,
    pid: number,
    dir: string,
  ) {
    this.title = title
    this.port = port
    this.connection = connection
    this.#child = child
    this.#pid = pid
    this.#directory = dir
  }

  /** Starts a program in an empty folder and waits until it answers. */
  static async start({ title, command }: Program): Promise<MeasuredServer> {
    const port = await freePort()
    const directory = mkdtempSync(join(tmpdir(), 'kvasir-bench-'))
    const words = command.map((word) => word.replace('{port}', String(port)).replace('{dir}', directory))
    const child = spawn(words[0] as string, words.slice(1), { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
    // However this process ends, the server does not outlive it.
    const kill = (): boolean => child.kill('SIGKILL')
    process.once('exit', kill)
    child.once('exit', () => process.off('exit', kill))
    const connection = await Promise.race([
      Connection.open(port),
      once(child, 'exit').then(() => Promise.reject(new Error(`${words.join(' ')} did not start`))),
    ])
    const pid = await connection.info('server', 'process_id')
    return new MeasuredServer(title, port, connection, child, pid, directory)
  }

  /** CPU time of the whole process, user and system, microseconds. */
  async cpuUs(): Promise<number> {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${this.#pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
      return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND
    }
    const user = await this.connection.info('cpu', 'used_cpu_user')
    const system = await this.connection.info('cpu', 'used_cpu_sys')
    return (user + system) * 1e6
  }

  /** Resident memory of the process, bytes. */
  async residentBytes(): Promise<number> {
    if (process.platform !== 'linux') return this.connection.info('memory', 'used_memory_rss')
    const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.#pid}/status`, 'latin1'))
    return Number(line?.[1]) * 1024
  }

  async stop(): Promise<void> {
    this.connection.close()
    const gone = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined
    this.#child.kill('SIGKILL')
    await gone
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Where a program lies, for the heading. */
export const programPath = ({ command }: Program): string =>
  command.length > 1 && command[0] === process.execPath ? dirname(command[1] as string) : (command[0] as string)
