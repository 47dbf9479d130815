import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

let server: TestEngine
let me: TestClient
let other: TestClient

beforeEach(() => {
  server = startTestEngine()
  me = server.client
  other = server.connect()
  other.run('CLIENT SETNAME other')
})

describe('CLIENT INFO', () => {
  it('returns one line with the fields of Valkey 9.1, in its order', () => {
    server.clock.advance(2500)
    const fields =
      'id=1 addr=127.0.0.1:50000 laddr=127.0.0.1:6379 fd=8 name= age=2 idle=0 flags=N capa= db=0 sub=0 psub=0 ssub=0 ' +
      'multi=-1 watch=0 qbuf=0 qbuf-free=0 argv-mem=# multi-mem=0 rbs=# rbp=# obl=0 oll=0 omem=0 tot-mem=# events=r ' +
      'cmd=client|info user=default redir=-1 resp=2 lib-name= lib-ver= tot-net-in=26 tot-net-out=0 tot-cmds=0\n'
    expect(me.run('CLIENT INFO').replace(/(argv-mem|rbs|rbp|tot-mem)=\d+/g, '$1=#')).toBe(fields)
  })

  it('is a verbatim string in RESP3', () => {
    me.run('HELLO 3')
    expect(me.raw('CLIENT', 'INFO')).toMatch(/^=\d+\r\ntxt:id=1 .* resp=3 .*\n\r\n$/)
  })

  it('counts what was run before it, and what went over the wire', () => {
    me.run('PING')
    me.run('FOO')
    expect(me.run('CLIENT INFO')).toContain(' tot-net-in=53 tot-net-out=63 tot-cmds=1\n')
  })

  it('shows the bytes of a request that has not come to its end', () => {
    other.bytes(new TextEncoder().encode('*2\r\n$3\r\nGET\r\n$5\r\nab'))
    expect(me.run('CLIENT LIST NAME other')).toMatch(/ qbuf=2 qbuf-free=[1-9]\d* argv-mem=17 /)
  })
})
