/**
 * Damaged payloads: bytes flipped, cut, added and put together from several, each with a right checksum. Every one is
 * refused, or is a value that reads and dumps as one; nothing else changes. KVASIR_FUZZ_COUNT says how many (a million
 * take a minute or two), KVASIR_FUZZ_SEED which.
 */

import { describe, expect, it } from 'vitest'
import { boxModule } from '../../commands/generic/_test-box.ts'
import { type SeededRandom, seeded } from '../../structures/_test-random.ts'
import { BAD_FORMAT, PayloadServer, payload } from './_test-payload.ts'

const COUNT = Number(process.env.KVASIR_FUZZ_COUNT ?? 6000)
const SEED = Number(process.env.KVASIR_FUZZ_SEED ?? 1)

/** Commands that make values of every type and form, by key. */
const VALUES: readonly (readonly [settings: string, ...commands: string[]])[] = [
  ['', 'SET k hello', 'SET k 12345', `SET k ${'abc'.repeat(30)}`],
  ['', 'HSET k f v g 12 h 9007199254740993 12 x'],
  ['hash-max-listpack-entries 0', 'HSET k f v g 12 h 9007199254740993 12 x'],
  ['', 'HSET k f v g 12', 'HPEXPIREAT k 4102444800000 FIELDS 1 f'],
  ['', 'RPUSH k a 1 b 2 300'],
  ['list-max-listpack-size 2', 'RPUSH k a 1 b 2 300', `RPUSH k ${'x'.repeat(9000)}`],
  ['', 'SADD k 1 2 -3 70000', 'SADD k a b'],
  ['set-max-intset-entries 0', 'SADD k 5 6', 'SADD k c'],
  ['', 'ZADD k 1 a 2.5 b -inf 7 3 c'],
  ['', 'BOX.SET k hello'],
  ['zset-max-listpack-entries 0', 'ZADD k 1 a 2.5 b -inf 7 3 c'],
]

/** A stream with entries in two nodes, one of them deleted, and a group with two consumers and two pending entries. */
const STREAM =
  '1502100000000000000001000000000000000033330000001300020100010101816602000102010001000181760204010001010101010201' +
  '8167028177028168028137020801ff100000000000000005000000000000000028280000000f000101010101018166020001030100010001' +
  '81760204010201010100018176020401ff03060001000500040101670500020200000000000000010000000000000000e803000000000000' +
  '0100000000000000020000000000000001e80300000000000002020161e803000000000000d0070000000000000100000000000000010000' +
  '0000000000000162e803000000000000d0070000000000000100000000000000020000000000000001'

/** What reads a value whole, by the answer of TYPE. */
const READS: Readonly<Record<string, readonly string[]>> = {
  string: ['GET k', 'STRLEN k'],
  hash: ['HGETALL k', 'HLEN k', 'HRANDFIELD k 5 WITHVALUES', 'HSCAN k 0 COUNT 1000'],
  stream: ['XLEN k', 'XRANGE k - +', 'XREVRANGE k + -', 'XINFO STREAM k FULL'],
  box: ['BOX.GET k'],
  list: ['LRANGE k 0 -1', 'LINDEX k -1', 'LPOS k a', 'LLEN k'],
  set: ['SMEMBERS k', 'SCARD k', 'SRANDMEMBER k 5', 'SSCAN k 0 COUNT 1000'],
  zset: ['ZRANGE k 0 -1 WITHSCORES', 'ZCARD k', 'ZRANGEBYSCORE k -inf inf', 'ZSCAN k 0 COUNT 1000'],
}

/** Bytes that mean something: lengths, types, numbers at their limits. */
const TELLING = [
  0, 1, 2, 3, 5, 10, 16, 18, 0x3f, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xc1, 0xc2, 0xc3, 0xf0, 0xf4, 0xfe, 0xff,
]

function mutate(random: SeededRandom, bodies: readonly Uint8Array[]): Uint8Array {
  let bytes: Uint8Array = pick(random, bodies).slice()
  for (let times = 1 + random.below(3); times > 0; times--) bytes = change(random, bytes, bodies)
  return bytes.length === 0 ? Uint8Array.of(0) : bytes
}

function change(random: SeededRandom, bytes: Uint8Array, bodies: readonly Uint8Array[]): Uint8Array {
  const at = random.below(bytes.length + 1)
  const next = bytes.slice()
  switch (random.below(8)) {
    case 0:
      next[at] ^= 1 << random.below(8)
      return next
    case 1:
      next[at] = pick(random, TELLING)
      return next
    case 2:
      next[at] = random.below(256)
      return next
    case 3:
      return bytes.slice(0, at)
    case 4:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random.below(4)))
    case 5:
      return Uint8Array.of(...bytes.subarray(0, at), pick(random, TELLING), ...bytes.subarray(at))
    case 6: {
      const other = pick(random, bodies)
      return Uint8Array.of(...bytes.subarray(0, at), ...other.subarray(random.below(other.length)))
    }
    default:
      // A length inside and one around it often have to change together.
      next[at] += 1
      next[random.below(bytes.length)] += 1
      return next
  }
}

function pick<T>(random: SeededRandom, items: ArrayLike<T>): T {
  return items[random.below(items.length)]
}

function bodiesOf(server: PayloadServer): Uint8Array[] {
  const bodies: Uint8Array[] = []
  for (const [setting, ...commands] of VALUES) {
    const [name, value] = setting.split(' ')
    const before = name === '' ? '' : (server.server.engine.config.get(name) as string)
    if (name !== '') server.run(`CONFIG SET ${name} ${value}`)
    server.run('DEL k')
    for (const command of commands) {
      expect(server.run(command)).not.toContain('(error)')
      bodies.push(server.dump('k').slice(0, -10))
    }
    if (name !== '') server.run(`CONFIG SET ${name} ${before}`)
  }
  server.run('DEL k')
  const stream = Uint8Array.from(Buffer.from(STREAM, 'hex'))
  expect(server.restore(stream)).toBe('OK')
  server.run('DEL k')
  return [...bodies, stream]
}

/** Reads the value at `k` in every way; throws when something does not fit. */
function readWhole(server: PayloadServer): void {
  for (const command of READS[server.run('TYPE k')]) expect(server.run(command)).not.toContain('(error)')
  server.copy()
  expect(server.run('DEBUG DIGEST-VALUE copy')).toBe(server.run('DEBUG DIGEST-VALUE k'))
}

describe('A damaged payload', () => {
  it('is refused, or is a value; and nothing else changes', () => {
    const server = new PayloadServer([boxModule([])])
    const random = seeded(SEED)
    server.server.engine.config.set([['enable-debug-command', 'yes']], { startup: true })
    const bodies = bodiesOf(server)
    for (let i = 0; i < 100; i++) server.run(`HSET neighbour:${i} field ${'x'.repeat(i)} other ${i}`)
    const neighbours = server.run('DEBUG DIGEST')
    // The table has grown for two more keys, and keeps that.
    server.run('MSET k v copy v')
    server.run('DEL k copy')
    const usedBytes = server.server.engine.usedBytes()
    let restored = 0
    for (let i = 0; i < COUNT; i++) {
      // As many of one limit as of the other.
      if (i % 500 === 0) setLimits(server, i % 1000 === 0 ? 128 : 2)
      const body = mutate(random, bodies)
      const reply = server.raw('RESTORE', 'k', '0', payload(body, 80))
      if (reply === '+OK\r\n') {
        restored++
        expect(() => readWhole(server), Buffer.from(body).toString('hex')).not.toThrow()
        expect(server.run('DEL k copy')).toBe('(integer) 2')
      } else if (reply !== `-${BAD_FORMAT}\r\n`) expect([Buffer.from(body).toString('hex'), reply]).toEqual([])
      if (i % 200 === 0) expect(server.run('DEBUG DIGEST')).toBe(neighbours)
    }
    expect(server.run('DEBUG DIGEST')).toBe(neighbours)
    expect(server.server.engine.usedBytes()).toBe(usedBytes)
    expect(restored).toBeGreaterThan(COUNT / 100)
    expect(restored).toBeLessThan(COUNT)
  })
})

function setLimits(server: PayloadServer, entries: number): void {
  for (const type of ['hash', 'zset', 'set']) server.run(`CONFIG SET ${type}-max-listpack-entries ${entries}`)
  server.run(`CONFIG SET list-max-listpack-size ${entries} set-max-intset-entries ${entries}`)
}
