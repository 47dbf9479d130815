/** Connects configuration parameters to what they set in the engine, from now on and at every change. */

import type { CollectionLimits } from '../types/collection-limits.ts'
import type { Engine } from './engine.ts'

const MS_PER_SECOND = 1000
const EXPIRE_BUDGET_US_PER_EFFORT = 250

/** Parameters that limit packed collections, by what they set. */
const LIMITS = {
  hashEntries: 'hash-max-listpack-entries',
  hashValueBytes: 'hash-max-listpack-value',
  setIntsetEntries: 'set-max-intset-entries',
  setEntries: 'set-max-listpack-entries',
  setValueBytes: 'set-max-listpack-value',
  zsetEntries: 'zset-max-listpack-entries',
  zsetValueBytes: 'zset-max-listpack-value',
  listNodeSize: 'list-max-listpack-size',
  listCompressDepth: 'list-compress-depth',
  streamNodeBytes: 'stream-node-max-bytes',
  streamNodeEntries: 'stream-node-max-entries',
  hllSparseBytes: 'hll-sparse-max-bytes',
} as const

export function putParametersInForce(engine: Engine): void {
  const { config, eviction } = engine
  config.follow('databases', (count) => {
    if (count !== engine.databaseCount) engine.setDatabases(count)
  })
  config.follow('maxmemory-policy', (policy) => {
    eviction.parameters.policy = policy
    engine.policyChanged()
  })
  config.follow('maxmemory-samples', (samples) => {
    eviction.parameters.samples = samples
  })
  config.follow('maxmemory-eviction-tenacity', (tenacity) => {
    engine.evictBudgetUs = evictBudgetUs(tenacity)
  })
  config.follow('lfu-log-factor', (factor) => {
    eviction.parameters.lfuLogFactor = factor
  })
  config.follow('lfu-decay-time', (minutes) => {
    eviction.parameters.lfuDecayMinutes = minutes
  })
  config.follow('requirepass', (password) => {
    engine.acl.setDefaultPassword(password)
  })
  config.rewriters.set('user', () => engine.acl.lines())
  // Whoever sets these trusts in them: a warning is not enough.
  config.onChange('aclfile', (path) => {
    return path === '' || engine.acl.storage !== undefined ? undefined : 'there are no files here to read users from'
  })
  // CONFIG REWRITE may have written the default, with which a server must start.
  config.onChange('rdma-port', (port) => (port === 0 ? undefined : 'No RDMA building support.'))
  config.follow('proto-max-bulk-len', (bytes) => {
    engine.bulkBytesMax = bytes
  })
  config.follow('client-query-buffer-limit', (bytes) => {
    engine.queryBufferBytesMax = bytes
  })
  config.follow('maxmemory-clients', (limit) => engine.clientEviction.setLimit(limit))
  config.follow('tracking-table-max-keys', (keysMax) => {
    engine.tracking.setLimit(keysMax)
  })
  config.follow('import-mode', (isOn) => {
    engine.importMode = isOn
    engine.updateExpiry()
    if (!isOn) engine.upkeep.freeMemorySoon()
  })
  for (const [limit, parameter] of Object.entries(LIMITS)) {
    config.follow(parameter, (value) => {
      engine.limits[limit as keyof CollectionLimits] = value
    })
  }
  config.onAccepted(['hz'], (hz) => engine.upkeep.setCronInterval(MS_PER_SECOND / hz))
  config.follow('active-expire-effort', (effort) => {
    engine.expireBudgetUs = effort * EXPIRE_BUDGET_US_PER_EFFORT
  })
  // Behind all that says which keys are evicted.
  config.follow('maxmemory', (bytes) => {
    engine.maxmemoryBytes = bytes
    engine.clientEviction.setLimit(config.parameter('maxmemory-clients').value)
    warnOfFullMemory(engine)
    // Within a transaction, what stands behind it may be a pause.
    if (engine.dispatcher.depth > 1) engine.upkeep.freeMemorySoon()
    else engine.upkeep.freeMemory()
  })
}

function warnOfFullMemory(engine: Engine): void {
  const used = engine.usedBytes()
  if (engine.maxmemoryBytes === 0 || used <= engine.maxmemoryBytes) return
  const limit = `The new maxmemory value set via CONFIG SET (${engine.maxmemoryBytes})`
  engine.log(
    'warning',
    `${limit} is smaller than the current memory usage (${used}): keys will be evicted, or writes refused.`,
  )
}

const TENACITY_DEFAULT = 10
const TENACITY_MAX = 100
const BUDGET_US_PER_TENACITY = 50
const BUDGET_GROWTH = 1.15

/** Up to the default of 10 even steps to half a millisecond, then 15 % more for each, and at 100 no limit. */
function evictBudgetUs(tenacity: number): number {
  if (tenacity >= TENACITY_MAX) return Number.POSITIVE_INFINITY
  if (tenacity <= TENACITY_DEFAULT) return tenacity * BUDGET_US_PER_TENACITY
  return TENACITY_DEFAULT * BUDGET_US_PER_TENACITY * BUDGET_GROWTH ** (tenacity - TENACITY_DEFAULT)
}
