import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../commands/_test-client.ts'
import { boxModule } from '../commands/generic/_test-box.ts'
import type { ImageCounts } from '../keyspace/rdb/image-reader.ts'
import { RDB_VERSION_SHARED, RDB_VERSION_VALKEY } from '../keyspace/rdb/value-types.ts'
import { Crc64 } from '../structures/crc64.ts'
import { RdbError, RdbReader } from '../structures/rdb-reader.ts'
import { loadDataset, MemoryImage, saveDataset } from './rdb-dataset.ts'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
beforeEach(() => {
  server = startTestEngine([boxModule([])])
})

function save(version = RDB_VERSION_SHARED): Buffer {
  const pieces: Uint8Array[] = []
  saveDataset(server.engine, version, (buf, start, length) => pieces.push(buf.slice(start, start + length)))
  return Buffer.concat(pieces)
}

function load(bytes: Uint8Array, replaces = false): ImageCounts {
  return loadDataset(server.engine, new RdbReader(bytes), { replaces })
}

/** Hexadecimal, with blanks, and `CRC` for the checksum of everything before. */
function image(hex: string): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', '').replace('CRC', '00'.repeat(8)), 'hex'))
  if (!hex.endsWith('CRC')) return bytes
  const crc = new Crc64()
  crc.update(bytes, 0, bytes.length - 8)
  crc.write(bytes, bytes.length - 8)
  return bytes
}

const REDIS_11 = '5245444953 30303131'

describe('An image', () => {
  it('has the form of RDB', () => {
    // Golden: only lines are added.
    run('SET s v')
    run('SET t 12 PXAT 4102444800000')
    run('SELECT 3')
    run('HSET h f v')
    const bytes = save()
    expect(bytes.toString('latin1', 0, 9)).toBe('REDIS0011')
    expect(bytes.includes('\xfa\tredis-ver\x05', 0, 'latin1')).toBe(true)
    const keys = bytes.subarray(bytes.lastIndexOf('aof-base') + 10, -8).toString('hex')
    // The first two keys come in the order of their hashes.
    const [first, second] = ['0001730176', 'fc00d8c32cbb030000000174c00c']
    const end = 'fe03fb01001001680d0d0000000200816602817602ffff'
    expect([`fe00fb0201${first}${second}${end}`, `fe00fb0201${second}${first}${end}`]).toContain(keys)
    expect(save(RDB_VERSION_VALKEY).toString('latin1', 0, 9)).toBe('VALKEY080')
  })

  it('that Valkey 9.1 wrote is read', () => {
    const counts = load(
      image(
        '56414c4b4559303830fa0a76616c6b65792d76657205392e312e32fa0a72656469732d62697473c040fa056374696d65c2f525016bfa' +
          '08757365642d6d656dc258fa1400fa08616f662d62617365c000fe00fb02010001730176fc00d8c32cbb030000000174c00cfe03fb' +
          '01001001680d0d0000000200816602817602ffffd7c191e4ffd573e0',
      ),
    )
    expect(counts).toEqual({ keys: 3, expired: 0, empty: 0 })
    expect([run('GET s'), run('GET t'), run('PEXPIRETIME t')]).toEqual(['v', '12', '(integer) 4102444800000'])
    expect([run('SELECT 3'), run('HGETALL h')]).toEqual(['OK', '[f, v]'])
  })

  it('comes back as it was, from memory and in pieces', () => {
    for (let i = 0; i < 3000; i++) server.client.raw('SET', `key:${i}`, 'x'.repeat(i % 200))
    for (let i = 0; i < 1000; i++) server.client.raw('HSET', 'hash', `field:${i}`, `${i}`)
    server.client.raw('SET', 'large', 'no two alike '.repeat(100_000))
    run('BOX.SET box text')
    run('HSET small a 1 b 2')
    run('HSET timed a 1 b 2')
    run('HEXPIRE timed 1000 FIELDS 1 a')
    run('SADD numbers 1 2 3')
    run('ZADD sorted 1 a 2 b')
    for (let i = 0; i < 1000; i++) {
      server.client.raw('SADD', 'set', `member:${i}`)
      server.client.raw('ZADD', 'zset', `${i / 7}`, `member:${i}`)
      server.client.raw('RPUSH', 'list', `element:${i}`)
    }
    run('XADD stream 1-1 f v')
    run('XGROUP CREATE stream group 0')
    run('SELECT 15')
    run('SET k v PX 5000')
    const digest = run('DEBUG DIGEST')
    const bytes = save()
    const memory = new MemoryImage()
    saveDataset(server.engine, RDB_VERSION_SHARED, memory.sink)
    run('FLUSHALL')
    expect(load(bytes).keys).toBe(3012)
    expect(run('DEBUG DIGEST')).toBe(digest)
    run('FLUSHALL')
    loadDataset(server.engine, new RdbReader(memory.source()), { replaces: false })
    expect(run('DEBUG DIGEST')).toBe(digest)
  })

  it('drops keys whose time is over, and those without elements', () => {
    const counts = load(
      image(`${REDIS_11} fe00 fc0100000000000000 00 0161 0176 fd01000000 00 0162 0176 04 0163 00 00 0164 0176 ff CRC`),
    )
    expect(counts).toEqual({ keys: 1, expired: 2, empty: 1 })
    expect(run('KEYS *')).toBe('[d]')
  })

  it('tells the last access in the way that the policy counts', () => {
    run('CONFIG SET maxmemory-policy allkeys-lru')
    run('SET k v')
    server.clock.advance(100_000)
    const idle = save()
    run('FLUSHALL')
    load(idle)
    expect(run('OBJECT IDLETIME k')).toBe('(integer) 100')
    run('CONFIG SET maxmemory-policy allkeys-lfu')
    server.client.raw(
      'RESTORE',
      'f',
      '0',
      Buffer.from('000161 0b00d62152e872a9943d'.replace(' ', ''), 'hex'),
      'FREQ',
      '9',
    )
    expect(run('OBJECT FREQ f')).toBe('(integer) 9')
    const frequency = save()
    run('FLUSHALL')
    load(frequency)
    expect(run('OBJECT FREQ f')).toBe('(integer) 9')
  })

  it('of a peer may hold what is not kept here: facts, sizes of slots, data of modules', () => {
    const counts = load(
      image(
        `${REDIS_11} fa 0161 0162 fe00 fb0201 f4 05 01 00 f7 81b5eb2df9ba317801 02 01 01 05 02 06 03 00000000
        04 0000000000000000 05 0161 00 00 0161 0176 ff CRC`.replaceAll('\n', ''),
      ),
    )
    expect([counts.keys, run('GET a')]).toEqual([1, 'v'])
  })

  it('of old versions has no checksum, and 0 stands for none', () => {
    expect(load(image('5245444953 30303034 00 0161 0176 ff')).keys).toBe(1)
    expect(load(image(`${REDIS_11} 00 0162 0176 ff 0000000000000000`)).keys).toBe(1)
  })

  it('is refused when it is none, is cut, damaged, newer, or holds a key twice', () => {
    const good = image(`${REDIS_11} fe00 fb0100 fc00d8c32cbb030000 00 0161 0176 ff CRC`)
    for (let length = 0; length < good.length; length++) {
      run('FLUSHALL')
      expect(() => load(good.subarray(0, length))).toThrow(RdbError)
    }
    for (let i = 0; i < good.length; i++) {
      run('FLUSHALL')
      const wrong = good.slice()
      wrong[i] ^= 4
      expect(() => load(wrong)).toThrow(RdbError)
    }
    run('FLUSHALL')
    for (const bytes of [
      '5245444953 30303133 ff CRC',
      '5245444953 30303830 ff CRC'.replace('30303830', '30303739'),
      '56414c4b4559 303739 ff CRC',
      `${REDIS_11} f6 ff CRC`,
      `${REDIS_11} f5 0161 ff CRC`,
      `${REDIS_11} fe10 00 0161 0176 ff CRC`,
      `${REDIS_11} fe00 f7 81b5eb2df9ba317801 02 01 06 ff CRC`,
    ]) {
      expect(() => load(image(bytes)), bytes).toThrow(RdbError)
    }
    run('SET a 1')
    expect(() => load(good)).toThrow('a key is there twice')
    expect(run('GET a')).toBe('1')
    expect(load(good, true).keys).toBe(1)
    expect(run('GET a')).toBe('v')
    run('FLUSHALL')
    run('CONFIG SET rdb-version-check relaxed')
    expect(load(image('5245444953 30303939 00 0161 0176 ff CRC')).keys).toBe(1)
  })

  it('is loaded without giving memory away when it turns out to be damaged', () => {
    const bytes = image(`${REDIS_11} 04 0161 02 0161 0162 0161 0163 ff CRC`)
    run('CONFIG SET hash-max-listpack-entries 0')
    expect(() => load(bytes)).toThrow(RdbError)
    const before = server.engine.usedBytes()
    for (let i = 0; i < 50; i++) expect(() => load(bytes)).toThrow(RdbError)
    expect(server.engine.usedBytes()).toBe(before)
  })
})
