/** An engine with the module, and replies in a form that is short to compare. */

import type { CommandArgument } from '@kvasir/module-api'
import { startTestEngine, type TestEngine } from '@kvasir/testkit'
import { bloomModule } from './bloom-module.ts'

export interface BloomEngine {
  readonly engine: TestEngine
  /** Runs a line of words. @returns values; an error as its text, a status as its word, a map as an object */
  run(line: string): unknown
  /** As `run`, word by word. */
  send(...words: readonly CommandArgument[]): unknown
  /** Events of the class `module`, since the last call. */
  events(): string[]
}

export function startBloomEngine(): BloomEngine {
  const heard: string[] = []
  const listener = {
    name: 'listener',
    version: '1.0.0',
    api: 1,
    load(ctx: Parameters<NonNullable<typeof bloomModule.load>>[0]) {
      ctx.onKeyEvent({ classes: ['module', 'new'] }, ({ event }) => void heard.push(event))
    },
  }
  const engine = startTestEngine({ modules: [bloomModule, listener] })
  const send = (name: CommandArgument, ...words: readonly CommandArgument[]): unknown => {
    try {
      return readable(engine.call(String(name), ...words))
    } catch (error) {
      return readable(error)
    }
  }
  return { engine, send, run: (line) => send(...(line.split(' ') as [string])), events: () => heard.splice(0) }
}

function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable)
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([key, item]) => [String(readable(key)), readable(item)]))
  }
  return value instanceof Error ? value.message : value
}

/** Sends a command over a connection of its own. @returns the bytes of the reply, one character each */
export async function rawReply(engine: TestEngine, resp: 2 | 3, ...words: readonly CommandArgument[]): Promise<string> {
  using client = engine.dial()
  if (resp === 3) await client.raw('HELLO', '3')
  return await client.raw(...(words as string[]))
}

/** A bulk string as its bytes. */
export async function rawBytes(engine: TestEngine, ...words: readonly CommandArgument[]): Promise<Uint8Array> {
  const raw = await rawReply(engine, 2, ...words)
  return Buffer.from(raw.slice(raw.indexOf('\n') + 1, -2), 'latin1')
}

/** Random numbers from a seed (xorshift32): the same ones in every run. */
export function randomNumbers(seed: number): (limit: number) => number {
  let x = seed
  return (limit) => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % limit
  }
}
