/** Key positions: derived from a command's arguments, and applied to the arguments of one call. */

import type { ArgumentMap, ArgumentSpec, KeySpec } from '@kvasir/module-api'

/** Words that an argument takes at least. */
export function wordsMin(spec: ArgumentSpec): number {
  let words = spec.token === undefined ? 0 : 1
  if (spec.type === 'block') for (const inner of Object.values(spec.arguments ?? {})) words += requiredWords(inner)
  else if (spec.type === 'oneof') words += Math.min(...Object.values(spec.arguments ?? {}).map(wordsMin))
  else if (spec.type !== 'pure-token') words += 1
  return spec.counted === true ? words + 1 : words
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
    if (spec.optional === true && spec.type !== 'key') break
    const wordsAfter = list.slice(i + 1).reduce((sum, next) => sum + requiredWords(next), 0)
    const key = keyOf(spec)
    if (key !== undefined) {
      const lastKey = spec.multiple === true && spec.counted !== true ? -1 - wordsAfter : 0
      const step = spec.type === 'block' ? wordsMin(spec) : 1
      specs.push({
        access: key.access ?? 'RO',
        flags: key.keyFlags ?? [],
        beginSearch: { type: 'index', pos: position },
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

/** What `findKeys` needs of a call. */
export interface ArgumentWords {
  readonly argc: number
  /** A small whole number at `index`, or NaN. */
  number(index: number): number
  is(index: number, token: string): boolean
}

/**
 * Positions of the keys in one call's arguments, by one spec.
 * @returns positions in order, or undefined when the arguments do not fit
 */
export function findKeys(spec: KeySpec, args: ArgumentWords): readonly number[] | undefined {
  const first = beginOf(spec, args)
  if (first === undefined) return undefined
  if (first < 0) return []
  const { findKeys: find } = spec
  if (find.type === 'unknown') return []
  const positions: number[] = []
  if (find.type === 'keynum') {
    const count = args.number(first + find.keyNumIdx)
    const start = first + find.firstKey
    if (!(count >= 0) || start + (count - 1) * find.step >= args.argc) return undefined
    for (let i = 0; i < count; i++) positions.push(start + i * find.step)
    return positions
  }
  let last = first + find.lastKey
  if (find.lastKey < 0) {
    last = args.argc + find.lastKey
    if (find.limit > 1) last = first + Math.floor((args.argc - first) / find.limit) + find.lastKey
  }
  if (last < first || last >= args.argc) return undefined
  for (let at = first; at <= last; at += find.step) positions.push(at)
  return positions
}

/** First position, -1 for no keys, undefined when the arguments are too few. */
function beginOf(spec: KeySpec, args: ArgumentWords): number | undefined {
  const { beginSearch: begin } = spec
  if (begin.type === 'unknown') return -1
  if (begin.type === 'index') return begin.pos < args.argc ? begin.pos : undefined
  const step = begin.startFrom > 0 ? 1 : -1
  const from = begin.startFrom > 0 ? begin.startFrom : args.argc + begin.startFrom
  for (let i = from; i > 0 && i < args.argc; i += step) {
    if (args.is(i, begin.keyword.toLowerCase())) return i + 1
  }
  return -1
}
