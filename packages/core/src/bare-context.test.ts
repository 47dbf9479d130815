/**
 * The engine where there is nothing but the language: no Node.js, no browser. The sources are bundled and run in a
 * context of their own, whose global object has only what ECMAScript itself defines.
 */

import { fileURLToPath } from 'node:url'
import { type Context, createContext, runInContext } from 'node:vm'
import { build } from 'vite'
import { beforeAll, describe, expect, it } from 'vitest'

/** Runs inside: an engine with a clock that the test turns, and a client of it. */
const DRIVER = `
  let nowMs = 1700000000000
  let seed = 1
  const timers = []
  const engine = kvasir.createEngine({
    clock: {
      nowMs: () => nowMs,
      monotonicUs: () => nowMs * 1000,
      every(intervalMs, task) {
        timers.push(task)
        return () => {}
      },
      soon: task => task(),
    },
    random: { next: () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) },
  })
  let received = ''
  const session = engine.createSession({
    kind: 'memory',
    address: '',
    localAddress: '',
    descriptor: -1,
    queuedBytes: 0,
    send(buf, start, length) {
      for (let i = start; i < start + length; i++) received += String.fromCharCode(buf[i])
      return false
    },
    close() {},
  })
  function send(text) {
    received = ''
    const bytes = Uint8Array.from(text, c => c.charCodeAt(0))
    session.feed(bytes, 0, bytes.length)
    return received
  }
  function advance(ms) {
    nowMs += ms
    for (const task of timers) task()
  }
`

let context: Context
const send = (text: string): string => runInContext(`send(${JSON.stringify(`${text}\r\n`)})`, context) as string

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@kvasir/source'] },
    build: {
      write: false,
      minify: false,
      target: 'es2024',
      lib: { entry: fileURLToPath(new URL('index.ts', import.meta.url)), formats: ['iife'], name: 'kvasir' },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  if (first === undefined || !('output' in first)) throw new Error('the bundle was not built')
  return first.output[0].code
}

describe('the engine in bare JavaScript', () => {
  beforeAll(async () => {
    context = createContext({})
    // V8 itself puts these into every context.
    runInContext('delete globalThis.console; delete globalThis.WebAssembly', context)
    runInContext(`${await bundle()}\n${DRIVER}`, context)
  })

  it('runs where none of the hosts’ globals exist', () => {
    const names = [
      'Buffer',
      'process',
      'setTimeout',
      'TextDecoder',
      'TextEncoder',
      'performance',
      'console',
      'crypto',
      'URL',
    ]
    for (const name of names) expect(runInContext(`typeof ${name}`, context), name).toBe('undefined')
  })

  it('sets, gets and scans keys', () => {
    expect(send('SET k 12345')).toBe('+OK\r\n')
    expect(send('GET k')).toBe('$5\r\n12345\r\n')
    expect(send('INCR k')).toBe(':12346\r\n')
    expect(send('SCAN 0')).toBe('*2\r\n$1\r\n0\r\n*1\r\n$1\r\nk\r\n')
  })

  it('works with text that is not ASCII', () => {
    expect(send('SET \xc3\xa9 \xe2\x82\xac')).toBe('+OK\r\n')
    expect(send('GET \xc3\xa9')).toBe('$3\r\n\xe2\x82\xac\r\n')
    expect(send('CONFIG SET proc-title-template \xc3\xa9')).toBe('+OK\r\n')
  })

  it('expires keys', () => {
    send('SET short v')
    expect(send('EXPIRE short 10')).toBe(':1\r\n')
    runInContext('advance(10000)', context)
    expect(send('GET short')).toBe('$-1\r\n')
    expect(send('INFO stats')).toContain('expired_keys:1\r\n')
  })

  it('holds large values, and gives their memory back', () => {
    expect(send('SETRANGE big 1000000 x')).toBe(':1000001\r\n')
    expect(send('SETRANGE grown 2000000 x')).toBe(':2000001\r\n')
    expect(send('FLUSHALL')).toBe('+OK\r\n')
    runInContext('advance(1000)', context)
    expect(runInContext('engine.usedBytes() - engine.startupBytes', context)).toBeLessThan(4096)
  })

  it('answers INFO, DEBUG and CONFIG, with what a host would add left out', () => {
    expect(send('INFO')).toContain('redis_version:7.2.4\r\n')
    expect(send('INFO')).toContain('process_id:0\r\n')
    expect(send('CONFIG GET maxmemory-policy')).toBe('*2\r\n$16\r\nmaxmemory-policy\r\n$10\r\nnoeviction\r\n')
    expect(send('DEBUG DIGEST')).toContain('-ERR DEBUG command not allowed')
  })

  it('answers unknown commands and errors', () => {
    expect(send('NOSUCH a')).toBe("-ERR unknown command 'NOSUCH', with args beginning with: 'a' \r\n")
  })
})
