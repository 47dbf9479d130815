import { describe, expect, it } from 'vitest'
import { seededRandom } from '../commands/_test-client.ts'
import { fromLatin1, latin1 } from './bytes.ts'
import { CommonSubsequence, commonLength } from './longest-subsequence.ts'

function lcs(a: string, b: string): CommonSubsequence {
  return new CommonSubsequence(fromLatin1(a), fromLatin1(b))
}

describe('a common subsequence', () => {
  it('is found with its ranges, from the last to the first', () => {
    const common = lcs('ohmytext', 'mynewtext')
    expect(latin1(common.bytes())).toBe('mytext')
    expect(common.ranges()).toEqual([
      { a: 4, b: 5, length: 4 },
      { a: 2, b: 0, length: 2 },
    ])
  })

  it('is empty when nothing is common', () => {
    for (const [a, b] of [
      ['', ''],
      ['', 'abc'],
      ['abc', ''],
      ['abc', 'xyz'],
    ] as const) {
      expect(lcs(a, b).bytes()).toHaveLength(0)
      expect(lcs(a, b).ranges()).toEqual([])
    }
  })

  it('is one of those that Redis finds when there are several', () => {
    // Golden values of Valkey 9.1.
    expect(latin1(lcs('ab', 'ba').bytes())).toBe('b')
    expect(latin1(lcs('abcab', 'bacba').bytes())).toBe('bab')
  })

  it('agrees with its ranges and its length, for any strings', () => {
    const random = seededRandom(7)
    const text = (): string =>
      Array.from({ length: random.next() % 40 }, () => 'abc'.charAt(random.next() % 3)).join('')
    for (let i = 0; i < 300; i++) {
      const a = text()
      const b = text()
      const common = lcs(a, b)
      const ranges = common.ranges().reverse()
      expect(ranges.map((range) => a.slice(range.a, range.a + range.length)).join('')).toBe(latin1(common.bytes()))
      expect(ranges.map((range) => b.slice(range.b, range.b + range.length)).join('')).toBe(latin1(common.bytes()))
      expect(common.length).toBe(common.bytes().length)
      expect(commonLength(fromLatin1(a), fromLatin1(b))).toBe(common.length)
    }
  })
})
