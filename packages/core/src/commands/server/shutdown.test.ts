import { beforeEach, describe, expect, it } from 'vitest'
import type { ShutdownRequest } from '../../engine/engine.ts'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
let asked: ShutdownRequest[]

beforeEach(() => {
  server = startTestEngine()
  asked = []
  server.engine.onShutdownRequest = (request) => {
    asked.push(request)
    return undefined
  }
})

const client = expect.stringMatching(/^id=\d+ addr=127\.0\.0\.1:50000/) as unknown as string

describe('SHUTDOWN', () => {
  it('asks the server, and sends no reply', () => {
    expect(server.client.raw('SHUTDOWN')).toBe('')
    expect(asked).toEqual([{ now: false, force: false, client }])
  })

  it('hands on what is asked for, in any order and case', () => {
    server.client.raw('SHUTDOWN', 'NOSAVE')
    server.client.raw('SHUTDOWN', 'force', 'now', 'SAVE')
    server.client.raw('SHUTDOWN', 'SAFE', 'FAILOVER')
    expect(asked).toEqual([
      { save: false, now: false, force: false, client },
      { save: true, now: true, force: true, client },
      { now: false, force: false, client },
    ])
  })

  it('answers with the reason when the server refuses', () => {
    server.engine.onShutdownRequest = () => 'ERR Errors trying to SHUTDOWN. Check logs.'
    expect(server.client.raw('SHUTDOWN')).toBe('-ERR Errors trying to SHUTDOWN. Check logs.\r\n')
  })

  it('refuses contradictions and unknown words', () => {
    for (const words of ['SAVE NOSAVE', 'FOO', 'ABORT NOW', 'NOSAVE ABORT', 'NOW X']) {
      expect(server.client.run(`SHUTDOWN ${words}`)).toBe('(error) ERR syntax error')
    }
    expect(asked).toEqual([])
  })

  it('has nothing to ABORT, because it waits for nothing', () => {
    expect(server.client.run('SHUTDOWN ABORT')).toBe('(error) ERR No shutdown in progress.')
  })

  it('is refused by an engine inside a program', () => {
    server.engine.onShutdownRequest = undefined
    expect(server.client.run('SHUTDOWN NOSAVE')).toContain('(error) ERR this engine is part of a program')
    expect(server.client.closed).toBe(false)
  })
})
