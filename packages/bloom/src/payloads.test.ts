/** Values as bytes: DUMP, RESTORE, COPY, DEBUG DIGEST-VALUE, MEMORY USAGE, and what is damaged on the way. */

import { beforeEach, describe, expect, it } from 'vitest'
import { type BloomEngine, rawBytes, rawReply, startBloomEngine } from './_test-engine.ts'

let bloom: BloomEngine
let run: BloomEngine['run']

interface Kind {
  readonly type: string
  readonly make: readonly string[]
  readonly change: string
  /** Asks the value everything; must not throw, whatever its bytes are. */
  readonly ask: readonly string[]
}

const KINDS: readonly Kind[] = [
  {
    type: 'MBbloom--',
    make: ['BF.RESERVE k 0.01 10', 'BF.MADD k a b c d e f g h i j k l m n'],
    change: 'BF.ADD k new',
    ask: ['BF.INFO k', 'BF.CARD k', 'BF.MEXISTS k a b z', 'BF.MADD k x y z', 'BF.SCANDUMP k 0', 'BF.SCANDUMP k 1'],
  },
  {
    type: 'MBbloomCF',
    make: ['CF.RESERVE k 4', 'CF.INSERT k ITEMS a b c d e f g h', 'CF.DEL k a'],
    change: 'CF.ADD k new',
    ask: [
      'CF.INFO k',
      'CF.MEXISTS k a b z',
      'CF.INSERT k ITEMS x y z',
      'CF.DEL k b',
      'CF.COUNT k c',
      'CF.SCANDUMP k 1',
    ],
  },
  {
    type: 'CMSk-TYPE',
    make: ['CMS.INITBYDIM k 8 2', 'CMS.INCRBY k a 1 b 70000 c 4294967295'],
    change: 'CMS.INCRBY k new 1',
    ask: ['CMS.INFO k', 'CMS.QUERY k a b z', 'CMS.INCRBY k x 1 y 2', 'CMS.MERGE k 1 k'],
  },
  {
    type: 'TopK-TYPE',
    make: ['TOPK.RESERVE k 3 4 2 0.9', 'TOPK.INCRBY k a 5 bb 70 ccc 900'],
    change: 'TOPK.ADD k new',
    ask: ['TOPK.INFO k', 'TOPK.LIST k WITHCOUNT', 'TOPK.QUERY k a z', 'TOPK.COUNT k a z', 'TOPK.INCRBY k x 1 y 9 a 3'],
  },
  {
    type: 'TDIS-TYPE',
    make: ['TDIGEST.CREATE k COMPRESSION 1', 'TDIGEST.ADD k 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20'],
    change: 'TDIGEST.ADD k 3',
    ask: [
      'TDIGEST.INFO k',
      'TDIGEST.QUANTILE k 0 0.5 1',
      'TDIGEST.CDF k -1e9 5 1e9',
      'TDIGEST.BYRANK k 0 5 100',
      'TDIGEST.ADD k 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20',
      'TDIGEST.TRIMMED_MEAN k 0.1 0.9',
    ],
  },
]

function make({ make: lines }: Kind): void {
  for (const line of lines) expect(String(run(line))).not.toMatch(/^(ERR|CMS|TopK|T-Digest)/)
}

const digestOf = (key: string): unknown => (run(`DEBUG DIGEST-VALUE ${key}`) as unknown[])[0]

beforeEach(() => {
  bloom = startBloomEngine()
  run = bloom.run
})

/** CRC-64 with Jones's polynomial, as it ends a payload of DUMP. */
const CRC_TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte)
  for (let i = 0; i < 8; i++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n
  return crc
})

function sealed(payload: Uint8Array): Uint8Array {
  const bytes = payload.slice()
  let crc = 0n
  for (const byte of bytes.subarray(0, -8))
    crc = (CRC_TABLE[Number((crc ^ BigInt(byte)) & 255n)] as bigint) ^ (crc >> 8n)
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, crc, true)
  return bytes
}

describe.each(KINDS)('A value of $type', (kind) => {
  it('has the name of its type for TYPE, and its size for MEMORY USAGE', () => {
    make(kind)
    expect(run('TYPE k')).toBe(kind.type)
    expect(run('MEMORY USAGE k')).toBeGreaterThan(40)
    expect(run('OBJECT ENCODING k')).toBe('raw')
  })

  it('is the same after DUMP and RESTORE, DEBUG RELOAD or not', async () => {
    make(kind)
    const payload = await rawBytes(bloom.engine, 'DUMP', 'k')
    expect(bloom.send('RESTORE', 'again', 0, payload)).toBe('OK')
    expect(digestOf('again')).toBe(digestOf('k'))
    expect(await rawBytes(bloom.engine, 'DUMP', 'again')).toEqual(payload)
    expect(run('MEMORY USAGE again')).toBeGreaterThan(40)
    const other = startBloomEngine()
    expect(other.send('RESTORE', 'k', 0, payload)).toBe('OK')
    for (const line of kind.ask) {
      const words = line.split(' ')
      expect(await rawReply(other.engine, 3, ...words)).toBe(await rawReply(bloom.engine, 3, ...words))
    }
    expect(await rawBytes(other.engine, 'DUMP', 'k')).toEqual(await rawBytes(bloom.engine, 'DUMP', 'k'))
  })

  it('has a copy of its own after COPY', () => {
    make(kind)
    expect(run('COPY k copy')).toBe(1)
    const before = digestOf('k')
    expect(digestOf('copy')).toBe(before)
    run(kind.change)
    expect(digestOf('k')).not.toBe(before)
    expect(digestOf('copy')).toBe(before)
    expect(run('RENAME k moved')).toBe('OK')
    expect(digestOf('moved')).not.toBe(before)
  })

  it('keeps its time to live when it is changed', () => {
    make(kind)
    run('EXPIRE k 100')
    run(kind.change)
    expect(run('TTL k')).toBe(100)
    bloom.engine.clock.advance(100_000)
    expect(run('EXISTS k')).toBe(0)
  })

  it('is refused, or is one that answers, with any byte of its payload changed', async () => {
    make(kind)
    const payload = await rawBytes(bloom.engine, 'DUMP', 'k')
    expect(sealed(payload)).toEqual(payload)
    let refused = 0
    for (let at = 0; at < payload.length - 10; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const damaged = payload.slice()
        damaged[at] = (damaged[at] as number) ^ change
        expect(bloom.send('RESTORE', 'x', 0, damaged, 'REPLACE')).toMatch(/DUMP payload version or checksum/)
        if (bloom.send('RESTORE', 'k', 0, sealed(damaged), 'REPLACE') !== 'OK') refused++
        else for (const line of kind.ask) run(line)
      }
    }
    expect(refused).toBeGreaterThan(20)
    expect(bloom.engine.log.filter(({ message }) => /threw|internal/.test(message))).toEqual([])
  })

  it('is refused when its payload is cut', async () => {
    make(kind)
    const payload = await rawBytes(bloom.engine, 'DUMP', 'k')
    run('DEL k')
    for (let length = 0; length < payload.length - 10; length += 3) {
      const cut = sealed(new Uint8Array([...payload.subarray(0, length), ...payload.subarray(-10)]))
      expect(bloom.send('RESTORE', 'k', 0, cut)).toMatch(/^ERR/)
    }
    expect(run('EXISTS k')).toBe(0)
    expect(bloom.engine.log.filter(({ message }) => /threw|internal/.test(message))).toEqual([])
  })
})

describe.each([
  { name: 'BF', make: KINDS[0] as Kind },
  { name: 'CF', make: KINDS[1] as Kind },
])('$name.SCANDUMP and $name.LOADCHUNK', ({ name, make: kind }) => {
  it('carry a filter with several sub-filters over', async () => {
    make(kind)
    for (let iterator = 0, last = 0; ; ) {
      const data = Buffer.from(await rawReply(bloom.engine, 2, `${name}.SCANDUMP`, 'k', iterator), 'latin1')
      const [, number, length] = /^\*2\r\n:(\d+)\r\n\$(-?\d+)\r\n/.exec(data.toString('latin1')) as unknown as string[]
      iterator = Number(number)
      if (iterator === 0) break
      expect(iterator).toBeGreaterThan(last)
      last = iterator
      const start = data.length - 2 - Number(length)
      expect(bloom.send(`${name}.LOADCHUNK`, 'k2', iterator, data.subarray(start, start + Number(length)))).toBe('OK')
    }
    expect(digestOf('k2')).toBe(digestOf('k'))
  })

  it('refuse a header with any byte changed, or take one that answers', async () => {
    make(kind)
    const raw = Buffer.from(await rawReply(bloom.engine, 2, `${name}.SCANDUMP`, 'k', 0), 'latin1')
    const header = raw.subarray(raw.indexOf('\r\n', 8) + 2, -2)
    const isHeader = bloom.send(`${name}.LOADCHUNK`, 'k', 1, header)
    expect(isHeader).toBe('OK')
    let refused = 0
    for (let at = 0; at < header.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const damaged = Uint8Array.from(header)
        damaged[at] = (damaged[at] as number) ^ change
        if (bloom.send(`${name}.LOADCHUNK`, 'k', 1, damaged) !== 'OK') refused++
        else for (const line of kind.ask) run(line)
      }
    }
    expect(refused).toBeGreaterThan(20)
    expect(bloom.engine.log.filter(({ message }) => /threw|internal/.test(message))).toEqual([])
  })
})
