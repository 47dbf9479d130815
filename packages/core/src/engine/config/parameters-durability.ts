/** Parameters of persistence, replication and the cluster. Names, defaults and bounds are Valkey 9.1's. */

import {
  announcedAddress,
  announcedHostname,
  announcedNodeName,
  ipv4Address,
  ipv6Address,
  notEmpty,
  plainName,
} from './checks.ts'
import {
  boolean,
  choice,
  INT_COUNT,
  integer,
  LONG_COUNT,
  memory,
  optionalText,
  type ParameterDefinition,
  PORT,
  special,
  text,
} from './definition.ts'
import { INT_MAX, LONG_MAX, LONG_MIN, ULONG_MAX } from './kind.ts'
import { type Primary, replicaOfKind, type SavePoint, saveKind } from './special-kinds.ts'

const MEGABYTE = 1024 * 1024

const SAVE_POINTS: readonly SavePoint[] = [
  { seconds: 3600, changes: 1 },
  { seconds: 300, changes: 100 },
  { seconds: 60, changes: 10_000 },
]

export const PERSISTENCE_PARAMETERS = {
  'aof-load-truncated': boolean(true),
  'aof-rewrite-incremental-fsync': boolean(true),
  'aof-timestamp-enabled': boolean(false),
  'aof-use-rdb-preamble': boolean(true),
  appenddirname: text('appendonlydir', { immutable: true, check: plainName('appenddirname', 'dirname') }),
  appendfilename: text('appendonly.aof', { immutable: true, check: plainName('appendfilename', 'filename') }),
  appendfsync: choice(['everysec', 'always', 'no'], 'everysec'),
  appendonly: boolean(false, { denyLoading: true }),
  'auto-aof-rewrite-min-size': memory(64 * MEGABYTE, LONG_COUNT),
  'auto-aof-rewrite-percentage': integer(100, INT_COUNT),
  dbfilename: text('dump.rdb', { protected: true, check: plainName('dbfilename', 'filename') }),
  'no-appendfsync-on-rewrite': boolean(false),
  'rdb-del-sync-files': boolean(false),
  'rdb-save-incremental-fsync': boolean(true),
  'rdb-version-check': choice(['strict', 'relaxed'], 'strict', { supported: true }),
  rdbchecksum: boolean(true, { immutable: true, supported: true }),
  rdbcompression: boolean(true, { supported: true }),
  // No snapshots are taken yet, so `save ""` gets what it asks for.
  save: special<readonly SavePoint[], string | readonly (readonly [seconds: number, changes: number])[]>(
    saveKind,
    SAVE_POINTS,
    { honours: (points) => points.length === 0 },
  ),
  'stop-writes-on-bgsave-error': boolean(true),
} as const satisfies Record<string, ParameterDefinition>

const BACKLOG_BYTES_MIN = 16 * 1024

export const REPLICATION_PARAMETERS = {
  'dual-channel-replication-enabled': boolean(false),
  'min-replicas-max-lag': integer(10, INT_COUNT, { aliases: ['min-slaves-max-lag'] }),
  'min-replicas-to-write': integer(0, INT_COUNT, { aliases: ['min-slaves-to-write'] }),
  primaryauth: optionalText({ aliases: ['masterauth'], sensitive: true }),
  primaryuser: optionalText({ aliases: ['masteruser'], sensitive: true }),
  'propagation-error-behavior': choice(['ignore', 'panic', 'panic-on-replicas'], 'ignore'),
  'repl-backlog-size': memory(10 * MEGABYTE, [1, LONG_MAX], { adjust: (bytes) => Math.max(bytes, BACKLOG_BYTES_MIN) }),
  'repl-backlog-ttl': integer(3600, LONG_COUNT),
  'repl-disable-tcp-nodelay': boolean(false),
  'repl-diskless-load': choice(['disabled', 'on-empty-db', 'swapdb', 'flush-before-load'], 'disabled', {
    denyLoading: true,
  }),
  'repl-diskless-sync': boolean(true),
  'repl-diskless-sync-delay': integer(5, INT_COUNT),
  'repl-diskless-sync-max-replicas': integer(0, INT_COUNT),
  'repl-mptcp': boolean(false, { immutable: true }),
  'repl-ping-replica-period': integer(10, [1, INT_MAX], { aliases: ['repl-ping-slave-period'] }),
  'repl-timeout': integer(60, [1, INT_MAX]),
  'replica-announce-ip': optionalText({ aliases: ['slave-announce-ip'] }),
  'replica-announce-port': integer(0, PORT, { aliases: ['slave-announce-port'] }),
  'replica-announced': boolean(true),
  'replica-ignore-disk-write-errors': boolean(false),
  'replica-ignore-maxmemory': boolean(true, { aliases: ['slave-ignore-maxmemory'] }),
  'replica-lazy-flush': boolean(true, { aliases: ['slave-lazy-flush'] }),
  'replica-priority': integer(100, INT_COUNT, { aliases: ['slave-priority'] }),
  'replica-read-only': boolean(true, { aliases: ['slave-read-only'] }),
  'replica-serve-stale-data': boolean(true, { aliases: ['slave-serve-stale-data'] }),
  replicaof: special<Primary | undefined, string | readonly [host: string, port: number]>(replicaOfKind, undefined, {
    aliases: ['slaveof'],
    immutable: true,
  }),
} as const satisfies Record<string, ParameterDefinition>

export const CLUSTER_PARAMETERS = {
  'cluster-allow-pubsubshard-when-down': boolean(true),
  'cluster-allow-reads-when-down': boolean(false),
  'cluster-allow-replica-migration': boolean(true),
  'cluster-announce-bus-port': integer(0, PORT),
  'cluster-announce-client-ipv4': optionalText({ check: ipv4Address }),
  'cluster-announce-client-ipv6': optionalText({ check: ipv6Address }),
  'cluster-announce-client-port': integer(0, PORT),
  'cluster-announce-client-tls-port': integer(0, PORT),
  'cluster-announce-hostname': optionalText({ check: announcedHostname }),
  'cluster-announce-human-nodename': optionalText({ check: announcedNodeName }),
  'cluster-announce-ip': optionalText({ check: announcedAddress }),
  'cluster-announce-port': integer(0, PORT),
  'cluster-announce-tls-port': integer(0, PORT),
  'cluster-blacklist-ttl': integer(60, [LONG_MIN, LONG_MAX]),
  'cluster-config-file': text('nodes.conf', { immutable: true, check: notEmpty('cluster-config-file') }),
  'cluster-config-save-behavior': choice(['sync', 'best-effort'], 'sync'),
  'cluster-databases': integer(1, [1, INT_MAX], { immutable: true }),
  'cluster-enabled': boolean(false, { immutable: true }),
  'cluster-link-sendbuf-limit': memory(0, [0, ULONG_MAX]),
  'cluster-manual-failover-timeout': integer(5000, [1, INT_MAX]),
  'cluster-migration-barrier': integer(1, INT_COUNT),
  'cluster-node-timeout': integer(15_000, LONG_COUNT),
  'cluster-port': integer(0, PORT, { immutable: true }),
  'cluster-preferred-endpoint-type': choice(['ip', 'hostname', 'unknown-endpoint'], 'ip'),
  'cluster-replica-no-failover': boolean(false, { aliases: ['cluster-slave-no-failover'] }),
  'cluster-replica-validity-factor': integer(10, INT_COUNT, { aliases: ['cluster-slave-validity-factor'] }),
  'cluster-require-full-coverage': boolean(true),
  'cluster-slot-migration-log-max-len': integer(1000, LONG_COUNT),
  'cluster-slot-stats-enabled': boolean(false),
  'slot-migration-max-failover-repl-bytes': memory(0, [-1, LONG_MAX]),
} as const satisfies Record<string, ParameterDefinition>
