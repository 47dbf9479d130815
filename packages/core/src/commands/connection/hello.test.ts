import { API_LEVEL, defineModule } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const SYNTAX = '(error) ERR Syntax error in HELLO option '
const NOT_INTEGER = '(error) ERR Protocol version is not an integer or out of range'
const NO_PROTOCOL = '(error) NOPROTO unsupported protocol version'
const WRONG_PASS = '(error) WRONGPASS invalid username-password pair or user is disabled.'

describe('HELLO', () => {
  let server: TestEngine
  let run: (line: string) => string
  beforeEach(() => {
    server = startTestEngine()
    run = (line) => server.client.run(line)
  })

  it('tells about the server and the connection, as an array in RESP2 and as a map in RESP3', () => {
    const facts = [
      'server',
      'valkey',
      'version',
      '9.1.0',
      'proto',
      'P',
      'id',
      'I',
      'mode',
      'standalone',
      'role',
      'master',
    ]
    const reply = (resp: 2 | 3): string =>
      `${resp === 3 ? '%7' : '*14'}\r\n${facts
        .map((fact) => (fact === 'P' ? `:${resp}\r\n` : fact === 'I' ? ':1\r\n' : `$${fact.length}\r\n${fact}\r\n`))
        .join('')}$7\r\nmodules\r\n*0\r\n`
    expect(server.client.raw('HELLO')).toBe(reply(2))
    expect(server.client.raw('HELLO', '3')).toBe(reply(3))
    expect(server.client.raw('HELLO')).toBe(reply(3))
    expect(server.client.raw('HELLO', '2')).toBe(reply(2))
  })

  it('changes the protocol for the commands behind it in the same batch', () => {
    const batch = 'HELLO 3\r\nGET none\r\nHELLO 2\r\nGET none\r\n'
    const reply = server.client.bytes(new TextEncoder().encode(batch))
    expect(reply.match(/_\r\n|\$-1\r\n/g)).toEqual(['_\r\n', '$-1\r\n'])
  })

  it('lists the modules but core, with their versions as one number', () => {
    server.engine.modules.load(defineModule({ name: 'geo', version: '1.2.3', api: API_LEVEL }), {
      args: ['a', 'b'],
      path: '/m/geo.js',
    })
    expect(run('HELLO')).toContain('modules, [[name, geo, ver, (integer) 10203, path, /m/geo.js, args, [a, b]]]')
  })

  it('tells the availability zone when there is one', () => {
    expect(run('HELLO')).not.toContain('availability_zone')
    run('CONFIG SET availability-zone eu-1a')
    expect(run('HELLO')).toContain(', availability_zone, eu-1a]')
  })

  it('says that it is Redis where extended-redis-compatibility is on', () => {
    run('CONFIG SET extended-redis-compatibility yes')
    expect(run('HELLO')).toContain('server, redis, version, 7.2.4')
  })

  it('knows the versions 2 and 3 only', () => {
    for (const version of [
      '1',
      '4',
      '0',
      '-2',
      '2147483648',
      '4294967298',
      '9007199254740991',
      '9223372036854775807',
    ]) {
      expect(run(`HELLO ${version}`)).toBe(NO_PROTOCOL)
    }
    for (const version of ['x', '03', '2.0', '9223372036854775808']) expect(run(`HELLO ${version}`)).toBe(NOT_INTEGER)
    expect(server.client.session.resp).toBe(2)
  })

  it('names the connection', () => {
    run('HELLO 2 SETNAME one SETNAME two')
    expect(run('CLIENT GETNAME')).toBe('two')
    expect(server.client.raw('HELLO', '2', 'SETNAME', 'a b')).toBe(
      '-ERR Client names cannot contain spaces, newlines or special characters.\r\n',
    )
    expect(run('CLIENT GETNAME')).toBe('two')
  })

  it('refuses options that it does not know, or that lack a value', () => {
    expect(run('HELLO 2 FOO')).toBe(`${SYNTAX}'FOO'`)
    expect(run('HELLO 2 AUTH default')).toBe(`${SYNTAX}'AUTH'`)
    expect(run('HELLO 3 SETNAME')).toBe(`${SYNTAX}'SETNAME'`)
    expect(server.client.raw('HELLO', '2', 'F\r\nO')).toBe("-ERR Syntax error in HELLO option 'F  O'\r\n")
    expect(server.client.session.resp).toBe(2)
  })

  it('authenticates first, and changes nothing when that fails', () => {
    run('CONFIG SET requirepass secret')
    const other = server.connect()
    expect(other.run('HELLO 3')).toContain('(error) NOAUTH HELLO must be called with the client already authenticated')
    expect(other.run('HELLO 3 SETNAME me')).toContain('(error) NOAUTH HELLO must be called')
    expect(other.run('HELLO x')).toBe(NOT_INTEGER)
    expect(other.run('HELLO 3 SETNAME me AUTH default wrong')).toBe(WRONG_PASS)
    expect(other.run('HELLO 3 AUTH nobody secret')).toBe(WRONG_PASS)
    expect([other.session.resp, other.session.name, other.session.authenticated]).toEqual([2, '', false])
    expect(other.run('HELLO 3 SETNAME me AUTH default secret')).toContain('proto, (integer) 3')
    expect([other.session.resp, other.session.name, other.session.authenticated]).toEqual([3, 'me', true])
  })
})
