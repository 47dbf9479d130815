import { beforeEach, describe, expect, it } from 'vitest'
import { clientLine } from '../../engine/client-line.ts'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

const SYNTAX = '(error) ERR syntax error'

let server: TestEngine
let me: TestClient
let other: TestClient

beforeEach(() => {
  server = startTestEngine()
  me = server.client
  other = server.connect()
  other.run('CLIENT SETNAME other')
})

/** Names of the connections listed; mine is empty. */
function names(filters: string): string[] {
  return [...me.run(`CLIENT LIST ${filters}`).matchAll(/ name=(\S*) /g)].map(([, name]) => name as string)
}

describe('CLIENT LIST', () => {
  it('has a line for each connection', () => {
    expect(me.run('CLIENT LIST')).toMatch(
      /^id=1 .* cmd=client\|list .*\nid=2 .* name=other .* cmd=client\|setname .*\n$/,
    )
    server.connect().run('QUIT')
    expect(names('')).toEqual(['', 'other'])
  })

  it('is a verbatim string in RESP3, empty when nothing fits', () => {
    me.run('HELLO 3')
    expect(me.raw('CLIENT', 'LIST', 'ID', '99')).toBe('=4\r\ntxt:\r\n')
  })

  it('has the line of CLIENT INFO for each, whatever the user is called', () => {
    me.run('ACL SETUSER b\u00e9\u20ac on nopass +@all')
    expect(other.run('AUTH b\u00e9\u20ac x')).toBe('OK')
    const line = clientLine(other.session)
    expect(line).toMatch(/ db=0 sub=0 .* multi=-1 .* user=b\u00e9\u20ac /)
    const text = Buffer.from(me.raw('CLIENT', 'LIST', 'ID', '2'), 'latin1').toString()
    expect(text).toBe(`$${Buffer.byteLength(line) + 1}\r\n${line}\n\r\n`)
  })

  it('filters by ID, several of them', () => {
    expect(names('ID 2')).toEqual(['other'])
    expect(names('ID 1 2 99 TYPE normal')).toEqual(['', 'other'])
    expect(names('ID 1 ID 2')).toEqual(['', 'other'])
    expect(names('NOT-ID 1 7')).toEqual(['other'])
    expect(names('ID 4294967298')).toEqual([])
    for (const filter of ['ID', 'ID x', 'ID 1 x', 'ID 1 foo bar', 'ID 9223372036854775808']) {
      expect(me.run(`CLIENT LIST ${filter}`)).toBe(SYNTAX)
    }
    for (const id of ['0', '-1']) {
      expect(me.run(`CLIENT LIST ID ${id}`)).toBe('(error) ERR client-id should be greater than 0')
    }
  })

  it('filters by name and by library, which no empty one fits', () => {
    other.run('CLIENT SETINFO lib-name jedis')
    other.run('CLIENT SETINFO lib-ver 5')
    expect(names('NAME other LIB-NAME jedis LIB-VER 5')).toEqual(['other'])
    expect(names('NOT-NAME other')).toEqual([''])
    expect(names('NOT-LIB-NAME jedis')).toEqual([''])
    expect(names('NOT-LIB-VER 6')).toEqual(['', 'other'])
    expect(names('NAME nobody NAME other')).toEqual(['other'])
    expect(me.raw('CLIENT', 'LIST', 'NAME', '')).toBe('$0\r\n\r\n')
  })

  it('filters by type, in any case', () => {
    expect(names('TYPE NORMAL')).toEqual(['', 'other'])
    for (const type of ['pubsub', 'replica', 'slave', 'primary', 'master']) expect(names(`TYPE ${type}`)).toEqual([])
    expect(names('NOT-TYPE pubsub')).toEqual(['', 'other'])
    for (const type of ['foo', 'constructor', '__proto__']) {
      expect(me.run(`CLIENT LIST TYPE ${type}`)).toBe(`(error) ERR Unknown client type '${type}'`)
    }
  })

  it('filters by addresses', () => {
    expect(names('ADDR 127.0.0.1:50000 LADDR 127.0.0.1:6379 IP 127.0.0.1')).toEqual(['', 'other'])
    expect(names('ADDR 127.0.0.1')).toEqual([])
    expect(names('NOT-IP 127.0.0.1')).toEqual([])
    expect(names('NOT-ADDR 1.1.1.1:1 NOT-LADDR 1.1.1.1:1')).toEqual(['', 'other'])
    Object.assign(other, { address: '[::1]:50001' })
    expect(names('IP ::1')).toEqual(['other'])
  })

  it('flag d: a watched key was changed; nothing more is watched then, until the transaction is over', () => {
    const shown = (): string => /flags=\S+|watch=\d+/g[Symbol.match](me.run('CLIENT LIST ID 2'))?.join(' ') ?? ''
    const watching = (): string => /(?<=watching_clients:)\d+/.exec(me.run('INFO clients'))?.[0] ?? ''
    other.run('WATCH k1 k2 k3')
    expect([shown(), watching()]).toEqual(['flags=N watch=3', '1'])
    me.run('SET k2 v')
    expect([shown(), watching()]).toEqual(['flags=d watch=0', '0'])
    expect(server.engine.transactions.watchBytes).toBe(0)
    other.run('WATCH k9')
    expect(shown()).toBe('flags=d watch=0')
    expect(me.run('CLIENT LIST FLAGS d')).toMatch(/^id=2 /)
    other.run('MULTI')
    expect(shown()).toBe('flags=xd watch=0')
    expect(other.run('EXEC')).toBe('(nil)')
    expect(shown()).toBe('flags=N watch=0')
    other.run('WATCH k1')
    me.run('SELECT 1')
    me.run('SET k1 v')
    me.run('SWAPDB 0 1')
    expect(shown()).toBe('flags=d watch=1')
    other.run('UNWATCH')
    expect(shown()).toBe('flags=N watch=0')
  })

  it('flag d comes with the deletion of a key whose time is over', () => {
    me.run('SET k v PX 10')
    other.run('WATCH k')
    server.clock.advance(200)
    expect(me.run('CLIENT LIST ID 2')).toMatch(/ flags=d .* watch=0 /)
  })

  it('cmd is the last command that was asked for, run, queued or refused; NULL for one that there is none of', () => {
    const cmd = (line: string): string => {
      other.run(line)
      return / cmd=(\S+)/.exec(me.run('CLIENT LIST ID 2'))?.[1] ?? ''
    }
    expect(['PING', 'GET', 'NOSUCH', 'CLIENT NOSUCH', 'CONFIG SET'].map(cmd)).toEqual([
      'ping',
      'get',
      'NULL',
      'NULL',
      'config|set',
    ])
    expect(['MULTI', 'GET k', 'SET k', 'NOSUCH', 'EXEC'].map(cmd)).toEqual(['multi', 'get', 'set', 'NULL', 'exec'])
  })

  it('filters by flags: all of the letters given', () => {
    other.run('CLIENT NO-EVICT on')
    other.run('CLIENT NO-TOUCH on')
    expect(names('FLAGS e')).toEqual(['other'])
    expect(names('FLAGS Te')).toEqual(['other'])
    expect(names('FLAGS eN')).toEqual([])
    expect(names('NOT-FLAGS e')).toEqual([''])
    expect(names('NOT-FLAGS ex')).toEqual(['', 'other'])
    expect(me.run('CLIENT LIST FLAGS NZ')).toBe('(error) ERR Unknown flags found in the provided filter: NZ')
  })

  it('filters by what a client can do', () => {
    other.run('CLIENT CAPA redirect')
    expect(names('CAPA r')).toEqual(['other'])
    expect(names('NOT-CAPA r')).toEqual([''])
    expect(me.run('CLIENT LIST CAPA rz')).toBe('(error) ERR Unknown capa found in the provided filter: rz')
  })

  it('filters by database', () => {
    other.run('SELECT 3')
    expect(names('DB 3')).toEqual(['other'])
    expect(names('NOT-DB 3')).toEqual([''])
    expect(me.run('CLIENT LIST DB x')).toBe('(error) ERR DB is not an integer or out of range')
    for (const db of ['16', '-1', '4294967296']) {
      expect(me.run(`CLIENT LIST DB ${db}`)).toBe('(error) ERR DB number should be between 0 and 15')
    }
  })

  it('filters by user', () => {
    expect(names('USER default')).toEqual(['', 'other'])
    expect(names('NOT-USER default')).toEqual([])
    expect(me.run('CLIENT LIST USER foo')).toBe("(error) ERR No such user 'foo'")
  })

  it('filters by age and by idle time, in seconds', () => {
    server.clock.advance(10_000)
    server.connect().run('CLIENT SETNAME young')
    expect(names('MAXAGE 10')).toEqual(['', 'other'])
    expect(names('MAXAGE 11')).toEqual([])
    expect(names('IDLE 10')).toEqual(['other'])
    for (const [option, what] of [
      ['MAXAGE', 'maxage'],
      ['IDLE', 'idle'],
    ]) {
      expect(names(`${option} 9223372036854775807`)).toEqual([])
      expect(me.run(`CLIENT LIST ${option} 0`)).toBe(`(error) ERR ${what} should be greater than 0`)
      for (const value of ['x', '9223372036854775808']) {
        expect(me.run(`CLIENT LIST ${option} ${value}`)).toBe(`(error) ERR ${what} is not an integer or out of range`)
      }
      expect(me.run(`CLIENT LIST NOT-${option} 1`)).toBe(SYNTAX)
    }
  })

  it('leaves out the client that asks when told to', () => {
    expect(names('SKIPME yes')).toEqual(['other'])
    expect(names('SKIPME YES SKIPME no')).toEqual(['', 'other'])
    expect(me.run('CLIENT LIST SKIPME maybe')).toBe(SYNTAX)
  })

  it('refuses filters that there are not', () => {
    for (const filter of ['x', 'foo bar', 'constructor x', '__proto__ x', 'not-x y', 'NAME']) {
      expect(me.run(`CLIENT LIST ${filter}`)).toBe(SYNTAX)
    }
  })
})
