import { describe, expect, it } from 'vitest'
import { fromLatin1 } from './bytes.ts'
import { globMatch } from './glob.ts'

function matches(pattern: string, text: string, fold = false): boolean {
  const bytes = fromLatin1(`<${text}>`)
  return globMatch(fromLatin1(pattern), bytes, 1, text.length, fold)
}

describe('a glob pattern', () => {
  it('matches what KEYS of Valkey 9.1 was seen to match', () => {
    for (const [pattern, matching] of GOLDEN) {
      expect([pattern, TEXTS.filter((text) => matches(pattern, text))]).toEqual([pattern, matching])
    }
  })

  it('matches the empty text only when it is empty itself', () => {
    // KEYS and SCAN take a lone star for no pattern at all; PSUBSCRIBE * does not hear the channel ''.
    expect(matches('', '')).toBe(true)
    for (const pattern of ['*', '**', '?', 'a', '[^a]']) expect(matches(pattern, '')).toBe(false)
    expect(matches('', 'a')).toBe(false)
  })

  it('can take letters of both cases for equal', () => {
    expect(matches('MaxMemory*', 'maxmemory-policy', true)).toBe(true)
    expect(matches('[A-C]x\\Y', 'bXy', true)).toBe(true)
    expect(matches('[^A-C]', 'b', true)).toBe(false)
    expect(matches('[a-\xe9]', 'E', true)).toBe(matches('[a-\xe9]', 'e'))
    // Only those of ASCII.
    expect(matches('\xe9', '\xc9', true)).toBe(false)
    expect(matches('MaxMemory*', 'maxmemory-policy')).toBe(false)
  })

  it('with many stars takes a moment, not for ever', () => {
    const text = 'a'.repeat(50_000)
    expect(matches(`${'a*'.repeat(25_000)}b`, text)).toBe(false)
    expect(matches('*?'.repeat(50_000), text)).toBe(false)
    expect(matches(`${'*[^b]'.repeat(10_000)}c`, text)).toBe(false)
    expect(matches(`*${'a'.repeat(500)}b`, text)).toBe(false)
    expect(matches('*'.repeat(100_000), text)).toBe(true)
  })

  it('with over a thousand stars matches nothing, as in Redis; rows of stars and a last one do not count', () => {
    const text = 'a'.repeat(3000)
    for (const [pattern, matching] of [
      ['*?'.repeat(1000), true],
      ['*?'.repeat(1001), false],
      [`${'*?'.repeat(1000)}**`, true],
      [`${'*?'.repeat(1000)}*a`, false],
      ['**a'.repeat(1000), true],
      [`${'*'.repeat(2000)}a`, true],
    ] as const) {
      expect(matches(pattern, text)).toBe(matching)
    }
  })
})

const TEXTS = [
  '',
  'a',
  'b',
  'c',
  'd',
  'A',
  'ab',
  'abc',
  'aXc',
  'ac',
  '*',
  '\\',
  '[',
  '[a',
  '[]',
  '[^',
  '^',
  '!',
  '-',
  '-]',
  'ab]',
  'a]',
  'b]',
  '\xff',
  '\x80',
  '\0',
  'a\0c',
  'aab',
  '{a,b}',
  '*x',
  'e',
  ']',
  'a\\',
]

/** Patterns, and those of the texts above that they match. */
const GOLDEN: readonly (readonly [pattern: string, matching: readonly string[]])[] = [
  ['a*c', ['abc', 'aXc', 'ac', 'a\0c']],
  [
    '**',
    [
      'a',
      'b',
      'c',
      'd',
      'A',
      'ab',
      'abc',
      'aXc',
      'ac',
      '*',
      '\\',
      '[',
      '[a',
      '[]',
      '[^',
      '^',
      '!',
      '-',
      '-]',
      'ab]',
      'a]',
      'b]',
      '\xff',
      '\x80',
      '\0',
      'a\0c',
      'aab',
      '{a,b}',
      '*x',
      'e',
      ']',
      'a\\',
    ],
  ],
  ['a**', ['a', 'ab', 'abc', 'aXc', 'ac', 'ab]', 'a]', 'a\0c', 'aab', 'a\\']],
  ['?', ['a', 'b', 'c', 'd', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\x80', '\0', 'e', ']']],
  ['??', ['ab', 'ac', '[a', '[]', '[^', '-]', 'a]', 'b]', '*x', 'a\\']],
  ['[abc]', ['a', 'b', 'c']],
  ['[a-c]', ['a', 'b', 'c']],
  ['[c-a]', ['a', 'b', 'c']],
  ['[^a]', ['b', 'c', 'd', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\x80', '\0', 'e', ']']],
  ['[^a-c]', ['d', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\x80', '\0', 'e', ']']],
  ['[a-', ['a', '-']],
  ['[a', ['a']],
  ['[', []],
  ['[]a]', []],
  ['[^]a]', []],
  ['[a\\]b]', ['a', 'b', ']']],
  ['[\\a-c]', ['a', 'c', '-']],
  ['[a-c-e]', ['a', 'b', 'c', '-', 'e']],
  ['[-a]', ['a', '-']],
  ['[a-]', ['a', '^', ']']],
  ['[a-]b]', ['a', 'b', '^', ']']],
  ['\\*', ['*']],
  ['\\a', ['a']],
  ['a\\', ['a\\']],
  ['\\', ['\\']],
  ['\\\\', ['\\']],
  ['*a*b*', ['ab', 'abc', 'ab]', 'aab', '{a,b}']],
  ['[\xe9-z]', ['a', 'b', 'c', 'd', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\0', 'e', ']']],
  ['[a-\xff]', ['a', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\0', ']']],
  ['[\x80-a]', ['a', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\x80', '\0', ']']],
  ['a]', ['a]']],
  ['[^', ['a', 'b', 'c', 'd', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\x80', '\0', 'e', ']']],
  ['[^]', ['a', 'b', 'c', 'd', 'A', '*', '\\', '[', '^', '!', '-', '\xff', '\x80', '\0', 'e', ']']],
  ['[!a]', ['a', '!']],
  ['{a,b}', ['{a,b}']],
  ['A', ['A']],
  ['a?*', ['ab', 'abc', 'aXc', 'ac', 'ab]', 'a]', 'a\0c', 'aab', 'a\\']],
  ['*?a', ['[a']],
  ['[[]', ['[']],
  ['[*]x', ['*x']],
]
