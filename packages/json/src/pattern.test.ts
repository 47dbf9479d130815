import { describe, expect, it } from 'vitest'
import { drawer } from './_test-json.ts'
import { compilePattern } from './pattern.ts'

const partial = (pattern: string, text: string): boolean | undefined => compilePattern(pattern)?.test(text, false)

describe('regular expressions', () => {
  it.each([
    ['foo', 'barefoots', true],
    ['^foo$', 'foot', false],
    ['(?i)usb', 'a USB-C', true],
    ['(?i:u)sb', 'USB', false],
    ['[a-c]+\\d{2,3}$', 'xxabc12', true],
    ['^[^a-c]$', 'b', false],
    ['^[]a]+$', ']a', true],
    ['^(a|bc)*$', 'abcbca', true],
    ['^a{0}b$', 'b', true],
    ['^.$', '\n', false],
    ['(?s)^.$', '\n', true],
    ['(?m)^b$', 'a\nb\nc', true],
    ['\\bfoo\\b', 'a foo b', true],
    ['\\Bfoo', 'a foo b', false],
    ['^\\p{Lu}\\p{L}*$', 'Éclair', true],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['^\\x41\\u0042\\x{1F600}$', 'AB😀', true],
    ['^.$', '😀', true],
    ['^[[:alpha:]_]+$', 'ab_c', true],
    ['^\\w+\\s\\S+$', 'é_1 x', true],
    ['a|', 'zzz', true],
    ['(?P<year>\\d{4})', 'in 2024', true],
    ['a*?b', 'aab', true],
  ])('%s finds %j: %s', (pattern, text, expected) => {
    expect(partial(pattern, text)).toBe(expected)
  })

  it.each([
    '(',
    ')',
    '[',
    '*',
    'a**b(',
    '\\',
    'a{2,1}',
    'a{x}',
    '(?=a)',
    '\\1',
    '[b-a]',
    '\\p{Nope}',
    'a{99999}',
    '(a{200}){200}',
  ])('takes %s for none', (pattern) => {
    expect(compilePattern(pattern)).toBeUndefined()
  })

  it('agrees with JavaScript on random patterns', () => {
    const draw = drawer(11)
    const atoms = ['a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab)*', 'a?', 'b+', '^', '$', '(a{1,2})', '|']
    for (let i = 0; i < 4000; i++) {
      const pattern = Array.from({ length: 1 + draw(5) }, () => atoms[draw(atoms.length)]).join('')
      const text = Array.from({ length: draw(7) }, () => 'abc'[draw(3)]).join('')
      expect([pattern, text, partial(pattern, text)]).toEqual([pattern, text, new RegExp(pattern, 'u').test(text)])
      const whole = compilePattern(pattern)?.test(text, true)
      expect([pattern, text, whole]).toEqual([pattern, text, new RegExp(`^(?:${pattern})$`, 'u').test(text)])
    }
  })
})
