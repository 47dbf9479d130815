import { ConfigRegistry } from '@kvasir/core'
import { defineModule } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { failureText } from './config-file.ts'
import { convertConfig, defineConfig, type KvasirConfig } from './define-config.ts'
import { applyDirectives } from './startup-directives.ts'

const demo = defineModule({ name: 'demo', version: '1.0.0', api: 1 })

function applied(config: KvasirConfig): { registry: ConfigRegistry; printed: string } {
  const registry = new ConfigRegistry()
  const { failure } = applyDirectives({ directives: convertConfig(config, 'kvasir.config.mjs').directives }, registry)
  return { registry, printed: failure === undefined ? '' : failureText(failure, '1.0.0') }
}

describe('a configuration in JavaScript', () => {
  it('sets parameters of every kind', () => {
    const { registry, printed } = applied(
      defineConfig({
        port: 7000,
        maxmemory: '2gb',
        'maxmemory-clients': '5%',
        'maxmemory-policy': 'allkeys-lru',
        'protected-mode': false,
        save: [
          [3600, 1],
          [60, 100],
        ],
        bind: ['127.0.0.1', '-::1'],
        'client-output-buffer-limit': { pubsub: ['64mb', 1024, 60], normal: [1, 2, 3] },
        'latency-tracking-info-percentiles': [50, 99.9],
        'oom-score-adj-values': [1, 2, 3],
        'shutdown-on-sigterm': ['save', 'now'],
        unixsocketperm: '700',
        replicaof: ['localhost', 6380],
        'availability-zone': 'K\u00f8benhavn "1"',
        'notify-keyspace-events': 'KEA',
      }),
    )
    expect(printed).toBe('')
    const shown = (name: string): string | undefined => registry.get(name)
    expect(shown('port')).toBe('7000')
    expect(shown('maxmemory')).toBe('2147483648')
    expect(shown('maxmemory-clients')).toBe('5%')
    expect(shown('maxmemory-policy')).toBe('allkeys-lru')
    expect(shown('protected-mode')).toBe('no')
    expect(shown('save')).toBe('3600 1 60 100')
    expect(shown('bind')).toBe('127.0.0.1 -::1')
    expect(shown('client-output-buffer-limit')).toBe('normal 1 2 3 slave 268435456 67108864 60 pubsub 67108864 1024 60')
    expect(shown('latency-tracking-info-percentiles')).toBe('50 99.9')
    expect(shown('oom-score-adj-values')).toBe('1 2 3')
    expect(shown('shutdown-on-sigterm')).toBe('save now')
    expect(shown('unixsocketperm')).toBe('700')
    expect(shown('replicaof')).toBe('localhost 6380')
    expect(shown('availability-zone')).toBe('K\xc3\xb8benhavn "1"')
    expect(shown('notify-keyspace-events')).toBe('AKE')
  })

  it('takes empty lists and words as configuration files do', () => {
    const { registry } = applied({ save: [], bind: [], 'latency-tracking-info-percentiles': '1 2' })
    expect([registry.get('save'), registry.get('bind')]).toEqual(['', ''])
    expect(registry.get('latency-tracking-info-percentiles')).toBe('1 2')
  })

  it('is checked as a configuration file, with its values for lines', () => {
    expect(applied({ hz: 20, port: 70_000 }).printed).toBe(
      '\n*** FATAL CONFIG FILE ERROR (Version 1.0.0) ***\nReading the configuration file, at line 2\n' +
        '>>> \'port "70000"\'\nargument must be between 0 and 65535 inclusive\n',
    )
    expect(applied({ nonsense: 1 } as unknown as KvasirConfig).printed).toContain('Bad directive')
  })

  it('keeps modules in their order, whatever form they have', () => {
    const { modules, directives } = convertConfig(
      { modules: [demo, '@kvasir/json', ['@scope/name', 'a', 'b']], 'demo.size': 5 },
      'x',
    )
    expect(modules).toEqual([demo, ['@kvasir/json'], ['@scope/name', 'a', 'b']])
    expect(directives.map(({ name, words }) => [name, words])).toEqual([['demo.size', ['5']]])
  })

  it('has users and renamed commands', () => {
    const { directives } = convertConfig(
      { users: ['alice on  +@read ~\u00e9*'], renameCommands: { DEBUG: '', GET: 'XGET' } },
      'x',
    )
    expect(directives.map(({ origin }) => origin.text)).toEqual([
      'rename-command "DEBUG" ""',
      'rename-command "GET" "XGET"',
      'user "alice" "on" "+@read" "~\\xc3\\xa9*"',
    ])
  })

  it('has types for names and values', () => {
    defineConfig({
      // @ts-expect-error no such parameter
      nonsense: 1,
    })
    // @ts-expect-error a number is wanted
    defineConfig({ port: '6379' })
    // @ts-expect-error no such policy
    defineConfig({ 'maxmemory-policy': 'lru' })
    // @ts-expect-error a boolean is wanted
    defineConfig({ appendonly: 'yes' })
    // @ts-expect-error pairs are wanted
    defineConfig({ save: [900] })
    // @ts-expect-error no such unit
    defineConfig({ maxmemory: '2tb' })
    // @ts-expect-error no such class of clients
    defineConfig({ 'client-output-buffer-limit': { slaves: [1, 2, 3] } })
  })
})
