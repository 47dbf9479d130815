/** Key positions: derived from a command's arguments, and applied to the arguments of one call. */

import type { ArgumentMap, ArgumentSpec, CommandWords, FoundKey, KeySpec } from '@kvasir/module-api'

/** Words that an argument takes at least. */
export function wordsMin(spec: ArgumentSpec): number {
  const words = spec.token === undefined ? 0 : 1
  if (spec.counted === true) return words + 1 + (spec.countMin ?? 1) * valueWordsMin(spec)
  return words + valueWordsMin(spec)
}

/** Words of one value, without its token and its count. */
function valueWordsMin(spec: ArgumentSpec): number {
  const inner = Object.values(spec.arguments ?? {})
  switch (spec.type) {
    case 'block':
      return inner.reduce((words, each) => words + requiredWords(each), 0)
    case 'oneof':
      return Math.min(...inner.map(wordsMin))
    case 'pure-token':
      return 0
    default:
      return 1
  }
}

function requiredWords(spec: ArgumentSpec): number {
  return spec.optional === true ? 0 : wordsMin(spec)
}

function isVariable(spec: ArgumentSpec): boolean {
  if (spec.optional === true || spec.multiple === true) return true
  const inner = Object.values(spec.arguments ?? {})
  if (spec.type === 'oneof') return new Set(inner.map(wordsMin)).size > 1 || inner.some(isVariable)
  return inner.some(isVariable)
}

/** Arity as in `COMMAND`: `nameWords` and the arguments; negative when there may be more. */
export function arityOf(args: ArgumentMap, nameWords: number): number {
  let words = nameWords
  let variable = false
  for (const spec of Object.values(args)) {
    words += requiredWords(spec)
    variable ||= isVariable(spec)
  }
  return variable ? -words : words
}

/** Key specs that follow from the arguments: keys at fixed places, in a row, in a repeated block, or behind a count. */
export function keySpecsOf(args: ArgumentMap, nameWords: number): readonly KeySpec[] {
  const specs: KeySpec[] = []
  const list = Object.values(args)
  let position = nameWords
  for (let i = 0; i < list.length; i++) {
    const spec = list[i]
    // Behind an optional argument no place is certain, and a key behind an optional token has none of its own.
    if (spec.optional === true && (spec.type !== 'key' || spec.token !== undefined)) break
    const wordsAfter = list.slice(i + 1).reduce((sum, next) => sum + requiredWords(next), 0)
    const key = keyOf(spec)
    if (key !== undefined) {
      const lastKey = spec.multiple === true && spec.counted !== true ? -1 - wordsAfter : 0
      const step = spec.multiple === true ? valueWordsMin(spec) : 1
      specs.push({
        access: key.access ?? 'RO',
        flags: key.keyFlags ?? [],
        beginSearch: { type: 'index', pos: spec.token === undefined ? position : position + 1 },
        findKeys:
          spec.counted === true
            ? { type: 'keynum', keyNumIdx: 0, firstKey: 1, step }
            : { type: 'range', lastKey, step, limit: 0 },
      })
    }
    if (isVariable(spec)) break
    position += wordsMin(spec)
  }
  return specs
}

/** The key of a key argument, or of a block that begins with one. */
function keyOf(spec: ArgumentSpec): ArgumentSpec | undefined {
  if (spec.type === 'key') return spec
  if (spec.type !== 'block') return undefined
  const first = Object.values(spec.arguments ?? {})[0]
  return first?.type === 'key' ? first : undefined
}

/** Whether clients that know only first key, last key and step have to ask COMMAND GETKEYS. */
export function hasMovableKeys(specs: readonly KeySpec[]): boolean {
  return specs.some(
    ({ beginSearch, findKeys, flags }) =>
      beginSearch.type !== 'index' || findKeys.type !== 'range' || flags.includes('incomplete'),
  )
}

/** The keys as COMMAND told of them before there were key specs; `last` counts from the end when it is negative. */
export interface KeyRange {
  readonly first: number
  readonly last: number
  readonly step: number
}

/** What the specs say of keys at fixed places, as one range. */
export function keyRangeOf(specs: readonly KeySpec[]): KeyRange {
  let first = 0
  let last = 0
  let step = 0
  for (const { beginSearch, findKeys } of specs) {
    if (beginSearch.type !== 'index' || findKeys.type !== 'range') continue
    const end = findKeys.lastKey >= 0 ? beginSearch.pos + findKeys.lastKey : findKeys.lastKey
    // An end counted from the last word is behind every end that is counted from the first.
    const isLater = end < 0 ? last >= 0 || end > last : last >= 0 && end > last
    first = first === 0 ? beginSearch.pos : Math.min(first, beginSearch.pos)
    last = isLater ? end : last
    step = step === 0 ? findKeys.step : 1
  }
  return { first, last, step }
}

/**
 * The keys of one call, in the order of the specs.
 * @returns undefined when the words do not fit
 */
export function findAllKeys(specs: readonly KeySpec[], words: CommandWords): readonly FoundKey[] | undefined {
  const keys: FoundKey[] = []
  for (const spec of specs) {
    const found = keysBySpec(spec, words)
    if (found === undefined) return undefined
    keys.push(...found)
  }
  return keys
}

/** As `findAllKeys`, with the keys of those specs that fit: not every call needs the words of every spec. */
export function findFittingKeys(specs: readonly KeySpec[], words: CommandWords): readonly FoundKey[] {
  return specs.flatMap((spec) => keysBySpec(spec, words) ?? [])
}

function keysBySpec(spec: KeySpec, words: CommandWords): readonly FoundKey[] | undefined {
  const { access, flags } = spec
  if (flags.includes('not_key')) return []
  return findKeys(spec, words)?.map((index) => (access === undefined ? { index, flags } : { index, access, flags }))
}

/**
 * Positions of the keys in one call's words, by one spec.
 * @returns positions in order, or undefined when the words do not fit
 */
export function findKeys(spec: KeySpec, words: CommandWords): readonly number[] | undefined {
  const first = beginOf(spec, words)
  if (first === undefined) return undefined
  const { findKeys: find } = spec
  if (first < 0 || find.type === 'unknown') return []
  if (find.type === 'keynum') {
    const count = words.number(first + find.keyNumIdx)
    const start = first + find.firstKey
    if (!(count >= 0) || start + (count - 1) * find.step >= words.argc) return undefined
    return Array.from({ length: count }, (_, i) => start + i * find.step)
  }
  let last = first + find.lastKey
  if (find.lastKey < 0) {
    last = words.argc + find.lastKey
    if (find.limit > 1) last = first + Math.floor((words.argc - first) / find.limit) + find.lastKey
  }
  if (last < first || last >= words.argc) return undefined
  const positions: number[] = []
  for (let at = first; at <= last; at += find.step) positions.push(at)
  return positions
}

/** First position, -1 for no keys, undefined when the words are too few. */
function beginOf(spec: KeySpec, words: CommandWords): number | undefined {
  const { beginSearch: begin } = spec
  if (begin.type === 'unknown') return -1
  if (begin.type === 'index') return begin.pos < words.argc ? begin.pos : undefined
  const step = begin.startFrom > 0 ? 1 : -1
  const from = begin.startFrom > 0 ? begin.startFrom : words.argc + begin.startFrom
  for (let i = from; i > 0 && i < words.argc; i += step) {
    if (words.is(i, begin.keyword.toLowerCase())) return i + 1
  }
  return -1
}
