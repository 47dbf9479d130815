/** One scrape: INFO as metrics. */

import { Exposition } from './exposition.ts'
import { FIELD_METRICS } from './info-metrics.ts'
import { type InfoLine, infoLines, valueFields } from './info-text.ts'

const SECONDS_PER_US = 1e-6
const SECONDS_PER_MS = 1e-3

/** Fields that are words, and what they are in numbers. */
const WORDS: Readonly<Record<string, number>> = { ok: 1, up: 1, err: 0, down: 0 }

/** Fields that tell one server from another, as labels of redis_instance_info. */
const INSTANCE_LABELS = {
  role: 'role',
  redis_version: 'redis_version',
  valkey_version: 'valkey_version',
  kvasir_version: 'kvasir_version',
  redis_build_id: 'redis_build_id',
  redis_mode: 'redis_mode',
  os: 'os',
  maxmemory_policy: 'maxmemory_policy',
  tcp_port: 'tcp_port',
  run_id: 'run_id',
  process_id: 'process_id',
  master_replid: 'master_replid',
} as const

/** What the endpoint knows of itself. */
export interface ScrapeFigures {
  readonly scrapesCount: number
  readonly lastSeconds: number
}

export function metricsOf(info: string, figures: ScrapeFigures): string {
  const lines = infoLines(info)
  const out = new Exposition()
  out.add('redis_up', 'gauge', 'Whether the server answers.', 1)
  out.add('redis_exporter_scrapes_total', 'counter', 'Scrapes of these metrics.', figures.scrapesCount)
  out.add('redis_exporter_last_scrape_duration_seconds', 'gauge', 'How long the last one took.', figures.lastSeconds)
  out.add('redis_exporter_last_scrape_error', 'gauge', 'Whether the last one failed.', 0, { err: '' })
  addInstance(out, new Map(lines))
  for (const [name, value] of lines) addLine(out, name, value)
  return out.toString()
}

function addInstance(out: Exposition, fields: ReadonlyMap<string, string>): void {
  const labels: Record<string, string> = {}
  for (const [field, label] of Object.entries(INSTANCE_LABELS)) labels[label] = fields.get(field) ?? ''
  labels.redis_mode ||= fields.get('server_mode') ?? ''
  out.add('redis_instance_info', 'gauge', 'What this server is.', 1, labels)
  const nowSeconds = Number(fields.get('server_time_usec')) * SECONDS_PER_US
  const startSeconds = Math.floor(nowSeconds - Number(fields.get('uptime_in_seconds')))
  out.add('redis_start_time_seconds', 'gauge', 'When the server was started.', startSeconds)
}

function addLine(out: Exposition, name: string, value: string): void {
  const metric = FIELD_METRICS.get(name)
  if (metric !== undefined) {
    const number = WORDS[value] ?? Number(value)
    out.add(metric.name, metric.type, metric.help, number * metric.scale)
  } else if (name.startsWith('cmdstat_')) addCommand(out, name.slice('cmdstat_'.length), valueFields(value))
  else if (name.startsWith('latency_percentiles_usec_')) {
    addLatency(out, name.slice('latency_percentiles_usec_'.length), valueFields(value))
  } else if (name.startsWith('errorstat_')) {
    const err = name.slice('errorstat_'.length)
    out.add('redis_errors_total', 'counter', 'Error replies by their code.', numberOf(valueFields(value), 'count'), {
      err,
    })
  } else if (/^db\d+$/.test(name)) addDatabase(out, name, valueFields(value))
  else if (name === 'module') addModule(out, valueFields(value))
}

const numberOf = (fields: ReadonlyMap<string, string>, name: string): number => Number(fields.get(name) ?? Number.NaN)

function addCommand(out: Exposition, cmd: string, fields: ReadonlyMap<string, string>): void {
  const number = (name: string): number => numberOf(fields, name)
  const seconds = number('usec') * SECONDS_PER_US
  out.add('redis_commands_total', 'counter', 'Calls of the command.', number('calls'), { cmd })
  out.add('redis_commands_duration_seconds_total', 'counter', 'Time spent in the command.', seconds, { cmd })
  const rejected = 'Calls refused before the command ran.'
  out.add('redis_commands_rejected_calls_total', 'counter', rejected, number('rejected_calls'), { cmd })
  const failed = 'Calls that the command answered with an error.'
  out.add('redis_commands_failed_calls_total', 'counter', failed, number('failed_calls'), { cmd })
}

function addLatency(out: Exposition, cmd: string, fields: ReadonlyMap<string, string>): void {
  for (const [percentile, value] of fields) {
    const quantile = percentile.replace(/^p/, '')
    out.add('redis_latency_percentiles_usec', 'summary', 'Latency of the command, microseconds.', Number(value), {
      cmd,
      quantile,
    })
  }
}

function addDatabase(out: Exposition, db: string, fields: ReadonlyMap<string, string>): void {
  out.add('redis_db_keys', 'gauge', 'Keys in the database.', numberOf(fields, 'keys'), { db })
  out.add('redis_db_keys_expiring', 'gauge', 'Keys with a time to live.', numberOf(fields, 'expires'), { db })
  const seconds = numberOf(fields, 'avg_ttl') * SECONDS_PER_MS
  out.add('redis_db_avg_ttl_seconds', 'gauge', 'Their average time to live.', seconds, { db })
}

function addModule(out: Exposition, fields: ReadonlyMap<string, string>): void {
  const labels = { name: fields.get('name') ?? '', ver: fields.get('ver') ?? '', api: fields.get('api') ?? '' }
  out.add('redis_module_info', 'gauge', 'A loaded module.', 1, labels)
}

/** @returns why the server should get no requests now, or undefined when it is ready */
export function notReadyReason(info: string): string | undefined {
  const fields = new Map<InfoLine[0], InfoLine[1]>(infoLines(info))
  if (fields.get('loading') === '1') return 'the dataset is being loaded'
  return fields.get('master_link_status') === 'down' ? 'the link to the primary is down' : undefined
}
