import { beforeEach, describe, expect, it } from 'vitest'
import { encodeCommand } from '../../engine/reply-value.ts'
import { LOAD_FAILED, type ModuleServer, startModuleServer } from './_test-modules.ts'

let server: ModuleServer
let run: ModuleServer['run']

beforeEach(() => {
  server = startModuleServer()
  run = server.run
})

describe('MODULE LOAD', () => {
  it('loads what the path names, with its arguments', () => {
    expect(run('COUNTER.GET')).toContain('unknown command')
    expect(run('MODULE LOAD /m/counter.js x y')).toBe('OK')
    expect(run('COUNTER.GET')).toBe('(integer) 1')
    expect(server.seen).toEqual([{ args: ['x', 'y'], limit: 7 }])
  })

  it('tells the log why it failed, and the client only that it did', () => {
    expect(run('MODULE LOAD nowhere')).toBe(LOAD_FAILED)
    expect(server.log.at(-1)).toBe('Module nowhere failed to load: there is no nowhere')
    run('MODULE LOAD /m/counter.js')
    expect(run('MODULE LOAD /m/counter.js')).toBe(LOAD_FAILED)
    expect(server.log.at(-1)).toContain('KV_MODULE_NAME_CLASH')
  })

  it('cannot find anything in an engine that nobody taught to', () => {
    server.engine.modules.resolve = undefined
    expect(run('MODULE LOAD /m/counter.js')).toBe(LOAD_FAILED)
  })
})

it('MODULE LOAD and UNLOAD hold for the requests behind them in a pipeline', () => {
  const { client } = startModuleServer()
  const requests = ['MODULE LOAD /m/counter.js', 'COUNTER.GET', 'MODULE UNLOAD counter', 'COUNTER.GET', 'PING']
  const pipeline = requests.flatMap((line) => [...encodeCommand(line.split(' '))])
  expect(client.bytes(new Uint8Array(pipeline))).toMatch(
    /^\+OK\r\n:1\r\n\+OK\r\n-ERR unknown command 'COUNTER\.GET'[^\r]*\r\n\+PONG\r\n$/,
  )
})
