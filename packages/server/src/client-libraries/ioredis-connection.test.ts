/** How ioredis connects, logs in, waits, reconnects and leaves. */

import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { Cell, cells, cellTitle, event, soon } from './_test-cell.ts'

const ALICE = ['ACL', 'SETUSER', 'alice', 'on', '>wonder', '~a:*', '&*', '+@all', '-flushall'] as const

describe.each(cells)(`ioredis ${cellTitle}`, (at) => {
  it('logs in with the password, and hears when there is none or it is wrong', async () => {
    await using cell = await Cell.open(at, { requirepass: 'secret' })
    expect(await cell.ioredis({ password: 'secret' }).ping()).toBe('PONG')
    for (const password of ['wrong', undefined]) {
      const [error] = await event<[Error]>(
        cell.ioredis({ retryStrategy: () => null, ...(password && { password }) }),
        'error',
      )
      expect(error.message).toMatch(password ? /^WRONGPASS / : /^NOAUTH /)
    }
  })

  it('logs in as a user, who may do what the rules say', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    const redis = cell.ioredis({ username: 'alice', password: 'wonder' })
    expect(await redis.acl('WHOAMI')).toBe('alice')
    expect(await redis.set('a:1', 'one')).toBe('OK')
    await expect(redis.set('b:1', 'one')).rejects.toThrow('NOPERM No permissions to access a key')
    await expect(redis.flushall()).rejects.toThrow("NOPERM User alice has no permissions to run the 'flushall' command")
    const wrong = cell.ioredis({ username: 'alice', password: 'x', retryStrategy: () => null })
    const [error] = await event<[Error]>(wrong, 'error')
    expect(error.message).toBe('WRONGPASS invalid username-password pair or user is disabled.')
  })

  it('takes a URL with user and database', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    const url = cell.way === 'unix' ? `${cell.url()}?db=3` : `${cell.url('alice:wonder@')}/3`
    const { tls, protocol } = cell.ioredisOptions()
    const redis = new Redis(url, { ...(tls && { tls }), ...(protocol && { protocol }) })
    cell.keep(() => redis.disconnect())
    expect(await redis.client('INFO')).toContain(` db=3 `)
    expect(await redis.acl('WHOAMI')).toBe(cell.way === 'unix' ? 'default' : 'alice')
  })

  it('selects its database, by option and by command, and selects it again when it has reconnected', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ db: 5 })
    await redis.set('k', 'five')
    await redis.select(6)
    await redis.set('k', 'six')
    const ready = event(redis, 'reconnecting').then(() => event(redis, 'ready'))
    await cell.call('CLIENT', 'KILL', 'ID', await redis.client('ID'))
    await ready
    expect(await redis.get('k')).toBe('six')
    expect(await cell.ioredis({ db: 5 }).get('k')).toBe('five')
    const [error] = await event<[Error]>(cell.ioredis({ db: 99 }), 'error')
    expect(error.message).toBe('ERR DB index is out of range')
  })

  it('goes through its states, and runs what was called before it was ready', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ lazyConnect: true })
    const states: string[] = [redis.status]
    for (const state of ['connecting', 'connect', 'ready', 'close', 'end'] as const) {
      redis.on(state, () => void states.push(state))
    }
    const early = [redis.set('k', '1'), redis.incr('k'), redis.get('k')]
    expect(await Promise.all(early)).toEqual(['OK', 2, '2'])
    const ended = event(redis, 'end')
    expect(await redis.quit()).toBe('OK')
    await ended
    expect(states).toEqual(['wait', 'connecting', 'connect', 'ready', 'close', 'end'])
  })

  it('refuses early commands without an offline queue', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ enableOfflineQueue: false })
    await expect(redis.get('k')).rejects.toThrow("Stream isn't writeable and enableOfflineQueue options is false")
    await event(redis, 'ready')
    expect(await redis.get('k')).toBeNull()
  })

  it('is known by its name and library', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ connectionName: 'worker', clientInfoTag: 'tests', db: 2 })
    await redis.ping()
    const list = await cell.call<string>('CLIENT', 'LIST')
    const line = list.split('\n').find((each) => each.includes(' name=worker '))
    expect(line).toMatch(/ db=2 .* resp=[23] lib-name=ioredis\(tests\) lib-ver=6\.0\.0/)
    expect(line).toContain(` resp=${cell.protocol} `)
    expect(await redis.client('GETNAME')).toBe('worker')
  })

  it('reads INFO to know whether the server is loading', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis()
    const info = await redis.info()
    const fields = new Map(info.split('\r\n').map((line) => line.split(':', 2) as [string, string]))
    expect(fields.get('loading')).toBe('0')
    expect(fields.get('redis_version')).toMatch(/^\d+\.\d+\.\d+$/)
    expect(fields.get('role')).toBe('master')
    expect(await redis.info('clients', 'stats')).toMatch(/^# Clients\r\n[^#]*\r\n\r\n# Stats\r\n[^#]*$/)
  })

  it('reconnects when it was killed, with its user and name, and sends again what had no reply', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    const redis = cell.ioredis({ username: 'alice', password: 'wonder', connectionName: 'worker' })
    const id = await redis.client('ID')
    const popped = redis.blpop('a:list', 0)
    await soon(() => cell.call('CLIENT', 'LIST', 'ID', id)).toMatch(/ flags=bU? /)
    await cell.call('CLIENT', 'KILL', 'ID', id)
    await soon(() => cell.call('INFO', 'clients')).toContain('blocked_clients:1')
    await cell.call('RPUSH', 'a:list', 'job')
    expect(await popped).toEqual(['a:list', 'job'])
    expect(await redis.client('INFO')).toMatch(/ name=worker .* user=alice /)
    expect(await redis.client('ID')).not.toBe(id)
  })

  it('reconnects when the server was started again', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ maxRetriesPerRequest: null })
    await redis.set('k', 'before')
    const closed = event(redis, 'close')
    await cell.stop()
    await closed
    const later = redis.set('k', 'after')
    await cell.start()
    expect(await later).toBe('OK')
    expect(await redis.get('k')).toBe('after')
  })

  it('gives up after as many attempts as it was told', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ maxRetriesPerRequest: 2 })
    await redis.ping()
    await cell.stop()
    const error = await redis.get('k').catch((reason: Error) => reason)
    expect(error).toMatchObject({ name: 'MaxRetriesPerRequestError' })
  })

  it('reconnects on an error of its choice, and sends the command again', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({
      reconnectOnError: (error) => {
        if (!error.message.startsWith('WRONGTYPE')) return false
        return 2
      },
    })
    await redis.rpush('k', 'element')
    const reconnecting = event(redis, 'reconnecting').then(() => cell.call('SET', 'k', 'value'))
    expect(await redis.get('k')).toBe('value')
    await reconnecting
  })

  it('gives up a command, and a silent connection, after a time', async () => {
    await using cell = await Cell.open(at)
    const impatient = cell.ioredis({ commandTimeout: 100 })
    await event(impatient, 'ready')
    await expect(impatient.blpop('list', 0)).rejects.toThrow('Command timed out')
    const watchful = cell.ioredis({ socketTimeout: 100 })
    const silent = event<[Error]>(watchful, 'error')
    const reply = watchful.xread('BLOCK', 0, 'STREAMS', 'stream', '0')
    expect((await silent)[0].message).toContain('Socket timeout.')
    await cell.call('XADD', 'stream', '1-1', 'f', 'v')
    expect(await reply).toEqual([['stream', [['1-1', ['f', 'v']]]]])
    const guarded = cell.ioredis({ blockingTimeout: 20, blockingTimeoutGrace: 1 })
    expect(await guarded.blpop('list', 0)).toBeNull()
  })

  it('has the same options in a duplicate', async () => {
    await using cell = await Cell.open(at)
    const redis = cell.ioredis({ db: 4, connectionName: 'one' })
    const other = redis.duplicate({ connectionName: 'two' })
    cell.keep(() => other.disconnect())
    expect(await other.client('INFO')).toMatch(/ name=two .* db=4 /)
    expect(await other.client('ID')).not.toBe(await redis.client('ID'))
  })

  it('waits for replies when it quits, and for none when it disconnects', async () => {
    await using cell = await Cell.open(at)
    const patient = cell.ioredis()
    const replies = [patient.set('k', 'v'), patient.get('k'), patient.quit()]
    expect(await Promise.all(replies)).toEqual(['OK', 'v', 'OK'])
    await expect(patient.get('k')).rejects.toThrow('Connection is closed.')
    const hasty = cell.ioredis()
    await hasty.ping()
    const lost = hasty.blpop('list', 0)
    hasty.disconnect()
    await expect(lost).rejects.toThrow('Connection is closed.')
    await soon(() => cell.call('INFO', 'clients')).toContain('connected_clients:1\r\n')
  })
})
