/** Parameters of the server: network, TLS, clients, security, process. Names, defaults and bounds are Valkey 9.1's. */

import { localeName, notEmpty, processTitle, shutdownOptions } from './checks.ts'
import {
  boolean,
  choice,
  choices,
  INT_COUNT,
  integer,
  LONG_COUNT,
  memory,
  memoryOrPercent,
  octal,
  optionalText,
  type ParameterDefinition,
  PORT,
  special,
  text,
} from './definition.ts'
import { INT_MAX, LONG_MAX, UINT_MAX } from './kind.ts'
import { bindKind, type OutputBufferLimits, oomScoresKind, outputBufferLimitKind } from './special-kinds.ts'

const MEGABYTE = 1024 * 1024
const ACCESS = ['no', 'yes', 'local'] as const
const SHUTDOWN_OPTIONS = ['save', 'nosave', 'now', 'force', 'safe', 'failover'] as const

/** A limit as `client-output-buffer-limit` has it: hard, soft, seconds. */
export type OutputBufferLimitInput = readonly [number | string, number | string, number]
export type OutputBufferLimitsInput = { readonly [K in keyof OutputBufferLimits]?: OutputBufferLimitInput }

const OUTPUT_BUFFER_LIMITS: OutputBufferLimits = {
  normal: { hardBytes: 0, softBytes: 0, softSeconds: 0 },
  replica: { hardBytes: 256 * MEGABYTE, softBytes: 64 * MEGABYTE, softSeconds: 60 },
  pubsub: { hardBytes: 32 * MEGABYTE, softBytes: 8 * MEGABYTE, softSeconds: 60 },
}

export const NETWORK_PARAMETERS = {
  bind: special<readonly string[], string | readonly string[]>(bindKind, ['*', '-::*'], { supported: true }),
  'bind-source-addr': optionalText(),
  // Known, and without effect: accepting is the business of node:net, which takes one connection at a time from the
  // system, and lets those that are open have their turn between two of them.
  'max-new-connections-per-cycle': integer(10, [1, 1000]),
  'max-new-tls-connections-per-cycle': integer(1, [1, 1000]),
  mptcp: boolean(false, { immutable: true }),
  port: integer(6379, PORT, { supported: true }),
  'protected-mode': boolean(true, { supported: true }),
  'rdma-bind': special<readonly string[], string | readonly string[]>(bindKind, []),
  'rdma-completion-vector': integer(-1, [-1, 1024], { immutable: true }),
  'rdma-port': integer(0, PORT),
  'rdma-rx-size': integer(MEGABYTE, [65_536, 16_777_216], { immutable: true }),
  'socket-mark-id': integer(0, [0, UINT_MAX], { immutable: true }),
  'tcp-backlog': integer(511, INT_COUNT, { immutable: true, supported: true }),
  'tcp-keepalive': integer(300, INT_COUNT, { supported: true }),
  timeout: integer(0, INT_COUNT, { supported: true }),
  unixsocket: optionalText({ immutable: true, supported: true }),
  unixsocketgroup: optionalText({ immutable: true }),
  unixsocketperm: octal(0, 0o777, { immutable: true, supported: true }),
} as const satisfies Record<string, ParameterDefinition>

export const TLS_PARAMETERS = {
  'tls-auth-clients': choice(['no', 'yes', 'optional'], 'yes', { supported: true }),
  'tls-auth-clients-user': choice(['CN', 'URI', 'off'], 'off', { supported: true }),
  'tls-auto-reload-interval': integer(0, INT_COUNT, { supported: true }),
  'tls-ca-cert-dir': optionalText({ supported: true }),
  'tls-ca-cert-file': optionalText({ supported: true }),
  'tls-cert-file': optionalText({ supported: true }),
  'tls-ciphers': optionalText({ supported: true }),
  'tls-ciphersuites': optionalText({ supported: true }),
  'tls-client-cert-file': optionalText(),
  'tls-client-key-file': optionalText(),
  'tls-client-key-file-pass': optionalText({ sensitive: true }),
  'tls-cluster': boolean(false),
  'tls-dh-params-file': optionalText({ supported: true }),
  'tls-key-file': optionalText({ supported: true }),
  'tls-key-file-pass': optionalText({ sensitive: true, supported: true }),
  'tls-port': integer(0, PORT, { supported: true }),
  'tls-prefer-server-ciphers': boolean(false, { supported: true }),
  'tls-protocols': optionalText({ supported: true }),
  'tls-replication': boolean(false),
  // Sessions are kept by the clients, in tickets: there are never too many.
  'tls-session-cache-size': integer(20_480, INT_COUNT, { supported: true }),
  'tls-session-cache-timeout': integer(300, INT_COUNT, { supported: true }),
  'tls-session-caching': boolean(true, { supported: true }),
} as const satisfies Record<string, ParameterDefinition>

export const CLIENT_PARAMETERS = {
  'client-output-buffer-limit': special<OutputBufferLimits, string | OutputBufferLimitsInput>(
    outputBufferLimitKind,
    OUTPUT_BUFFER_LIMITS,
    { supported: true },
  ),
  'client-query-buffer-limit': memory(1024 * MEGABYTE, [MEGABYTE, LONG_MAX], { supported: true }),
  maxclients: integer(10_000, [1, UINT_MAX], { supported: true }),
  'maxmemory-clients': memoryOrPercent(0, { supported: true }),
  'proto-max-bulk-len': memory(512 * MEGABYTE, [MEGABYTE, LONG_MAX], { supported: true }),
  'tracking-table-max-keys': integer(1_000_000, LONG_COUNT, { supported: true }),
} as const satisfies Record<string, ParameterDefinition>

export const SECURITY_PARAMETERS = {
  'acl-pubsub-default': choice(['allchannels', 'resetchannels'], 'resetchannels', { supported: true }),
  aclfile: text('', { immutable: true, supported: true }),
  'acllog-max-len': integer(128, LONG_COUNT, { supported: true }),
  'enable-debug-command': choice(ACCESS, 'no', { immutable: true, supported: true }),
  'enable-module-command': choice(ACCESS, 'no', { immutable: true, supported: true }),
  'enable-protected-configs': choice(ACCESS, 'no', { immutable: true, supported: true }),
  requirepass: optionalText({ sensitive: true, supported: true }),
} as const satisfies Record<string, ParameterDefinition>

/** Bounds of what the server does in the background, per second. */
const HZ_MIN = 1
const HZ_MAX = 500

const adjustHz = (value: number): number => Math.min(HZ_MAX, Math.max(HZ_MIN, value))

export const PROCESS_PARAMETERS = {
  'always-show-logo': boolean(false, { immutable: true }),
  'aof-rewrite-cpulist': optionalText({ aliases: ['aof_rewrite_cpulist'], immutable: true }),
  'availability-zone': text('', { supported: true }),
  'bgsave-cpulist': optionalText({ aliases: ['bgsave_cpulist'], immutable: true }),
  'bio-cpulist': optionalText({ aliases: ['bio_cpulist'], immutable: true }),
  'crash-log-enabled': boolean(true),
  'crash-memcheck-enabled': boolean(true),
  daemonize: boolean(false, { immutable: true }),
  dir: text('', { protected: true, denyLoading: true, supported: true, check: notEmpty('dir') }),
  'disable-thp': boolean(true, { immutable: true }),
  'extended-redis-compatibility': boolean(false, { supported: true }),
  'hide-user-data-from-log': boolean(true),
  hz: integer(10, INT_COUNT, { supported: true, adjust: adjustHz }),
  'ignore-warnings': text(''),
  'io-threads': integer(1, [1, 256]),
  'jemalloc-bg-thread': boolean(true),
  'locale-collate': text('', { check: localeName }),
  'log-format': choice(['legacy', 'logfmt', 'json'], 'legacy'),
  'log-timestamp-format': choice(['legacy', 'iso8601', 'milliseconds'], 'legacy'),
  logfile: text('', { immutable: true, supported: true }),
  loglevel: choice(['debug', 'verbose', 'notice', 'warning', 'nothing'], 'notice', { supported: true }),
  'oom-score-adj': choice(['no', 'yes', 'relative', 'absolute'], 'no'),
  'oom-score-adj-values': special<readonly number[], string | readonly number[]>(oomScoresKind, [0, 200, 800]),
  pidfile: optionalText({ immutable: true, supported: true }),
  'prefetch-batch-max-size': integer(16, [0, 128]),
  'proc-title-template': text('{title} {listen-addr} {server-mode}', { check: processTitle }),
  'server-cpulist': optionalText({ aliases: ['server_cpulist'], immutable: true }),
  'set-proc-title': boolean(true, { immutable: true }),
  'shutdown-on-sigint': choices('default', SHUTDOWN_OPTIONS, { check: shutdownOptions }),
  'shutdown-on-sigterm': choices('default', SHUTDOWN_OPTIONS, { check: shutdownOptions }),
  'shutdown-timeout': integer(10, [0, INT_MAX]),
  supervised: choice(['upstart', 'systemd', 'auto', 'no'], 'no', { immutable: true }),
  'syslog-enabled': boolean(false, { immutable: true }),
  'syslog-facility': choice(
    ['user', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
    'local0',
    { immutable: true },
  ),
  'syslog-ident': text('kvasir', { immutable: true }),
} as const satisfies Record<string, ParameterDefinition>
