import { expect, it } from 'vitest'
import { metricsOf, notReadyReason } from './scrape.ts'

const figures = { scrapesCount: 1, lastSeconds: 0.25 }

it('is not ready while the dataset is loaded, nor without a link to the primary', () => {
  expect(notReadyReason('# Persistence\r\nloading:0\r\n# Replication\r\nrole:master\r\n')).toBe(undefined)
  expect(notReadyReason('loading:1\r\nmaster_link_status:up\r\n')).toBe('the dataset is being loaded')
  expect(notReadyReason('loading:0\r\nmaster_link_status:down\r\n')).toBe('the link to the primary is down')
})

it('shows percentiles of commands as a summary', () => {
  const text = metricsOf('latency_percentiles_usec_config|get:p50=7.007,p99=9.5,p99.9=10\r\n', figures)
  expect(text).toContain('# TYPE redis_latency_percentiles_usec summary\n')
  expect(text).toContain('redis_latency_percentiles_usec{cmd="config|get",quantile="50"} 7.007\n')
  expect(text).toContain('redis_latency_percentiles_usec{cmd="config|get",quantile="99.9"} 10\n')
})

it('counts seconds, and words as numbers', () => {
  const text = metricsOf('latest_fork_usec:1500000\r\nmaster_link_status:down\r\naof_last_write_status:ok\r\n', figures)
  expect(text).toContain('redis_latest_fork_seconds 1.5\n')
  expect(text).toContain('redis_master_link_up 0\n')
  expect(text).toContain('redis_aof_last_write_status 1\n')
  expect(text).toContain('redis_exporter_last_scrape_duration_seconds 0.25\n')
})

it('leaves out what it does not know, and what is no number', () => {
  const text = metricsOf('config_file:/etc/secret.conf\r\nuptime_in_seconds:soon\r\nmade_up:1\r\n', figures)
  expect(text).not.toMatch(/secret|uptime|made_up|start_time/)
})
