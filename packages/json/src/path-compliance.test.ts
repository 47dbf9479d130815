/**
 * RFC 9535 rule by rule: what its public compliance suite asks of slices, selectors, descent, length(), match() and
 * malformed paths, on documents of our own. The suite itself is run by path-match.test.ts where it is at hand.
 */
import { describe, expect, it } from 'vitest'
import { found } from './_test-json.ts'

const texts = (values: readonly unknown[]): string[] => values.map((value) => JSON.stringify(value))

/** The indexes that a slice selects, by the algorithm of section 2.3.4.2.2. */
function sliced(length: number, start: number | undefined, end: number | undefined, step = 1): number[] {
  const normal = (i: number): number => (i >= 0 ? i : length + i)
  const clamped = (i: number, low: number, high: number): number => Math.min(Math.max(i, low), high)
  const indexes: number[] = []
  if (step > 0) {
    const to = clamped(normal(end ?? length), 0, length)
    for (let i = clamped(normal(start ?? 0), 0, length); i < to; i += step) indexes.push(i)
  } else if (step < 0) {
    const to = clamped(normal(end ?? -length - 1), -1, length - 1)
    for (let i = clamped(normal(start ?? length - 1), -1, length - 1); i > to; i += step) indexes.push(i)
  }
  return indexes
}

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
const LARGEST = 9007199254740991
const BOUNDS = [undefined, 0, 1, 4, 9, 10, 11, -1, -2, -9, -10, -11, 113667776004, -113667776004, LARGEST, -LARGEST]
const STEPS = [undefined, 1, 2, 3, 10, LARGEST, 0, -1, -2, -3, -10, -LARGEST]

const SELECTED: readonly (readonly [rule: string, document: unknown, path: string, values: readonly unknown[]])[] = [
  ['a name of other letters', { ß: 1, '☂': 2, _: 3 }, '$.☂', [2]],
  ['a name of one underscore', { _: 3, _a: 4 }, '$._', [3]],
  ['a name that is missing', { a: 1 }, '$.b', []],
  ['a name, of an array', [1, 2], '$.a', []],
  ['an index, of an object', { 0: 1 }, '$[0]', []],
  ['a wildcard, of an array', [1, [2]], '$.*', [1, [2]]],
  ['a wildcard, of a scalar', 7, '$[*]', []],
  ['a wildcard, then a name', { x: { a: 1 }, y: { b: 2 }, z: { a: 3 } }, '$.*.a', [1, 3]],
  ['two indexes', DIGITS, '$[7,3]', [7, 3]],
  ['a name and an index, of an array', DIGITS, "$['a',3]", [3]],
  ['a name and an index, of an object', { a: 5 }, "$['a',3]", [5]],
  ['an index and a slice', DIGITS, '$[9,2:4]', [9, 2, 3]],
  ['an index and a slice with it', DIGITS, '$[1,0:3]', [1, 0, 1, 2]],
  ['an index twice', DIGITS, '$[4,4]', [4, 4]],
  ['a wildcard and an index', [5, 6], '$[*,1]', [5, 6, 6]],
  ['a wildcard and a name', { a: 5, b: 6 }, "$[*,'a']", [5, 6, 5]],
  ['a wildcard and a slice', [5, 6, 7], '$[*,0:2]', [5, 6, 7, 5, 6]],
  ['two wildcards', [5, 6], '$[*,*]', [5, 6, 5, 6]],
  ['descent to an index', { o: [0, 1, [2, 3]] }, '$..[1]', [1, 3]],
  ['descent to a name', [{ a: 1 }, [{ a: 2 }]], '$..a', [1, 2]],
  ['descent to everything', { o: [{ a: 1 }] }, '$..*', [[{ a: 1 }], { a: 1 }, 1]],
  ['descent to everything in brackets', [0, [1]], '$..[*]', [0, [1], 1]],
  [
    'descent to two names',
    [
      { a: 1, d: 2 },
      { d: 3, a: 4 },
    ],
    "$..['a','d']",
    [1, 2, 4, 3],
  ],
  ['length() of strings', [{ a: 'ab' }, { a: 'd' }], '$[?length(@.a)>=2]', [{ a: 'ab' }]],
  ['length() in characters', ['жж', '阿', '😀😀', 'ab', 'é'], '$[?length(@)==2]', ['жж', '😀😀', 'ab']],
  ['length() of arrays and objects', [[1, 2], { a: 1, b: 2 }, [1]], '$[?length(@)==2]', [[1, 2], { a: 1, b: 2 }]],
  ['length() of what is missing', [{ d: 1 }], '$[?length(@.a)>=0]', []],
  ['length() of a number', [1], '$[?length(1)>=0]', []],
  ['length() of true', [1], '$[?length(true)>=0]', []],
  ['length() of null', [1], '$[?length(null)>=0]', []],
  ['length() of a function', { c: 'cd', v: ['ab', 'd'] }, '$.v[?length(@)==length(value($..c))]', ['ab']],
  ['length() of nothing', [{ a: 'x' }, { b: 'x' }, { a: null }], '$[?length(value(@.a))>0]', [{ a: 'x' }]],
  ['match() of all', ['ab', 'ba', 'a'], "$[?match(@, 'a.*')]", ['ab', 'a']],
  ['match() between double quotes', ['ab', 'ba'], '$[?match(@, "a.*")]', ['ab']],
  ['no match()', ['ab', 'ba', 1], "$[?!match(@, 'a.*')]", ['ba', 1]],
  [
    'match() with a pattern of the document',
    { r: 'b.?b', v: ['bab', 'bbab', 'b', []] },
    '$.v[?match(@, $.r)]',
    ['bab'],
  ],
  ['match() of a number', ['a'], "$[?match(1, 'a.*')]", []],
  ['match() with a number', ['a'], '$[?match(@, 1)]', []],
  ['match() with a class of letters', ['ж', 'Ж', '1', 'жЖ'], "$[?match(@, '\\\\p{Lu}')]", ['Ж']],
  ['match() without a class of letters', ['ж', 'Ж', '1'], "$[?match(@, '\\\\P{Lu}')]", ['ж', '1']],
  ['match() of a character beyond 16 bits', ['a😀b', 'ab'], "$[?match(@, 'a.b')]", ['a😀b']],
  ['match() with a value()', { r: 'a.*', v: ['ab', 'ba'] }, "$.v[?match(@, value($..['r']))]", ['ab']],
  ['match() with a dot in brackets', ['abc', 'a.c', 'axc'], "$[?match(@, 'a[.b]c')]", ['abc', 'a.c']],
  ['match() with an escaped dot', ['abc', 'a.c'], "$[?match(@, 'a\\\\.c')]", ['a.c']],
  ['match() with an escaped backslash', ['a.c', 'a\\xc'], "$[?match(@, 'a\\\\\\\\.c')]", ['a\\xc']],
  ['match() with an escaped bracket', ['a.c', 'a[xc'], "$[?match(@, 'a\\\\[.c')]", ['a[xc']],
  ['match() with a bracket in brackets', ['abc', 'a.c', 'a]c'], "$[?match(@, 'a[\\\\].]c')]", ['a.c', 'a]c']],
  ['match() from an explicit beginning', ['abc', 'xab'], "$[?match(@, '^ab.*')]", ['abc']],
  ['match() to an explicit end', ['abc', 'abcx'], "$[?match(@, '.*bc$')]", ['abc']],
]

const BEYOND = '231584178474632390847141970017375815706539969331281128078915168015826259279872'
const NO_INTEGERS = [
  '01',
  '1.0',
  '+1',
  '- 1',
  '-0',
  '-01',
  'a',
  `${LARGEST + 1}`,
  `-${LARGEST + 1}`,
  BEYOND,
  `-${BEYOND}`,
]

describe('RFC 9535', () => {
  it('slices: every combination of start, end and step selects what the algorithm of the RFC does', () => {
    const text = (bound: number | undefined): string => (bound === undefined ? '' : String(bound))
    for (const start of BOUNDS) {
      for (const end of BOUNDS) {
        for (const step of STEPS) {
          const path = `$[${text(start)}:${text(end)}${step === undefined ? '' : `:${step}`}]`
          expect([path, found(DIGITS, path)]).toEqual([path, texts(sliced(10, start, end, step))])
          expect([path, found([], path)]).toEqual([path, []])
        }
      }
    }
    expect(found(DIGITS, '$[::]')).toEqual(texts(DIGITS))
    expect(found({ ':': 1, '1:2': 2 }, '$[1:2]')).toEqual([])
  })

  it.each(NO_INTEGERS)('slices and indexes: %s is no integer', (number) => {
    for (const path of [`$[${number}]`, `$[${number}::]`, `$[:${number}:]`, `$[::${number}]`, `$[1:2:${number}]`]) {
      expect([path, found(DIGITS, path)]).toEqual([path, expect.stringMatching(/^ERR /)])
    }
  })

  it.each(SELECTED)('selectors: %s', (_, document, path, values) => {
    expect(found(document, path)).toEqual(texts(values))
  })

  it.each([
    ...[
      '$ ',
      '$.&',
      '$[0 2]',
      '$[]',
      '$..',
      '$[1:2:3:4]',
      '$[?length(@.a)]',
      '$[?length()==1]',
      '$[?length(@.a,@.b)==1]',
    ],
    ...['$[?length(@.*)<3]', '$[?length(@[1, 2])<3]', "$[?length(@['a', 'b'])<3]", "$[?match(@.a, 'a.*')==true]"],
    ...['$[?match(@.a)==1]', '$[?match(@.a,@.b,@.c)==1]'],
  ])('refuses %s', (path) => {
    expect(found([{ a: 1 }], path)).toMatch(/^ERR /)
  })

  it('is left where RedisJSON has another way: a name behind a dot may begin with a digit', () => {
    expect(found({ 1: 2 }, '$.1')).toEqual(['2'])
  })
})
