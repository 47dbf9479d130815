import { describe, expect, it } from 'vitest'
import { ListpackElements } from '../../structures/listpack.ts'
import { RdbError } from '../../structures/rdb-reader.ts'
import { listpackOf } from '../packed-value.ts'
import { checkStreamNode, compareIdWords, readIdWords, StreamNodeFacts } from './stream-node.ts'

type Item = number | bigint | string

function listpack(...items: readonly Item[]): Uint8Array {
  const elements = new ListpackElements()
  for (const item of items) {
    if (typeof item === 'number') elements.addInteger(item)
    else elements.addText(String(item))
  }
  return listpackOf(elements)
}

const MAX = 2n ** 64n - 1n

function words(ms: bigint, seq: bigint): Uint32Array {
  return Uint32Array.of(Number(ms >> 32n), Number(ms & 0xffffffffn), Number(seq >> 32n), Number(seq & 0xffffffffn))
}

function text(id: Uint32Array): string {
  return `${(BigInt(id[0]) << 32n) | BigInt(id[1])}-${(BigInt(id[2]) << 32n) | BigInt(id[3])}`
}

/** Live entries, the IDs of the first and the last of them, and of the last of all; or why the node is refused. */
function check(items: readonly Item[], ms = 5n, seq = 3n): string {
  const bytes = listpack(...items)
  const buf = new Uint8Array(bytes.length + 8).fill(0xff)
  buf.set(bytes, 3)
  const facts = new StreamNodeFacts()
  try {
    checkStreamNode(buf, 3, bytes.length, words(ms, seq), facts)
  } catch (error) {
    if (error instanceof RdbError) return error.message.replace('Stream listpack integrity check failed: ', '! ')
    throw error
  }
  return `${facts.live} ${text(facts.firstLive)} ${text(facts.lastLive)} ${text(facts.last)}`
}

describe('A node of a stream', () => {
  it('is read with entries that have the fields of the node, or their own', () => {
    expect(check([1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4])).toBe('1 5-3 5-3 5-3')
    expect(check([1, 0, 0, 0, 0, 0, 0, 1, 'f', 'v', 6])).toBe('1 5-3 5-3 5-3')
    expect(check([2, 0, 2, 'f', 'g', 0, 2, 0, 0, 'v', 'w', 5, 0, 1, -3, 2, 'a', 'b', 'c', 'd', 8])).toBe(
      '2 5-3 6-0 6-0',
    )
    expect(check([1, 2, 1, 'f', 0, 3, 0, 0, 'v', 4, 2, 0, 1, 'v', 4, 3, 9, 0, 'v', 4])).toBe('1 5-4 5-4 14-3')
    expect(check([0, 1, 1, 'f', 0, 3, 0, 0, 'v', 4])).toBe('0 0-0 0-0 5-3')
    expect(check([0, 0, 1, 'f', 0])).toBe('0 0-0 0-0 5-3')
  })

  it('has IDs of 64 bits and 64 bits, exactly', () => {
    const one = (ms: Item, seq: Item): Item[] => [1, 0, 1, 'f', 0, 2, ms, seq, 'v', 4]
    expect(check(one(0, 0), MAX, MAX)).toBe(`1 ${MAX}-${MAX} ${MAX}-${MAX} ${MAX}-${MAX}`)
    for (const big of [2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n]) {
      expect(check(one(big, 0)).split(' ')[1]).toBe(`${5n + big}-3`)
      expect(check(one(0, big)).split(' ')[1]).toBe(`5-${3n + big}`)
      expect(check(one(1, -3), 7n, 3n)).toBe('1 8-0 8-0 8-0')
      expect(check(one(1, -big), 7n, big).split(' ')[1]).toBe('8-0')
      expect(check(one(big, -big), big, big).split(' ')[1]).toBe(`${2n * big}-0`)
    }
    // 64 bits turn over, as they do where it was written.
    expect(check(one(2n ** 63n - 1n, 0), 0n, 1n).split(' ')[1]).toBe('9223372036854775807-1')
    expect(check(one(-(2n ** 63n), 0), 1n, 1n).split(' ')[1]).toBe('9223372036854775809-1')
    expect(check(one(-2, 0), 1n, 1n).split(' ')[1]).toBe(`${MAX}-1`)
  })

  it('is refused when its entries are not in order', () => {
    const two = (...ids: readonly number[]): Item[] => {
      const [ms, seq, ms2, seq2] = ids
      return [2, 0, 1, 'f', 0, 2, ms, seq, 'v', 4, 2, ms2, seq2, 'v', 4]
    }
    expect(check(two(0, 0, 0, 1))).toBe('2 5-3 5-4 5-4')
    for (const ids of [
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [-1, 0, 0, 0],
      [0, -1, 0, 0],
    ]) {
      expect([ids, check(two(...ids))]).toEqual([ids, '! entries are not in order'])
    }
  })

  it('is refused when it says of itself what is not so', () => {
    for (const items of [
      [],
      [1],
      [1, 0],
      [1, 0, 1],
      [1, 0, 1, 'f'],
      [1, 0, 1, 'f', 7, 2, 0, 0, 'v', 4],
      [1, 0, 1, 'f', 'x', 2, 0, 0, 'v', 4],
      [1, 0, 1, 'f', 0],
      [2, 0, 1, 'f', 0, 2, 0, 0, 'v', 4],
      [0, 0, 1, 'f', 0, 2, 0, 0, 'v', 4],
      [1, 1, 1, 'f', 0, 2, 0, 0, 'v', 4],
      [0, 1, 1, 'f', 0, 2, 0, 0, 'v', 4],
      [-1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4],
      ['x', 0, 1, 'f', 0, 2, 0, 0, 'v', 4],
      [1, 0, -1, 0, 2, 0, 0, 'v', 4],
      [1, 0, 2n ** 62n, 'f', 0, 2, 0, 0, 'v', 4],
      [1, 0, 1, 'f', 0, 4, 0, 0, 'v', 4],
      [1, 0, 1, 'f', 0, -1, 0, 0, 'v', 4],
      [1, 0, 1, 'f', 0, 'x', 0, 0, 'v', 4],
      [1, 0, 1, 'f', 0, 2, 'x', 0, 'v', 4],
      [1, 0, 1, 'f', 0, 2, 0, 'x', 'v', 4],
      [1, 0, 1, 'f', 0, 2, 0, 0, 'v', 5],
      [1, 0, 1, 'f', 0, 2, 0, 0, 'v', 'x'],
      [1, 0, 1, 'f', 0, 2, 0, 0, 'v'],
      [1, 0, 1, 'f', 0, 2, 0, 0],
      [1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4, 1],
      [1, 0, 0, 0, 2, 0, 0, 3],
      [1, 0, 1, 'f', 0, 0, 0, 0, 0, 4],
      [1, 0, 1, 'f', 0, 0, 0, 0, -1, 2],
      [1, 0, 1, 'f', 0, 0, 0, 0, 2, 'f', 'v', 6],
      [1, 0, 1, 'f', 0, 0, 0, 0, 2n ** 62n, 'f', 'v', 6],
    ]) {
      expect([items, check(items).startsWith('! ')]).toEqual([items, true])
    }
  })

  it('is refused when it is no listpack', () => {
    const bytes = listpack(1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4)
    for (let length = 0; length < bytes.length; length++) {
      expect(() => checkStreamNode(bytes, 0, length, words(5n, 3n), new StreamNodeFacts())).toThrow(RdbError)
    }
  })
})

describe('IDs', () => {
  it('are read and compared as 128 bits', () => {
    const bytes = Uint8Array.from({ length: 18 }, (_, i) => i + 0xf0)
    const id = new Uint32Array(4)
    readIdWords(bytes, 1, id)
    expect([...id]).toEqual([0xf1f2f3f4, 0xf5f6f7f8, 0xf9fafbfc, 0xfdfeff00])
    const ascending = [words(0n, 1n), words(1n, 0n), words(1n, 2n ** 32n), words(2n ** 32n, 0n), words(MAX, 0n)]
    for (const [i, a] of ascending.entries()) {
      for (const [k, b] of ascending.entries()) expect(Math.sign(compareIdWords(a, b))).toBe(Math.sign(i - k))
    }
  })
})
