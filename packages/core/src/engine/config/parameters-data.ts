/** Parameters of the data: memory, encodings, events and logs. Names, defaults and bounds are Valkey 9.1's. */

import { hashSeed } from './checks.ts'
import {
  boolean,
  choice,
  INT_COUNT,
  integer,
  LONG_COUNT,
  memory,
  optionalText,
  type ParameterDefinition,
  special,
} from './definition.ts'
import { INT_MAX, INT_MIN, LONG_MAX, ULONG_MAX } from './kind.ts'
import { notifyKind, percentilesKind } from './special-kinds.ts'

const MEGABYTE = 1024 * 1024

export const MEMORY_PARAMETERS = {
  'active-defrag-cycle-max': integer(25, [1, 99]),
  'active-defrag-cycle-min': integer(1, [1, 99]),
  'active-defrag-cycle-us': integer(500, [0, 100_000]),
  'active-defrag-ignore-bytes': memory(100 * MEGABYTE, [1, LONG_MAX]),
  'active-defrag-max-scan-fields': integer(1000, [1, LONG_MAX]),
  'active-defrag-threshold-lower': integer(10, [0, 1000]),
  'active-defrag-threshold-upper': integer(100, [0, 1000]),
  'active-expire-effort': integer(1, [1, 10], { supported: true }),
  // Memory is defragmented in any case; where the peers leave that to jemalloc, `no` is the default.
  activedefrag: boolean(false, { supported: true }),
  activerehashing: boolean(true),
  databases: integer(16, [1, INT_MAX], { immutable: true, supported: true }),
  'hash-seed': optionalText({ immutable: true, check: hashSeed }),
  'import-mode': boolean(false, { supported: true }),
  'lazyfree-lazy-eviction': boolean(true, { supported: true }),
  'lazyfree-lazy-expire': boolean(true, { supported: true }),
  'lazyfree-lazy-server-del': boolean(true, { supported: true }),
  'lazyfree-lazy-user-del': boolean(true, { supported: true }),
  'lazyfree-lazy-user-flush': boolean(true, { supported: true }),
  'lfu-decay-time': integer(1, INT_COUNT, { supported: true }),
  'lfu-log-factor': integer(10, INT_COUNT, { supported: true }),
  maxmemory: memory(0, [0, ULONG_MAX], { supported: true }),
  'maxmemory-eviction-tenacity': integer(10, [0, 100], { supported: true }),
  'maxmemory-policy': choice(
    [
      'volatile-lru',
      'volatile-lfu',
      'volatile-random',
      'volatile-ttl',
      'allkeys-lru',
      'allkeys-lfu',
      'allkeys-random',
      'noeviction',
    ],
    'noeviction',
    { supported: true },
  ),
  'maxmemory-samples': integer(5, [1, 64], { supported: true }),
} as const satisfies Record<string, ParameterDefinition>

export const ENCODING_PARAMETERS = {
  'hash-max-listpack-entries': integer(512, LONG_COUNT, { aliases: ['hash-max-ziplist-entries'] }),
  'hash-max-listpack-value': memory(64, LONG_COUNT, { aliases: ['hash-max-ziplist-value'] }),
  'hll-sparse-max-bytes': memory(3000, LONG_COUNT),
  'list-compress-depth': integer(0, INT_COUNT),
  'list-max-listpack-size': integer(-2, [INT_MIN, INT_MAX], { aliases: ['list-max-ziplist-size'] }),
  'set-max-intset-entries': integer(512, LONG_COUNT),
  'set-max-listpack-entries': integer(128, LONG_COUNT),
  'set-max-listpack-value': integer(64, LONG_COUNT),
  'stream-node-max-bytes': memory(4096, LONG_COUNT),
  'stream-node-max-entries': integer(100, LONG_COUNT),
  'zset-max-listpack-entries': integer(128, LONG_COUNT, { aliases: ['zset-max-ziplist-entries'] }),
  'zset-max-listpack-value': memory(64, LONG_COUNT, { aliases: ['zset-max-ziplist-value'] }),
} as const satisfies Record<string, ParameterDefinition>

const FROM_MINUS_ONE = [-1, LONG_MAX] as const

export const OBSERVATION_PARAMETERS = {
  'busy-reply-threshold': integer(5000, LONG_COUNT, { aliases: ['lua-time-limit'] }),
  'commandlog-execution-slower-than': integer(10_000, FROM_MINUS_ONE, {
    aliases: ['slowlog-log-slower-than'],
    supported: true,
  }),
  'commandlog-large-reply-max-len': integer(128, LONG_COUNT, { supported: true }),
  'commandlog-large-request-max-len': integer(128, LONG_COUNT, { supported: true }),
  'commandlog-reply-larger-than': integer(MEGABYTE, FROM_MINUS_ONE, { supported: true }),
  'commandlog-request-larger-than': integer(MEGABYTE, FROM_MINUS_ONE, { supported: true }),
  'commandlog-slow-execution-max-len': integer(128, LONG_COUNT, { aliases: ['slowlog-max-len'], supported: true }),
  'latency-monitor-threshold': integer(0, LONG_COUNT, { supported: true }),
  'latency-tracking': boolean(true, { supported: true }),
  'latency-tracking-info-percentiles': special<readonly number[], string | readonly number[]>(
    percentilesKind,
    [50, 99, 99.9],
    { supported: true },
  ),
  'lua-enable-insecure-api': boolean(false, {
    aliases: ['lua-enable-deprecated-api'],
    hidden: true,
    protected: true,
  }),
  /** Kvasir's own. */
  'module-handler-log-slower-than': integer(10_000, FROM_MINUS_ONE, { supported: true }),
  'notify-keyspace-events': special<string, string>(notifyKind, '', { supported: true }),
} as const satisfies Record<string, ParameterDefinition>
