/** Configuration parameters: what filters are made like that a command makes without being told. */

import type { ConfigParameter, ConfigValue } from '@kvasir/module-api'
import { EXPANSION_MAX } from './bloom-filter-type.ts'
import { MAX_ITERATIONS_MAX } from './cuckoo-filter.ts'
import { CUCKOO_EXPANSION_MAX, SUB_FILTERS_MAX } from './cuckoo-filter-type.ts'

/** RedisBloom's names and defaults; the error rate is a text, as there is no parameter with a fraction. */
export const PARAMETERS = {
  'bf-error-rate': {
    type: 'text',
    summary: 'Error rate of new Bloom filters, between 0 and 1.',
    default: '0.01',
    check: (value) => (Number(value) > 0 && Number(value) < 1 ? undefined : 'argument must be between 0 and 1'),
  },
  'bf-initial-size': {
    type: 'integer',
    summary: 'Capacity of new Bloom filters, items.',
    default: 100,
    min: 1,
    max: 1_048_576,
  },
  'bf-expansion-factor': {
    type: 'integer',
    summary: 'How many times as large as the last one a new sub-filter of a Bloom filter is.',
    default: 2,
    min: 1,
    max: EXPANSION_MAX,
  },
  'cf-initial-size': {
    type: 'integer',
    summary: 'Capacity of new cuckoo filters, items.',
    default: 1024,
    min: 2,
    max: 1_048_576,
  },
  'cf-bucket-size': {
    type: 'integer',
    summary: 'Items in each bucket of new cuckoo filters.',
    default: 2,
    min: 1,
    max: 255,
  },
  'cf-max-iterations': {
    type: 'integer',
    summary: 'How many items may move to make room for one, in new cuckoo filters.',
    default: 20,
    min: 1,
    max: MAX_ITERATIONS_MAX,
  },
  'cf-expansion-factor': {
    type: 'integer',
    summary: 'How many times as large as the last one a new sub-filter of a cuckoo filter is; 0: none is made.',
    default: 1,
    min: 0,
    max: CUCKOO_EXPANSION_MAX,
  },
  'cf-max-expansions': {
    type: 'integer',
    summary: 'How many sub-filters a cuckoo filter may have.',
    default: 32,
    min: 1,
    max: SUB_FILTERS_MAX,
  },
} as const satisfies Readonly<Record<string, ConfigParameter>>

/** Whatever has the parameters: a command's context. */
interface Configured {
  config(name: string): ConfigValue
}

export function parameter(ctx: Configured, name: keyof typeof PARAMETERS): number {
  return Number(ctx.config(name))
}
