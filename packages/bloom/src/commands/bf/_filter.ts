/** What the commands of Bloom filters share. */

import { arg, type Context, type RawCall, type ReplyValue, reply } from '@kvasir/module-api'
import { ADDED, BloomFilter, EXISTS, FULL } from '../../bloom-filter.ts'
import { bloomFilterType, EXPANSION_MAX } from '../../bloom-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { parameter } from '../../parameters.ts'

export const expansionArgument = arg.optional(
  arg.after('EXPANSION', arg.integer({ min: 1, error: ERRORS.badExpansion, rangeError: ERRORS.expansionRange })),
)

export interface FilterOptions {
  readonly capacity?: number | undefined
  readonly errorRate?: number | undefined
  readonly expansion?: number | undefined
  readonly nonscaling?: boolean
}

/** A filter as asked for, else as configured. @returns undefined when there is not that much memory */
export function createFilter(ctx: Context, options: FilterOptions = {}): BloomFilter | undefined {
  const capacity = options.capacity ?? parameter(ctx, 'bf-initial-size')
  const errorRate = options.errorRate ?? parameter(ctx, 'bf-error-rate')
  const expansion = options.expansion ?? parameter(ctx, 'bf-expansion-factor')
  return BloomFilter.create(capacity, errorRate, options.nonscaling !== true, expansion)
}

/** What the options of a new filter cannot be; undefined when they can. */
export function refusedOptions({ errorRate, expansion, nonscaling }: FilterOptions): string | undefined {
  if (errorRate !== undefined && !(errorRate > 0 && errorRate < 1)) return ERRORS.errorRateRange
  if (expansion !== undefined && expansion > EXPANSION_MAX) return ERRORS.badExpansion
  return nonscaling === true && expansion !== undefined ? ERRORS.nonScalingExpansion : undefined
}

/** The error of an item that could not be added. */
export function addError(result: number): string {
  return result === FULL ? ERRORS.nonScalingFull : ERRORS.filterMemory
}

/** What an array reply has for an item. */
export function addReply(result: number): ReplyValue {
  return result === ADDED || result === EXISTS ? result === ADDED : reply.error(addError(result))
}

/**
 * Adds the arguments from `first` on to the filter that argument 1 names, which is made if need be.
 * @returns what became of each, up to the first one that found no room; undefined after an error reply
 */
export function addArguments(call: RawCall, first: number, event: string): number[] | undefined {
  const found = call.value(1, bloomFilterType)
  const filter = found ?? createFilter(call.context)
  if (filter === undefined) {
    call.reply.error(ERRORS.filterMemory)
    return undefined
  }
  const sizeBefore = filter.size
  const results: number[] = []
  for (let i = first; i < call.argc; i++) {
    const result = filter.add(call.buf, call.argStart(i), call.argLength(i))
    results.push(result)
    if (result < EXISTS) break
  }
  if (found === undefined) call.context.key(call.argBytes(1)).setValue(bloomFilterType, filter, event)
  else if (filter.size > sizeBefore) call.valueChanged(1, event)
  return results
}
