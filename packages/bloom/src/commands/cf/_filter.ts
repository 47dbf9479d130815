/** What the commands of cuckoo filters share. */

import { type ArgumentMap, arg, type Context, type ReplyValue, reply } from '@kvasir/module-api'
import { CuckooFilter, type CuckooOptions, FULL, NO_MEMORY } from '../../cuckoo-filter.ts'
import { cuckooFilterType } from '../../cuckoo-filter-type.ts'
import { ERRORS } from '../../errors.ts'
import { parameter } from '../../parameters.ts'

/** A filter as asked for, else as configured; or the error reply. */
export function createFilter(
  ctx: Context,
  capacity: number | undefined,
  options: { readonly [K in keyof CuckooOptions]?: number | undefined } = {},
): CuckooFilter | string {
  const bucketSize = options.bucketSize ?? parameter(ctx, 'cf-bucket-size')
  const maxIterations = options.maxIterations ?? parameter(ctx, 'cf-max-iterations')
  const expansion = options.expansion ?? parameter(ctx, 'cf-expansion-factor')
  const items = capacity ?? parameter(ctx, 'cf-initial-size')
  if (items < bucketSize * 2) return ERRORS.cuckooCapacity
  return CuckooFilter.create(items, { bucketSize, maxIterations, expansion }) ?? ERRORS.filterMemory
}

/** The error of an item that could not be added. */
export function addError(result: number): string {
  if (result === FULL) return ERRORS.cuckooFull
  return result === NO_MEMORY ? ERRORS.filterMemory : ERRORS.cuckooExpansions
}

/** The arguments of CF.INSERT and CF.INSERTNX. */
export const INSERT_ARGUMENTS = {
  key: arg.key({ access: 'RW', flags: ['insert'] }),
  capacity: arg.optional(
    arg.after('CAPACITY', arg.integer({ min: 1, error: ERRORS.badCapacity, rangeError: ERRORS.capacityRange })),
  ),
  nocreate: arg.flag('NOCREATE'),
  items: arg.after('ITEMS', arg.repeated(arg.string())),
} as const satisfies ArgumentMap

export interface Insertion {
  readonly key: Uint8Array
  readonly items: readonly Uint8Array[]
  readonly capacity?: number | undefined
  readonly nocreate?: boolean
  /** Only those that are not there. */
  readonly isNew: boolean
  readonly event: string
}

/** Adds items to a filter, which is made if need be. @returns what became of each, or the error reply */
export function insertItems(ctx: Context, insertion: Insertion): number[] | string {
  const { key, items, isNew, event } = insertion
  const entry = ctx.key(key)
  const found = entry.getValue(cuckooFilterType)
  if (found === undefined && insertion.nocreate === true) return ERRORS.notFound
  const filter = found ?? createFilter(ctx, insertion.capacity)
  if (typeof filter === 'string') return filter
  const sizeBefore = filter.size
  const expansionsMax = parameter(ctx, 'cf-max-expansions')
  const results = items.map((item) =>
    isNew ? filter.addNew(item, 0, item.length, expansionsMax) : filter.add(item, 0, item.length, expansionsMax),
  )
  if (found === undefined) entry.setValue(cuckooFilterType, filter, event)
  else if (filter.size > sizeBefore) entry.changed(event)
  return results
}

/** The reply of CF.ADD and CF.ADDNX. */
export function addOne(ctx: Context, insertion: Omit<Insertion, 'items'> & { readonly item: Uint8Array }): ReplyValue {
  const results = insertItems(ctx, { ...insertion, items: [insertion.item] })
  if (typeof results === 'string') return reply.error(results)
  const [result] = results
  return result < 0 ? reply.error(addError(result)) : result === 1
}
