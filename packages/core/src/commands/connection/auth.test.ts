import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

const NO_AUTH = '(error) NOAUTH Authentication required.'
const WRONG_PASS = '(error) WRONGPASS invalid username-password pair or user is disabled.'

describe('AUTH', () => {
  let server: TestEngine
  beforeEach(() => {
    server = startTestEngine()
  })

  function locked(password = 'secret'): TestClient {
    server.client.raw('CONFIG', 'SET', 'requirepass', password)
    return server.connect()
  }

  it('without a password configured takes any for the default user, but asks whether that is meant', () => {
    expect(server.client.run('AUTH x')).toBe(
      '(error) ERR AUTH <password> called without any password configured for the default user. ' +
        'Are you sure your configuration is correct?',
    )
    expect(server.client.run('AUTH default x')).toBe('OK')
    expect(server.client.run('AUTH nobody x')).toBe(WRONG_PASS)
  })

  it('opens the connection to who knows the password', () => {
    const client = locked()
    expect(client.run('PING')).toBe(NO_AUTH)
    expect(client.run('AUTH wrong')).toBe(WRONG_PASS)
    expect(client.run('AUTH default wrong')).toBe(WRONG_PASS)
    expect(client.run('AUTH nobody secret')).toBe(WRONG_PASS)
    expect(client.run('PING')).toBe(NO_AUTH)
    expect(client.run('AUTH secret')).toBe('OK')
    expect(client.run('PING')).toBe('PONG')
    expect(client.run('AUTH wrong')).toBe(WRONG_PASS)
    expect(client.run('PING')).toBe('PONG')
    // As in Valkey, which counts HELLO's, too.
    expect(client.run('HELLO 2 AUTH default wrong')).toBe(WRONG_PASS)
    expect(client.run('INFO stats')).toContain('acl_access_denied_auth:5\r\n')
  })

  it('compares the whole password, byte by byte', () => {
    const password = new Uint8Array([115, 195, 164, 0, 255])
    const client = locked()
    server.client.raw('CONFIG', 'SET', 'requirepass', password)
    for (const wrong of ['', 's', new Uint8Array([...password, 0]), new Uint8Array([...password, ...password])]) {
      expect(client.raw('AUTH', wrong)).toContain('WRONGPASS')
    }
    expect(client.raw('AUTH', password)).toBe('+OK\r\n')
  })

  it('tells strangers nothing: not which commands there are, nor what is wrong with one', () => {
    const client = locked()
    for (const line of ['GET', 'FOO', 'CLIENT', 'CLIENT FOO', 'CLIENT ID', 'COMMAND']) {
      expect(client.run(line)).toBe(NO_AUTH)
    }
  })

  it('lets who was connected go on when a password is set, and all when it is taken away', () => {
    const client = locked()
    expect(server.client.run('PING')).toBe('PONG')
    server.client.raw('CONFIG', 'SET', 'requirepass', '')
    expect(client.run('PING')).toBe('PONG')
  })

  it('takes one or two arguments', () => {
    expect(server.client.run('AUTH')).toBe("(error) ERR wrong number of arguments for 'auth' command")
    expect(server.client.run('AUTH a b c')).toBe('(error) ERR syntax error')
  })
})
