import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

const SYNTAX = '(error) ERR syntax error'

let server: TestEngine
let me: TestClient
let other: TestClient

beforeEach(() => {
  server = startTestEngine()
  me = server.client
  other = server.connect()
  Object.assign(other, { address: '127.0.0.1:50001' })
  other.run('CLIENT SETNAME other')
})

describe('CLIENT KILL', () => {
  it('closes the connection from an address', () => {
    expect(me.run('CLIENT KILL 127.0.0.1:50001')).toBe('OK')
    expect([other.closed, me.closed]).toEqual([true, false])
    for (const address of ['127.0.0.1:50001', '127.0.0.1:', 'id']) {
      expect(me.run(`CLIENT KILL ${address}`)).toBe('(error) ERR No such client')
    }
  })

  it('answers the client that closes itself, and runs nothing more of it', () => {
    const batch = 'CLIENT KILL 127.0.0.1:50000\r\nSET k v\r\n'
    expect(me.bytes(new TextEncoder().encode(batch))).toBe('+OK\r\n')
    expect(me.closed).toBe(true)
    expect(other.run('EXISTS k')).toBe('(integer) 0')
  })

  it('closes those that fit every filter, and tells how many', () => {
    const third = server.connect()
    expect(me.run('CLIENT KILL NAME other TYPE replica')).toBe('(integer) 0')
    expect(me.run('CLIENT KILL NAME other TYPE normal LADDR 127.0.0.1:6379')).toBe('(integer) 1')
    expect([other.closed, third.closed]).toEqual([true, false])
    expect(server.engine.sessions.size).toBe(2)
  })

  it('spares the client that asks unless it says otherwise', () => {
    server.connect()
    expect(me.run('CLIENT KILL USER default')).toBe('(integer) 2')
    expect(me.run('CLIENT KILL ID 1 SKIPME yes')).toBe('(integer) 0')
    expect(me.closed).toBe(false)
    expect(me.run('CLIENT KILL ID 1 SKIPME no')).toBe('(integer) 1')
    expect(me.closed).toBe(true)
  })

  it('takes several IDs', () => {
    expect(me.run('CLIENT KILL ID 2 7 ID 8')).toBe('(integer) 1')
  })

  it('closes by age', () => {
    server.clock.advance(5000)
    const young = server.connect()
    expect(me.run('CLIENT KILL MAXAGE 5')).toBe('(integer) 1')
    expect([other.closed, young.closed]).toEqual([true, false])
  })

  it('checks every filter before it closes anything', () => {
    expect(me.run('CLIENT KILL')).toBe("(error) ERR wrong number of arguments for 'client|kill' command")
    for (const filter of ['ID x', 'ID 2 x', 'FOO bar', 'ID 2 FOO bar', 'SKIPME maybe', 'ID 2 NAME']) {
      expect(me.run(`CLIENT KILL ${filter}`)).toBe(SYNTAX)
    }
    expect(me.run('CLIENT KILL ID 0')).toBe('(error) ERR client-id should be greater than 0')
    expect(me.run('CLIENT KILL ID 2 TYPE foo')).toBe("(error) ERR Unknown client type 'foo'")
    expect(me.run('CLIENT KILL ID 2 USER foo')).toBe("(error) ERR No such user 'foo'")
    expect(me.run('CLIENT KILL ID 2 MAXAGE -1')).toBe('(error) ERR maxage should be greater than 0')
    expect(other.closed).toBe(false)
  })
})
