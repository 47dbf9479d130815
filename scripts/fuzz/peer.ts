/**
 * The other server: on a port that is given, or started from a command that is given or found: `--peer-command`, the
 * environment's KVASIR_FUZZ_PEER, or valkey-server and redis-server in VALKEY_DIR/src and on the path.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ServerTarget } from './target.ts'

const ATTEMPTS_MAX = 100

/** `{port}` and `{dir}` stand for a free port and an empty folder. */
const ARGUMENTS = ['--port', '{port}', '--save', '', '--appendonly', 'no', '--dir', '{dir}']
const DEBUG_ARGUMENTS = ['--enable-debug-command', 'local']

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @param command as given on the command line */
export function peerCommand(command = process.env.KVASIR_FUZZ_PEER): string[] | undefined {
  if (command !== undefined) {
    const words = command.split(' ').filter((word) => word !== '')
    return command.includes('{port}') ? words : [...words, ...ARGUMENTS, ...DEBUG_ARGUMENTS]
  }
  const folders = process.env.VALKEY_DIR === undefined ? [] : [join(process.env.VALKEY_DIR, 'src')]
  folders.push(...(process.env.PATH ?? '').split(delimiter))
  for (const folder of folders) {
    for (const name of ['valkey-server', 'redis-server']) {
      if (executable(join(folder, name))) return [join(folder, name), ...ARGUMENTS, ...DEBUG_ARGUMENTS]
    }
  }
  return undefined
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

export interface StartedServer {
  readonly target: ServerTarget
  stop(): Promise<void>
}

/** Connects to a server, and waits for it to listen. */
async function connected(title: string, port: number, child?: ChildProcess): Promise<ServerTarget> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ServerTarget.open(title, port)
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || child === undefined || child.exitCode !== null) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

export async function serverOnPort(title: string, port: number): Promise<StartedServer> {
  const target = await connected(title, port)
  return { target, stop: async () => target.close() }
}

export async function startServer(title: string, command: readonly string[]): Promise<StartedServer> {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), 'kvasir-fuzz-'))
  const words = command.map((word) => word.replace('{port}', String(port)).replace('{dir}', directory))
  const child = spawn(words[0] as string, words.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
  // However this process ends, the server does not outlive it.
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  const target = await connected(title, port, child)
  const stop = async (): Promise<void> => {
    target.close()
    const gone = child.exitCode === null ? once(child, 'exit') : undefined
    kill()
    await gone
    process.off('exit', kill)
    rmSync(directory, { recursive: true, force: true })
  }
  return { target, stop }
}
