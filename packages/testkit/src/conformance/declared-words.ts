/** What a declaration of arguments says about the words of a call: how many there may be, and an example of each. */

import type { ArgumentSpec } from '@kvasir/module-api'
import { KEY, OTHER_KEY } from './request-line.ts'

type Arguments = Readonly<Record<string, ArgumentSpec>>

interface WordRange {
  readonly min: number
  readonly max: number
}

/** How many words the arguments take together; `max` is infinite for what may be repeated. */
export function wordRange(args: Arguments): WordRange {
  return sum(Object.values(args).map(rangeOf))
}

function rangeOf(spec: ArgumentSpec): WordRange {
  const token = spec.token !== undefined && spec.type !== 'pure-token' ? 1 : 0
  const value = valueRange(spec)
  const count = spec.counted === true ? 1 : 0
  const times = spec.counted === true ? (spec.countMin ?? 1) : 1
  const min = spec.optional === true ? 0 : token + count + value.min * times
  return { min, max: spec.multiple === true ? Number.POSITIVE_INFINITY : token + count + value.max }
}

function valueRange(spec: ArgumentSpec): WordRange {
  const inner = Object.values(spec.arguments ?? {}).map(rangeOf)
  if (spec.type === 'block') return sum(inner)
  if (spec.type !== 'oneof') return { min: 1, max: 1 }
  return { min: Math.min(...inner.map(({ min }) => min)), max: Math.max(...inner.map(({ max }) => max)) }
}

function sum(ranges: readonly WordRange[]): WordRange {
  return {
    min: ranges.reduce((total, { min }) => total + min, 0),
    max: ranges.reduce((total, { max }) => total + max, 0),
  }
}

/** Whether one of the arguments, or of those within them, is a key. */
export function hasKey(args: Arguments): boolean {
  return Object.values(args).some((spec) => spec.type === 'key' || hasKey(spec.arguments ?? {}))
}

/**
 * Words that the parser takes: the first key is `key`, the next ones are `other`.
 * @param whole with all that may be left out
 */
export function exampleWords(args: Arguments, whole: boolean): string[] {
  let keys = 0
  const wordsOf = (spec: ArgumentSpec): string[] => {
    if (spec.optional === true && !whole) return []
    const token = spec.token === undefined ? [] : [spec.token]
    const count = spec.counted === true ? ['1'] : []
    return [...token, ...count, ...valueWords(spec)]
  }
  const valueWords = (spec: ArgumentSpec): string[] => {
    const inner = Object.values(spec.arguments ?? {})
    switch (spec.type) {
      case 'pure-token':
        return []
      case 'block':
        return inner.flatMap(wordsOf)
      case 'oneof':
        return inner[0] === undefined ? [] : wordsOf(inner[0])
      case 'key':
        return [keys++ === 0 ? KEY : OTHER_KEY]
      case 'pattern':
        return ['*']
      default:
        return [String(Math.min(Math.max(1, spec.min ?? 1), spec.max ?? Number.POSITIVE_INFINITY))]
    }
  }
  return Object.values(args).flatMap(wordsOf)
}
