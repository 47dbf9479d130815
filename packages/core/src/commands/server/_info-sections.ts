/**
 * The sections of INFO, in the order shown. Names of fields are Redis's and Valkey's, because clients and dashboards
 * read them; fields of what Kvasir does not have are left out, unless clients count on them.
 */

import type { Engine } from '../../engine/engine.ts'
import { CHANNELS, PATTERNS, SHARD_CHANNELS } from '../../engine/pubsub.ts'
import { KVASIR_VERSION, REDIS_VERSION, VALKEY_VERSION } from '../../engine/version.ts'
import { type Database, NO_EXPIRY } from '../../keyspace/database.ts'
import { lruClock } from '../../keyspace/eviction.ts'
import { latin1 } from '../../structures/bytes.ts'
import { everyCommand } from './_every-command.ts'
import { humanBytes, type InfoFields, percentage, ratio } from './_info-fields.ts'
import { memoryFigures } from './_memory-figures.ts'
import { dependents, listedModules, versionNumber } from './_module-list.ts'

export interface InfoSection {
  /** As the client asks for it. */
  readonly name: string
  readonly title: string
  /** Shown by INFO without arguments, only with `all`, or only when it is named. */
  readonly shown: 'default' | 'all' | 'named'
  /** @returns undefined when the section is not shown at all */
  fields(engine: Engine): InfoFields | undefined
}

const section = (
  name: string,
  title: string,
  shown: InfoSection['shown'],
  fields: InfoSection['fields'],
): InfoSection => ({ name, title, shown, fields })

export const INFO_SECTIONS: readonly InfoSection[] = [
  section('server', 'Server', 'default', serverFields),
  section('tls', 'TLS', 'all', (engine) => engine.host.tls?.()),
  section('clients', 'Clients', 'default', clientsFields),
  section('memory', 'Memory', 'default', memoryFields),
  section('persistence', 'Persistence', 'default', persistenceFields),
  section('stats', 'Stats', 'default', statsFields),
  section('replication', 'Replication', 'default', replicationFields),
  section('cpu', 'CPU', 'default', cpuFields),
  section('modules', 'Modules', 'default', modulesFields),
  section('commandstats', 'Commandstats', 'all', commandstatsFields),
  section('errorstats', 'Errorstats', 'default', errorstatsFields),
  section('latencystats', 'Latencystats', 'all', latencystatsFields),
  section('cluster', 'Cluster', 'default', () => ({ cluster_enabled: 0 })),
  section('keyspace', 'Keyspace', 'default', keyspaceFields),
  section('hotkeys', 'Hotkeys', 'default', hotKeysFields),
  section('debug', 'Debug', 'named', debugFields),
]

const SECONDS_PER_DAY = 86_400
const ARCHITECTURE_BITS = 64

function serverFields(engine: Engine): InfoFields {
  const { host, config } = engine
  const nowMs = engine.clock.nowMs()
  const uptimeSeconds = Math.max(0, Math.floor((nowMs - engine.startedMs) / 1000))
  const compatible = config.parameter('extended-redis-compatibility').value
  const hz = config.parameter('hz').value
  const fields: Record<string, string | number> = {
    redis_version: REDIS_VERSION,
    server_name: 'valkey',
    valkey_version: VALKEY_VERSION,
    valkey_release_stage: 'ga',
    kvasir_version: KVASIR_VERSION,
    redis_git_sha1: '00000000',
    redis_git_dirty: 0,
    redis_build_id: '0000000000000000',
    [compatible ? 'redis_mode' : 'server_mode']: 'standalone',
    os: host.os ?? '',
    arch_bits: ARCHITECTURE_BITS,
    multiplexing_api: host.multiplexingApi ?? 'none',
    process_id: host.processId ?? 0,
    process_supervised: 'no',
    run_id: engine.runId,
    tcp_port: config.parameter('port').value,
    server_time_usec: engine.nowUs(),
    uptime_in_seconds: uptimeSeconds,
    uptime_in_days: Math.floor(uptimeSeconds / SECONDS_PER_DAY),
    hz,
    configured_hz: hz,
    lru_clock: lruClock(nowMs),
    executable: host.executable ?? '',
    config_file: host.configFile ?? '',
    io_threads_active: 0,
    availability_zone: config.parameter('availability-zone').value,
  }
  for (const [i, listener] of (host.listeners?.() ?? []).entries()) fields[`listener${i}`] = listener
  return fields
}

function clientsFields(engine: Engine): InfoFields {
  let input = 0
  let output = 0
  for (const { queryBufferCapacity, transport } of engine.sessions.values()) {
    input = Math.max(input, queryBufferCapacity)
    output = Math.max(output, transport.queuedBytes)
  }
  return {
    connected_clients: engine.sessions.size,
    cluster_connections: 0,
    maxclients: engine.config.parameter('maxclients').value,
    client_recent_max_input_buffer: input,
    client_recent_max_output_buffer: output,
    blocked_clients: engine.blocking.count + engine.pause.heldCount,
    tracking_clients: engine.tracking.sessionCount,
    pubsub_clients: engine.pubsub.sessionCount,
    watching_clients: engine.transactions.sessionCount,
    clients_in_timeout_table: 0,
    total_watched_keys: engine.transactions.keyCount,
    total_blocking_keys: engine.blocking.keyCount,
    total_blocking_keys_on_nokey: engine.blocking.missingKeyCount,
    paused_reason: engine.pause.mode === undefined ? 'none' : 'client_pause',
    paused_actions: engine.pause.mode ?? 'none',
    paused_timeout_milliseconds: engine.pause.leftMs,
  }
}

function memoryFields(engine: Engine): InfoFields {
  const memory = memoryFigures(engine)
  const { used, peak, startup, overhead, dataset, resident, allocated, active, reserved } = memory
  const total = engine.host.systemMemoryBytes ?? 0
  return {
    used_memory: used,
    used_memory_human: humanBytes(used),
    used_memory_rss: resident,
    used_memory_rss_human: humanBytes(resident),
    used_memory_peak: peak,
    used_memory_peak_human: humanBytes(peak),
    used_memory_peak_perc: percentage(used, peak),
    used_memory_overhead: overhead,
    used_memory_startup: startup,
    used_memory_dataset: dataset,
    used_memory_dataset_perc: percentage(dataset, Math.max(0, used - startup)),
    allocator_allocated: allocated,
    allocator_active: active,
    allocator_resident: reserved,
    total_system_memory: total,
    total_system_memory_human: humanBytes(total),
    ...SCRIPTING_MEMORY,
    maxmemory: engine.maxmemoryBytes,
    maxmemory_human: humanBytes(engine.maxmemoryBytes),
    maxmemory_policy: engine.eviction.parameters.policy,
    allocator_frag_ratio: ratio(active, allocated),
    allocator_frag_bytes: active - allocated,
    allocator_rss_ratio: ratio(reserved, active),
    allocator_rss_bytes: reserved - active,
    rss_overhead_ratio: ratio(resident, reserved),
    rss_overhead_bytes: resident - reserved,
    mem_fragmentation_ratio: ratio(resident, used),
    mem_fragmentation_bytes: resident - used,
    mem_clients_normal: memory.clients,
    ...REPLICATION_MEMORY,
    mem_allocator: 'arena',
    mem_javascript_heap: engine.host.heapBytes?.() ?? 0,
    mem_overhead_db_hashtable_rehashing: 0,
    active_defrag_running: [...engine.databases()].some((db) => db.arena.draining >= 0) ? 1 : 0,
    lazyfree_pending_objects: engine.upkeep.pendingReleases,
    lazyfreed_objects: engine.upkeep.releasedCount,
  }
}

function persistenceFields(engine: Engine): InfoFields {
  return {
    loading: 0,
    async_loading: 0,
    current_cow_peak: 0,
    current_cow_size: 0,
    current_cow_size_age: 0,
    current_fork_perc: '0.00',
    current_save_keys_processed: 0,
    current_save_keys_total: 0,
    rdb_changes_since_last_save: engine.dirty,
    rdb_bgsave_in_progress: 0,
    rdb_last_save_time: Math.floor(engine.lastSaveMs / 1000),
    rdb_last_bgsave_status: 'ok',
    rdb_last_bgsave_time_sec: -1,
    rdb_current_bgsave_time_sec: -1,
    rdb_saves: 0,
    rdb_last_cow_size: 0,
    rdb_last_load_keys_expired: 0,
    rdb_last_load_keys_loaded: 0,
    aof_enabled: 0,
    aof_rewrites: 0,
    aof_rewrites_consecutive_failures: 0,
    aof_rewrite_in_progress: 0,
    aof_rewrite_scheduled: 0,
    aof_last_rewrite_time_sec: -1,
    aof_current_rewrite_time_sec: -1,
    aof_last_bgrewrite_status: 'ok',
    aof_last_write_status: 'ok',
    aof_last_cow_size: 0,
    module_fork_in_progress: 0,
    module_fork_last_cow_size: 0,
  }
}

function statsFields(engine: Engine): InfoFields {
  const { stats, acl } = engine
  const kilobytes = (perSecond: number): string => (perSecond / 1024).toFixed(2)
  return {
    total_connections_received: stats.connectionsReceived,
    total_commands_processed: stats.commandsProcessed,
    instantaneous_ops_per_sec: Math.floor(stats.commandRate.perSecond),
    total_net_input_bytes: stats.netInputBytes,
    total_net_output_bytes: stats.netOutputBytes,
    total_net_repl_input_bytes: 0,
    total_net_repl_output_bytes: 0,
    instantaneous_input_kbps: kilobytes(stats.inputRate.perSecond),
    instantaneous_output_kbps: kilobytes(stats.outputRate.perSecond),
    instantaneous_input_repl_kbps: '0.00',
    instantaneous_output_repl_kbps: '0.00',
    rejected_connections: stats.rejectedConnections,
    sync_full: 0,
    sync_partial_ok: 0,
    sync_partial_err: 0,
    expired_keys: stats.expiredKeys,
    expired_fields: stats.expiredFields,
    expired_stale_perc: '0.00',
    expired_keys_with_volatile_items_stale_perc: '0.00',
    expired_time_cap_reached_count: stats.expiredTimeCapReached,
    expire_cycle_cpu_milliseconds: Math.floor(stats.expireUs / 1000),
    evicted_keys: stats.evictedKeys,
    evicted_clients: stats.evictedClients,
    evicted_scripts: 0,
    total_eviction_exceeded_time: stats.evictionExceeded.totalMs(engine.nowMs),
    current_eviction_exceeded_time: stats.evictionExceeded.currentMs(engine.nowMs),
    keyspace_hits: stats.keyspaceHits,
    keyspace_misses: stats.keyspaceMisses,
    pubsub_channels: engine.pubsub.nameCount(CHANNELS),
    pubsub_patterns: engine.pubsub.nameCount(PATTERNS),
    pubsubshard_channels: engine.pubsub.nameCount(SHARD_CHANNELS),
    latest_fork_usec: 0,
    total_forks: 0,
    migrate_cached_sockets: 0,
    slave_expires_tracked_keys: 0,
    total_active_defrag_time: Math.floor(stats.defragUs / 1000),
    tracking_total_keys: engine.tracking.keyCount,
    tracking_total_items: engine.tracking.itemCount,
    tracking_total_prefixes: engine.tracking.prefixCount,
    unexpected_error_replies: stats.unexpectedErrors,
    total_error_replies: stats.errorReplies,
    total_reads_processed: stats.reads,
    total_writes_processed: stats.writes,
    ...IO_THREADS,
    // The host's event loop is not the engine's to measure: these are its turns, and the time that it worked.
    eventloop_cycles: stats.turns,
    eventloop_duration_sum: Math.round(stats.commandUs + stats.upkeepUs),
    eventloop_duration_cmd_sum: Math.round(stats.commandUs),
    instantaneous_eventloop_cycles_per_sec: Math.floor(stats.turnRate.perSecond),
    instantaneous_eventloop_duration_usec: Math.round(stats.workRate.perSecond / Math.max(1, stats.turnRate.perSecond)),
    client_query_buffer_limit_disconnections: stats.queryBufferLimitDisconnections,
    client_output_buffer_limit_disconnections: stats.outputBufferLimitDisconnections,
    acl_access_denied_auth: acl.denied.auth,
    acl_access_denied_cmd: acl.denied.command,
    acl_access_denied_key: acl.denied.key,
    acl_access_denied_channel: acl.denied.channel,
    acl_access_denied_tls_cert: acl.denied['tls-cert'],
    acl_access_denied_db: acl.denied.database,
  }
}

/** Shown while HOTKEYS GET has something to tell. */
function hotKeysFields({ observer: { hotKeys } }: Engine): InfoFields | undefined {
  hotKeys.endIfOver()
  return hotKeys.hasFigures ? { 'hotkeys-tracking-active': hotKeys.isActive ? 1 : 0 } : undefined
}

/** What dashboards read of features that are not there yet. */
const SCRIPTING_MEMORY = {
  used_memory_vm_eval: 0,
  used_memory_lua: 0,
  used_memory_lua_human: humanBytes(0),
  used_memory_scripts_eval: 0,
  number_of_cached_scripts: 0,
  number_of_functions: 0,
  number_of_libraries: 0,
  used_memory_vm_functions: 0,
  used_memory_vm_total: 0,
  used_memory_vm_total_human: humanBytes(0),
  used_memory_functions: 0,
  used_memory_scripts: 0,
  used_memory_scripts_human: humanBytes(0),
}
const REPLICATION_MEMORY = {
  mem_not_counted_for_evict: 0,
  mem_replication_backlog: 0,
  mem_total_replication_buffers: 0,
  mem_replicas_repl_buffer: 0,
  mem_clients_slaves: 0,
  mem_cluster_links: 0,
  mem_cluster_slot_import: 0,
  mem_cluster_slot_export: 0,
  mem_aof_buffer: 0,
}
const IO_THREADS = {
  io_threaded_reads_processed: 0,
  io_threaded_writes_processed: 0,
  io_threaded_freed_objects: 0,
  io_threaded_accept_processed: 0,
  io_threaded_poll_processed: 0,
  io_threaded_total_prefetch_batches: 0,
  io_threaded_total_prefetch_entries: 0,
}

const NO_REPLICATION_ID = '0'.repeat(40)

function replicationFields(engine: Engine): InfoFields {
  return {
    role: 'master',
    connected_slaves: 0,
    replicas_waiting_psync: 0,
    master_failover_state: 'no-failover',
    master_replid: engine.replicationId,
    master_replid2: NO_REPLICATION_ID,
    master_repl_offset: 0,
    second_repl_offset: -1,
    repl_backlog_active: 0,
    repl_backlog_size: engine.config.parameter('repl-backlog-size').value,
    repl_backlog_first_byte_offset: 0,
    repl_backlog_histlen: 0,
  }
}

function cpuFields(engine: Engine): InfoFields {
  const { host } = engine
  const { user = 0, system = 0 } = host.cpuUs?.() ?? {}
  const thread = host.threadCpuUs?.() ?? { user, system }
  const seconds = (us: number): string => (us / 1e6).toFixed(6)
  return {
    used_cpu_sys: seconds(system),
    used_cpu_user: seconds(user),
    used_cpu_sys_children: seconds(0),
    used_cpu_user_children: seconds(0),
    used_cpu_sys_main_thread: seconds(thread.system),
    used_cpu_user_main_thread: seconds(thread.user),
    // The thread sleeps when there is nothing to do, so that it is active as long as it uses the processor.
    used_active_time_main_thread: seconds(thread.user + thread.system),
  }
}

/** Several lines named `module`, which a record cannot hold: they are one value with line ends in it. */
function modulesFields(engine: Engine): InfoFields {
  const lines = listedModules(engine).map((module) => {
    const { name, version, requires = {} } = module.definition
    const usedBy = dependents(engine, name).join('|')
    const using = Object.keys(requires).join('|')
    const line = `name=${name},ver=${versionNumber(version)},api=1,filters=0,usedby=[${usedBy}],using=[${using}]`
    const { handlerUs, slowHandlers } = engine.observer.modules.of(name)
    return `${line},options=[],handlers_usec=${Math.round(handlerUs)},slow_handlers=${slowHandlers}`
  })
  return lines.length === 0 ? {} : { module: lines.join('\r\nmodule:') }
}

function commandstatsFields(engine: Engine): InfoFields {
  const fields: Record<string, string> = {}
  for (const command of everyCommand(engine.commands)) {
    const { calls, rejectedCalls, failedCalls } = command
    if (calls === 0 && rejectedCalls === 0 && failedCalls === 0) continue
    const us = Math.round(command.timeUs)
    const time = `usec=${us},usec_per_call=${ratio(us, calls)}`
    const counts = `rejected_calls=${rejectedCalls},failed_calls=${failedCalls}`
    fields[`cmdstat_${command.fullName}`] = `calls=${calls},${time},${counts}`
  }
  return fields
}

function latencystatsFields(engine: Engine): InfoFields {
  const fields: Record<string, string> = {}
  if (!engine.observer.tracksLatency) return fields
  const percentiles = engine.config.parameter('latency-tracking-info-percentiles').value
  for (const { fullName, latencies } of everyCommand(engine.commands)) {
    if (latencies === undefined || latencies.count === 0) continue
    fields[`latency_percentiles_usec_${fullName}`] = percentiles
      .map((percentile) => `p${percentile}=${latencies.percentileUs(percentile).toFixed(3)}`)
      .join(',')
  }
  return fields
}

function errorstatsFields(engine: Engine): InfoFields {
  const fields: Record<string, string> = {}
  for (const [code, count] of engine.stats.errors) fields[`errorstat_${code}`] = `count=${count}`
  return fields
}

function keyspaceFields(engine: Engine): InfoFields {
  const fields: Record<string, string> = {}
  const dbs = [...engine.databases()].filter((db) => db.size > 0).sort((a, b) => a.index - b.index)
  for (const db of dbs) {
    const averageMs = averageTtlMs(engine, db)
    fields[`db${db.index}`] =
      `keys=${db.size},expires=${db.wheel.size},avg_ttl=${averageMs},keys_with_volatile_items=${db.waitingObjectCount}`
  }
  return fields
}

const TTL_SAMPLES = 32

/** An estimate from a few keys: exact only where there are few. */
function averageTtlMs(engine: Engine, db: Database): number {
  if (db.wheel.size === 0) return 0
  let sum = 0
  let count = 0
  const add = (address: number): void => {
    const expiryMs = db.expiryMs(address)
    if (expiryMs === NO_EXPIRY) return
    sum += Math.max(0, expiryMs - engine.nowMs)
    count++
  }
  if (db.size <= TTL_SAMPLES) db.table.forEach(add)
  else for (let i = 0; i < TTL_SAMPLES; i++) add(db.table.sample(() => engine.random.next()))
  if (count === 0) add(db.wheel.first())
  return Math.floor(sum / count)
}

function debugFields({ stats }: Engine): InfoFields {
  return {
    eventloop_duration_aof_sum: 0,
    eventloop_duration_cron_sum: Math.round(stats.upkeepUs),
    eventloop_duration_max: Math.round(stats.turnUsMax),
    eventloop_cmd_per_cycle_max: stats.turnCommandsMax,
    io_threaded_reads_pending: 0,
    io_threaded_writes_pending: 0,
  }
}

/** Sections of the modules themselves, with their names in front: `ratelimit_windows` for `windows` of `ratelimit`. */
export function moduleSections(engine: Engine): InfoSection[] {
  const sections: InfoSection[] = []
  for (const { definition } of engine.modules.list()) {
    for (const [name, read] of Object.entries(definition.info ?? {})) {
      const fullName = name === '' ? definition.name : `${definition.name}_${name}`
      sections.push({
        name: fullName.toLowerCase(),
        title: fullName,
        shown: 'all',
        fields: () => moduleFields(engine, definition.name, read),
      })
    }
  }
  return sections
}

/** A module's mistake must not take INFO away from those who are looking for it. */
function moduleFields(
  engine: Engine,
  module: string,
  read: () => Readonly<Record<string, string | number>>,
): InfoFields | undefined {
  try {
    const fields: Record<string, string> = {}
    for (const [name, value] of Object.entries(read())) {
      fields[`${module}_${oneLine(name)}`] = oneLine(String(value))
    }
    return fields
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    engine.stats.unexpectedErrors++
    engine.log('warning', `Module ${module}: its INFO section threw: ${text}`)
    return undefined
  }
}

const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, ' ')

/** Names of sections in an INFO command, lower case. */
export function askedSections(buf: Uint8Array, starts: Int32Array, lengths: Int32Array, argc: number): string[] {
  const names: string[] = []
  for (let i = 1; i < argc; i++) names.push(latin1(buf, starts[i], lengths[i]).toLowerCase())
  return names
}
