/**
 * Fields of INFO as metrics. Names, labels and units are those of redis_exporter, so that its dashboards and alerts
 * work; what it has no name for is named in its way. A field that is not listed here is not shown.
 *
 * Source: dashboards, alerts and README of https://github.com/oliver006/redis_exporter; fields of
 * https://valkey.io/commands/info/
 */

import type { MetricType } from './exposition.ts'

export interface FieldMetric {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  /** What the field is multiplied by: metrics are in seconds and bytes. */
  readonly scale: number
}

const SECONDS_PER_US = 1e-6

/** By the names of the fields; a name of a metric in front of a text on what it is. */
const GAUGES: Readonly<Record<string, readonly [name: string, help: string, scale?: number]>> = {
  active_defrag_running: ['active_defrag_running', 'Whether memory is being defragmented.'],
  allocator_active: ['allocator_active_bytes', 'Memory in pages that the allocator uses.'],
  allocator_allocated: ['allocator_allocated_bytes', 'Memory that the allocator has given out.'],
  allocator_frag_bytes: ['allocator_frag_bytes', 'Active memory that is not given out.'],
  allocator_frag_ratio: ['allocator_frag_ratio', 'Active memory to memory given out.'],
  allocator_resident: ['allocator_resident_bytes', 'Memory that the allocator holds.'],
  allocator_rss_bytes: ['allocator_rss_bytes', 'Memory that the allocator could give back.'],
  allocator_rss_ratio: ['allocator_rss_ratio', 'Memory held to active memory.'],
  aof_current_rewrite_time_sec: [
    'aof_current_rewrite_duration_sec',
    'Duration of the present AOF rewrite; -1 without.',
  ],
  aof_enabled: ['aof_enabled', 'Whether the AOF is on.'],
  aof_last_bgrewrite_status: ['aof_last_bgrewrite_status', 'Whether the last AOF rewrite went well.'],
  aof_last_cow_size: ['aof_last_cow_size_bytes', 'Memory copied during the last AOF rewrite.'],
  aof_last_rewrite_time_sec: ['aof_last_rewrite_duration_sec', 'Duration of the last AOF rewrite; -1 without.'],
  aof_last_write_status: ['aof_last_write_status', 'Whether the last write to the AOF went well.'],
  aof_rewrite_in_progress: ['aof_rewrite_in_progress', 'Whether the AOF is being rewritten.'],
  aof_rewrite_scheduled: ['aof_rewrite_scheduled', 'Whether a rewrite of the AOF is to follow.'],
  async_loading: ['async_loading', 'Whether data is loaded while the old is served.'],
  blocked_clients: ['blocked_clients', 'Clients that wait in a blocking command.'],
  client_recent_max_input_buffer: ['client_recent_max_input_buffer_bytes', 'The largest buffer of requests.'],
  client_recent_max_output_buffer: ['client_recent_max_output_buffer_bytes', 'The largest buffer of replies.'],
  clients_in_timeout_table: ['clients_in_timeout_table', 'Clients in the table of timeouts.'],
  cluster_connections: ['cluster_connections', 'Connections of the cluster bus.'],
  cluster_enabled: ['cluster_enabled', 'Whether this is a node of a cluster.'],
  connected_clients: ['connected_clients', 'Connections of clients.'],
  connected_slaves: ['connected_slaves', 'Connected replicas.'],
  expired_stale_perc: ['expired_stale_percentage', 'Estimate of keys that are expired and not gone, percent.'],
  instantaneous_input_kbps: ['instantaneous_input_kbps', 'Kilobytes read a second.'],
  instantaneous_ops_per_sec: ['instantaneous_ops_per_sec', 'Commands a second.'],
  instantaneous_output_kbps: ['instantaneous_output_kbps', 'Kilobytes written a second.'],
  latest_fork_usec: ['latest_fork_seconds', 'Duration of the latest fork.', SECONDS_PER_US],
  lazyfree_pending_objects: ['lazyfree_pending_objects', 'Values whose memory is yet to be freed.'],
  loading: ['loading_dump_file', 'Whether the dataset is being loaded.'],
  master_last_io_seconds_ago: ['master_last_io_seconds_ago', 'Since the primary sent something, seconds.'],
  master_link_status: ['master_link_up', 'Whether the link to the primary is up.'],
  master_repl_offset: ['master_repl_offset', 'The offset of replication.'],
  master_sync_in_progress: ['master_sync_in_progress', 'Whether the primary sends its dataset.'],
  maxclients: ['config_maxclients', 'The limit of clients.'],
  maxmemory: ['memory_max_bytes', 'The limit of memory; 0 for none.'],
  mem_clients_normal: ['mem_clients_normal', 'Memory of clients, bytes.'],
  mem_clients_slaves: ['mem_clients_slaves', 'Memory of replicas, bytes.'],
  mem_fragmentation_bytes: ['mem_fragmentation_bytes', 'Resident memory beyond what is used.'],
  mem_fragmentation_ratio: ['mem_fragmentation_ratio', 'Resident memory to used memory.'],
  mem_javascript_heap: ['memory_javascript_heap_bytes', 'The JavaScript heap.'],
  mem_not_counted_for_evict: ['mem_not_counted_for_eviction_bytes', 'Memory that maxmemory does not count.'],
  module_fork_in_progress: ['module_fork_in_progress', 'Whether a module has forked.'],
  module_fork_last_cow_size: ['module_fork_last_cow_size', 'Memory copied during the last fork of a module.'],
  process_id: ['process_id', 'The process.'],
  pubsub_channels: ['pubsub_channels', 'Channels with subscribers.'],
  pubsub_clients: ['pubsub_clients', 'Clients that subscribe.'],
  pubsub_patterns: ['pubsub_patterns', 'Patterns with subscribers.'],
  pubsubshard_channels: ['pubsubshard_channels', 'Shard channels with subscribers.'],
  rdb_bgsave_in_progress: ['rdb_bgsave_in_progress', 'Whether the dataset is being saved.'],
  rdb_changes_since_last_save: ['rdb_changes_since_last_save', 'Changes since the last save.'],
  rdb_current_bgsave_time_sec: ['rdb_current_bgsave_duration_sec', 'Duration of the present save; -1 without.'],
  rdb_last_bgsave_status: ['rdb_last_bgsave_status', 'Whether the last save went well.'],
  rdb_last_bgsave_time_sec: ['rdb_last_bgsave_duration_sec', 'Duration of the last save; -1 without.'],
  rdb_last_cow_size: ['rdb_last_cow_size_bytes', 'Memory copied during the last save.'],
  rdb_last_save_time: ['rdb_last_save_timestamp_seconds', 'When the dataset was saved last.'],
  repl_backlog_active: ['repl_backlog_is_active', 'Whether there is a replication backlog.'],
  repl_backlog_first_byte_offset: ['repl_backlog_first_byte_offset', 'The offset of its first byte.'],
  repl_backlog_histlen: ['repl_backlog_history_bytes', 'How much is in it.'],
  repl_backlog_size: ['replication_backlog_bytes', 'Its size.'],
  rss_overhead_bytes: ['rss_overhead_bytes', 'Resident memory beyond what the allocator holds.'],
  rss_overhead_ratio: ['rss_overhead_ratio', 'Resident memory to what the allocator holds.'],
  second_repl_offset: ['second_repl_offset', 'Up to where the second replication id counts.'],
  slave_expires_tracked_keys: ['slave_expires_tracked_keys', 'Keys with a time to live that a replica minds itself.'],
  slave_priority: ['slave_priority', 'The priority of a replica in a failover.'],
  slave_repl_offset: ['slave_repl_offset', 'The offset of a replica.'],
  tls_ca_cert_expires_in_seconds: ['tls_ca_cert_expires_in_seconds', 'How long the authority is valid; 0 without TLS.'],
  tls_server_cert_expires_in_seconds: ['tls_server_cert_expires_in_seconds', 'How long the certificate is valid.'],
  total_blocking_keys: ['total_blocking_keys', 'Keys that clients wait for.'],
  total_blocking_keys_on_nokey: ['total_blocking_keys_on_nokey', 'Those that wake clients when they are deleted.'],
  total_system_memory: ['total_system_memory_bytes', 'Memory of the machine.'],
  total_watched_keys: ['total_watched_keys', 'Keys that clients watch.'],
  tracking_clients: ['tracking_clients', 'Clients that track keys.'],
  tracking_total_items: ['tracking_total_items', 'Pairs of tracked keys and clients.'],
  tracking_total_keys: ['tracking_total_keys', 'Tracked keys.'],
  tracking_total_prefixes: ['tracking_total_prefixes', 'Tracked prefixes.'],
  uptime_in_seconds: ['uptime_in_seconds', 'Since the start, seconds.'],
  used_memory: ['memory_used_bytes', 'Memory used.'],
  used_memory_dataset: ['memory_used_dataset_bytes', 'Memory of the dataset.'],
  used_memory_lua: ['memory_used_lua_bytes', 'Memory of Lua.'],
  used_memory_overhead: ['memory_used_overhead_bytes', 'Memory beside the dataset.'],
  used_memory_peak: ['memory_used_peak_bytes', 'The most memory that was ever used.'],
  used_memory_rss: ['memory_used_rss_bytes', 'Resident memory of the process.'],
  used_memory_scripts: ['memory_used_scripts_bytes', 'Memory of scripts.'],
  used_memory_startup: ['memory_used_startup_bytes', 'Memory used after the start.'],
  watching_clients: ['watching_clients', 'Clients that watch keys.'],
}

const COUNTERS: typeof GAUGES = {
  acl_access_denied_auth: ['acl_access_denied_auth_total', 'Failed logins.'],
  acl_access_denied_channel: ['acl_access_denied_channel_total', 'Refused for a channel.'],
  acl_access_denied_cmd: ['acl_access_denied_cmd_total', 'Refused for a command.'],
  acl_access_denied_key: ['acl_access_denied_key_total', 'Refused for a key.'],
  acl_access_denied_tls_cert: ['acl_access_denied_tls_cert_total', 'Certificates that name no user.'],
  client_output_buffer_limit_disconnections: [
    'client_output_buffer_limit_disconnections_total',
    'Clients ended because too many replies waited.',
  ],
  client_query_buffer_limit_disconnections: [
    'client_query_buffer_limit_disconnections_total',
    'Clients ended because of a request too long.',
  ],
  evicted_clients: ['evicted_clients_total', 'Clients ended for their memory.'],
  evicted_keys: ['evicted_keys_total', 'Keys evicted.'],
  evicted_scripts: ['evicted_scripts_total', 'Scripts evicted.'],
  expired_fields: ['expired_fields_total', 'Fields expired.'],
  expired_keys: ['expired_keys_total', 'Keys expired.'],
  expired_time_cap_reached_count: ['expired_time_cap_reached_total', 'How often expiry ran out of time.'],
  keyspace_hits: ['keyspace_hits_total', 'Keys found.'],
  keyspace_misses: ['keyspace_misses_total', 'Keys not found.'],
  lazyfreed_objects: ['lazyfreed_objects_total', 'Values whose memory was freed in steps.'],
  migrate_cached_sockets: ['migrate_cached_sockets_total', 'Sockets of MIGRATE.'],
  rdb_saves: ['rdb_saves_total', 'Saves of the dataset.'],
  rejected_connections: ['rejected_connections_total', 'Connections refused.'],
  sync_full: ['replica_resyncs_full', 'Full synchronizations.'],
  sync_partial_err: ['replica_partial_resync_denied', 'Partial synchronizations refused.'],
  sync_partial_ok: ['replica_partial_resync_accepted', 'Partial synchronizations.'],
  total_commands_processed: ['commands_processed_total', 'Commands run.'],
  total_connections_received: ['connections_received_total', 'Connections taken.'],
  total_error_replies: ['total_error_replies', 'Error replies.'],
  total_net_input_bytes: ['net_input_bytes_total', 'Bytes read.'],
  total_net_output_bytes: ['net_output_bytes_total', 'Bytes written.'],
  total_net_repl_input_bytes: ['net_repl_input_bytes_total', 'Bytes read for replication.'],
  total_net_repl_output_bytes: ['net_repl_output_bytes_total', 'Bytes written for replication.'],
  unexpected_error_replies: ['unexpected_error_replies', 'Error replies that tell of a fault in the server.'],
  used_active_time_main_thread: ['active_time_main_thread_seconds_total', 'How long the main thread was busy.'],
  used_cpu_sys: ['cpu_sys_seconds_total', 'CPU time in the system.'],
  used_cpu_sys_children: ['cpu_sys_children_seconds_total', 'The same of child processes.'],
  used_cpu_sys_main_thread: ['cpu_sys_main_thread_seconds_total', 'The same of the main thread.'],
  used_cpu_user: ['cpu_user_seconds_total', 'CPU time in the program.'],
  used_cpu_user_children: ['cpu_user_children_seconds_total', 'The same of child processes.'],
  used_cpu_user_main_thread: ['cpu_user_main_thread_seconds_total', 'The same of the main thread.'],
}

const found = new Map<string, FieldMetric>()
for (const [type, table] of [
  ['gauge', GAUGES],
  ['counter', COUNTERS],
] as const) {
  for (const [field, [name, help, scale = 1]] of Object.entries(table)) {
    found.set(field, { name: `redis_${name}`, type, help, scale })
  }
}

export const FIELD_METRICS: ReadonlyMap<string, FieldMetric> = found
