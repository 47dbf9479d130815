/**
 * Every parameter of the configuration: all that Valkey 9.1 knows, by the name that CONFIG REWRITE writes.
 *
 * Source: CONFIG GET and the error texts of Valkey 9.1.2, and the comments of its valkey.conf. A parameter that
 * Kvasir does not act on is here all the same, so that a configuration file of the peers is read, and every value is
 * checked and shown.
 */

import {
  boolean,
  INT_COUNT,
  type InputOf,
  integer,
  LONG_COUNT,
  type ParameterDefinition,
  text,
  type ValueOf,
} from './definition.ts'
import { INT_MAX, INT_MIN } from './kind.ts'
import { ENCODING_PARAMETERS, MEMORY_PARAMETERS, OBSERVATION_PARAMETERS } from './parameters-data.ts'
import { CLUSTER_PARAMETERS, PERSISTENCE_PARAMETERS, REPLICATION_PARAMETERS } from './parameters-durability.ts'
import {
  CLIENT_PARAMETERS,
  NETWORK_PARAMETERS,
  PROCESS_PARAMETERS,
  SECURITY_PARAMETERS,
  TLS_PARAMETERS,
} from './parameters-server.ts'

const WATCHDOG_PERIOD_MS_MIN = 200

/** For the peers' test-suites and for debugging. */
const DEBUG_PARAMETERS = {
  'aof-disable-auto-gc': boolean(false, { hidden: true }),
  'cluster-message-gossip-perc': integer(10, [1, 100], { hidden: true }),
  'cluster-ping-interval': integer(0, LONG_COUNT, { hidden: true }),
  'debug-context': text('', { hidden: true }),
  'enable-debug-assert': boolean(false, { hidden: true, immutable: true }),
  'io-threads-always-active': boolean(false, { hidden: true }),
  'key-load-delay': integer(0, [INT_MIN, INT_MAX], { hidden: true }),
  'loading-process-events-interval-bytes': integer(2 * 1024 * 1024, [1024, INT_MAX], { hidden: true }),
  'min-io-threads-avoid-copy-reply': integer(7, INT_COUNT, { hidden: true }),
  'min-string-size-avoid-copy-reply': integer(16_384, INT_COUNT, { hidden: true }),
  'min-string-size-avoid-copy-reply-threaded': integer(65_536, INT_COUNT, { hidden: true }),
  'rdb-key-save-delay': integer(0, [INT_MIN, INT_MAX], { hidden: true }),
  'use-exit-on-panic': boolean(false, { hidden: true }),
  'watchdog-period': integer(0, INT_COUNT, {
    hidden: true,
    adjust: (periodMs) => (periodMs === 0 ? 0 : Math.max(periodMs, WATCHDOG_PERIOD_MS_MIN)),
  }),
} as const satisfies Record<string, ParameterDefinition>

export const PARAMETERS = {
  ...NETWORK_PARAMETERS,
  ...TLS_PARAMETERS,
  ...CLIENT_PARAMETERS,
  ...SECURITY_PARAMETERS,
  ...PROCESS_PARAMETERS,
  ...MEMORY_PARAMETERS,
  ...ENCODING_PARAMETERS,
  ...OBSERVATION_PARAMETERS,
  ...PERSISTENCE_PARAMETERS,
  ...REPLICATION_PARAMETERS,
  ...CLUSTER_PARAMETERS,
  ...DEBUG_PARAMETERS,
} as const

export type ParameterName = keyof typeof PARAMETERS
export type ParameterValue<N extends ParameterName> = ValueOf<(typeof PARAMETERS)[N]>
/** What `defineConfig` takes for a parameter. */
export type ParameterInput<N extends ParameterName> = InputOf<(typeof PARAMETERS)[N]>

/** Directives of older files: with one word behind the name they are passed over, and CONFIG knows nothing of them. */
export const DEPRECATED_DIRECTIVES: ReadonlySet<string> = new Set([
  'dynamic-hz',
  'events-per-io-thread',
  'io-threads-do-reads',
  'list-max-ziplist-entries',
  'list-max-ziplist-value',
  'lua-replicate-commands',
  'sanitize-dump-payload',
])
