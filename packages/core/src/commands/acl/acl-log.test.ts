import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'
import { logIn } from './_test-login.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)
const loggedIn = (rules: string, name?: string): TestClient => logIn(server, rules, name)

describe('ACL LOG', () => {
  const log = (): string[] =>
    run('ACL LOG 100')
      .split(/(?=\[count)/)
      .slice(1)
      .map((entry) => {
        const [, count, reason, context, object, name] =
          /count, \(integer\) (\d+), reason, (.*?), context, (.*?), object, (.*?), username, (.*?), age-/.exec(
            entry,
          ) as unknown as string[]
        return [count, reason, context, object, name].join(' ')
      })

  it('tells what was refused, the newest first', () => {
    const alice = loggedIn('+set +flushall +select +multi ~k db=0')
    alice.run('GET k')
    alice.run('SET l v')
    alice.run('SELECT 3')
    alice.run('FLUSHALL')
    alice.run('MULTI')
    alice.run('INCR k')
    server.connect().run('AUTH nobody x')
    server.connect().run('hello 3 AUTH alice x AUTH bob y')
    expect(log()).toEqual([
      '1 auth toplevel hello bob',
      '1 auth toplevel AUTH nobody',
      '1 command multi incr alice',
      '1 database toplevel flushall alice',
      '1 database toplevel 3 alice',
      '1 key toplevel l alice',
      '1 command toplevel get alice',
    ])
    const facts = run('INFO stats')
    for (const [name, count] of Object.entries({ auth: 2, cmd: 2, key: 1, channel: 0, db: 2, tls_cert: 0 })) {
      expect(facts).toContain(`acl_access_denied_${name}:${count}\r\n`)
    }
    run('CONFIG RESETSTAT')
    expect(run('INFO stats')).toContain('acl_access_denied_key:1\r\n')
  })

  it('counts the same within a minute once, among the last ten entries', () => {
    const alice = loggedIn('')
    alice.run('GET a')
    server.clock.advance(59_999)
    alice.run('PING')
    alice.run('GET b')
    expect(log()).toEqual(['2 command toplevel get alice', '1 command toplevel ping alice'])
    const times = ', timestamp-created, (integer) 1700000000000, timestamp-last-updated, (integer) 1700000059999]]'
    expect(run('ACL LOG 1').endsWith(`entry-id, (integer) 0${times}`)).toBe(true)
    server.clock.advance(60_001)
    alice.run('GET c')
    expect(log()).toHaveLength(3)
    for (const command of [
      'DBSIZE',
      'TIME',
      'INFO',
      'LOLWUT',
      'ROLE',
      'KEYS *',
      'SCAN 0',
      'TTL k',
      'TYPE k',
      'DEL k',
    ]) {
      alice.run(command)
    }
    alice.run('GET d')
    expect(log().filter((entry) => entry.includes(' get '))).toHaveLength(3)
  })

  it('tells who it was, and how long ago, as a double', () => {
    const alice = loggedIn('')
    alice.run('GET a')
    server.clock.advance(1500)
    expect(run('ACL LOG')).toMatch(/age-seconds, 1\.5, client-info, id=2 .* cmd=get user=alice .*, entry-id/)
    run('HELLO 3')
    expect(server.client.raw('ACL', 'LOG')).toMatch(/^\*1\r\n%10\r\n.*\$11\r\nage-seconds\r\n,1\.5\r\n/s)
  })

  it('holds acllog-max-len entries, and shows ten unless told otherwise', () => {
    const alice = loggedIn('')
    const commands = ['GET k', 'PING', 'DBSIZE', 'TIME', 'INFO', 'ROLE', 'KEYS *', 'SCAN 0', 'TTL k', 'TYPE k', 'DEL k']
    for (const command of commands) alice.run(command)
    expect(run('ACL LOG').match(/\[count/g)).toHaveLength(10)
    expect(run('ACL LOG 2').match(/\[count/g)).toHaveLength(2)
    expect([run('ACL LOG 0'), run('ACL LOG -1')]).toEqual(['[]', '[]'])
    run('CONFIG SET acllog-max-len 0')
    alice.run('EXISTS k')
    expect(log()).toHaveLength(11)
    run('CONFIG SET acllog-max-len 3')
    alice.run('EXISTS k')
    expect(log()).toHaveLength(3)
    expect(run('ACL LOG RESET')).toBe('OK')
    expect(log()).toEqual([])
    expect(run('ACL LOG x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('ACL LOG RESET x')).toContain("wrong number of arguments for 'LOG'")
  })

  it('keeps no more of a long key than its beginning', () => {
    const alice = loggedIn('+get')
    alice.run(`GET ${'k'.repeat(100_000)}`)
    expect(server.engine.acl.log.entries(1)[0].object).toHaveLength(4096)
  })

  it('keeps no more than the beginning of a long name of a client or a user, in the command logs neither', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const alice = loggedIn('+client|setname')
    const heldBytes = (): number => {
      alice.raw('CLIENT', 'SETNAME', '')
      collect()
      return process.memoryUsage().heapUsed
    }
    const before = heldBytes()
    for (let i = 0; i < 10; i++) {
      const long = `${i}${'n'.repeat(2_000_000)}`
      alice.raw('CLIENT', 'SETNAME', long)
      alice.raw('GET', `${i}`)
      alice.raw('SET', long, 'v')
      alice.raw('AUTH', long, 'x')
    }
    const { acl, observer } = server.engine
    const entries = acl.log.entries(100)
    expect(entries).toHaveLength(12)
    expect(observer.largeRequests.count).toBe(20)
    expect(heldBytes() - before).toBeLessThan(5_000_000)
    expect(entries.filter(({ reason }) => reason === 'auth').map(({ userName }) => userName.length)).toEqual(
      Array(10).fill(4096),
    )
    expect(entries[0].clientLine).toMatch(/^id=2 .* name=9n+$/)
    expect(entries[0].clientLine).toHaveLength(4096)
    expect(observer.largeRequests.newest(1)[0].clientName).toMatch(/^9n{4095}$/)
  })
})
