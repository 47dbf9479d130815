/** Load on a server, from a process of its own: its own kind's load generator, or ours where there is none. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../workspace.ts'

export const CONNECTIONS = 50

export interface Load {
  readonly pipeline: number
  /** What `__rand_int__` in the words stays below. */
  readonly keys: number
  readonly words: readonly string[]
}

/** Waits until the requests are answered. @returns requests per second, read off what the generator prints */
export async function load(
  tool: string | undefined,
  port: number,
  { pipeline, keys, words }: Load,
  requests: number,
): Promise<number> {
  if (tool === undefined) {
    const program = join(root, 'scripts', 'bench', 'load-generator.ts')
    const args = [program, port, CONNECTIONS, pipeline, requests, keys, ...words].map(String)
    return Number((await promisify(execFile)(process.execPath, args)).stdout)
  }
  const args = ['-p', port, '-c', CONNECTIONS, '-P', pipeline, '-n', requests, '-r', keys, '-q', ...words].map(String)
  const { stdout } = await promisify(execFile)(tool, args, { maxBuffer: 2 ** 26 })
  const lines = [...stdout.matchAll(/([\d.]+) requests per second/g)]
  if (lines.length === 0) throw new Error(`${tool} printed no figure: ${stdout.slice(-200)}`)
  return Number(lines.at(-1)?.[1])
}
