/** How node-redis connects, logs in, waits, reconnects and leaves, alone and in a pool. */

import {
  ClientClosedError,
  ClientOfflineError,
  createClient,
  createClientPool,
  DisconnectsClientError,
  SocketTimeoutError,
} from 'redis'
import { describe, expect, it } from 'vitest'
import { Cell, cells, cellTitle, event, type NodeRedis, soon } from './_test-cell.ts'

const ALICE = ['ACL', 'SETUSER', 'alice', 'on', '>wonder', '~a:*', '&*', '+@all', '-flushall'] as const
const ONCE = { reconnectStrategy: false } as const

/** Kills its connection, and waits until it has another. */
async function reconnect(cell: Cell, client: NodeRedis): Promise<void> {
  const ready = event(client, 'ready')
  await cell.call('CLIENT', 'KILL', 'ID', await client.clientId())
  await ready
}

describe.each(cells)(`node-redis ${cellTitle}`, (at) => {
  it('logs in with the password, and hears when there is none or it is wrong', async () => {
    await using cell = await Cell.open(at, { requirepass: 'secret' })
    expect(await (await cell.nodeRedis({ password: 'secret' })).ping()).toBe('PONG')
    await expect(cell.nodeRedis({ password: 'wrong', socket: ONCE })).rejects.toThrow('WRONGPASS')
    // With RESP2 nothing that is sent while connecting needs a reply.
    if (cell.protocol === 3) await expect(cell.nodeRedis({ socket: ONCE })).rejects.toThrow('NOAUTH')
    else await expect(cell.nodeRedis().then((client) => client.ping())).rejects.toThrow('NOAUTH')
  })

  it('logs in as a user, who may do what the rules say', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    const client = await cell.nodeRedis({ username: 'alice', password: 'wonder' })
    expect(await client.aclWhoAmI()).toBe('alice')
    expect(await client.set('a:1', 'one')).toBe('OK')
    await expect(client.set('b:1', 'one')).rejects.toThrow('NOPERM No permissions to access a key')
    await expect(client.flushAll()).rejects.toThrow(
      "NOPERM User alice has no permissions to run the 'flushall' command",
    )
    const wrong = cell.nodeRedis({ username: 'alice', password: 'x', socket: ONCE })
    await expect(wrong).rejects.toThrow('WRONGPASS invalid username-password pair or user is disabled.')
  })

  it('asks for its credentials each time it connects', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    let asked = 0
    const credentials = async () => {
      asked++
      return { username: 'alice', password: 'wonder' }
    }
    const client = await cell.nodeRedis({ credentialsProvider: { type: 'async-credentials-provider', credentials } })
    await reconnect(cell, client)
    expect(await client.aclWhoAmI()).toBe('alice')
    expect(asked).toBe(2)
  })

  it('takes a URL with user and database', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    const { socket = {} } = cell.nodeRedisOptions()
    const url = cell.way === 'unix' ? {} : { url: `${cell.url('alice:wonder@')}/3` }
    const { tls: _, ...rest } = socket as { tls?: boolean }
    const client = createClient({ RESP: at.protocol, ...url, socket: cell.way === 'unix' ? socket : rest })
    client.on('error', () => {})
    await client.connect()
    cell.keep(() => client.destroy())
    expect((await client.clientInfo()).db).toBe(cell.way === 'unix' ? 0 : 3)
    expect(await client.aclWhoAmI()).toBe(cell.way === 'unix' ? 'default' : 'alice')
  })

  it('selects its database, by option and by command, and selects it again when it has reconnected', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ database: 5 })
    await client.set('k', 'five')
    await client.select(6)
    await client.set('k', 'six')
    await expect(client.select(99)).rejects.toThrow('ERR DB index is out of range')
    await reconnect(cell, client)
    expect(await client.get('k')).toBe('six')
    expect(await (await cell.nodeRedis({ database: 5 })).get('k')).toBe('five')
    await expect(cell.nodeRedis({ database: 99, socket: ONCE })).rejects.toThrow('ERR DB index is out of range')
  })

  it('goes through its states, and runs what was called before it was ready', async () => {
    await using cell = await Cell.open(at)
    const client = cell.nodeRedisClient()
    const events: string[] = []
    for (const name of ['connect', 'ready', 'end', 'error']) client.on(name, () => void events.push(name))
    expect([client.isOpen, client.isReady]).toEqual([false, false])
    await expect(client.get('k')).rejects.toThrow(ClientClosedError)
    const connected = client.connect()
    expect([client.isOpen, client.isReady]).toEqual([true, false])
    const early = [client.set('k', '1'), client.incr('k'), client.get('k')]
    expect(await Promise.all(early)).toEqual(['OK', 2, '2'])
    await connected
    expect([client.isOpen, client.isReady]).toEqual([true, true])
    await client.close()
    expect([client.isOpen, client.isReady]).toEqual([false, false])
    expect(events).toEqual(['connect', 'ready', 'end'])
  })

  it('refuses early commands without an offline queue', async () => {
    await using cell = await Cell.open(at)
    const client = cell.nodeRedisClient({ disableOfflineQueue: true })
    const connected = client.connect()
    await expect(client.get('k')).rejects.toThrow(ClientOfflineError)
    await connected
    expect(await client.get('k')).toBeNull()
  })

  it('is known by its name and library', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ name: 'worker', clientInfoTag: 'tests', database: 2 })
    const clients = await client.clientList()
    expect(clients.find(({ name }) => name === 'worker')).toMatchObject({
      id: await client.clientId(),
      db: 2,
      user: 'default',
      resp: cell.protocol,
      libName: 'node-redis(tests)',
      libVer: '6.3.1',
    })
    expect(await client.clientGetName()).toBe('worker')
    expect(await client.clientInfo()).toMatchObject({ name: 'worker', cmd: 'client|info', multi: -1, watch: 0 })
    expect(await client.info('server')).toMatch(/^# Server\r\n(.*\r\n)*redis_version:\d+\.\d+\.\d+\r\n/)
  })

  it('reconnects when it was killed, and gives up what had no reply', async () => {
    await using cell = await Cell.open(at)
    await cell.call(...ALICE)
    const client = await cell.nodeRedis({ username: 'alice', password: 'wonder', name: 'worker' })
    const id = await client.clientId()
    const popped = client.blPop('a:list', 0).catch((error: Error) => error.message)
    await soon(() => cell.call('INFO', 'clients')).toContain('blocked_clients:1')
    const events = Promise.all(['error', 'reconnecting', 'ready'].map((name) => event(client, name)))
    await cell.call('CLIENT', 'KILL', 'ID', id)
    await events
    expect(await popped).toMatch(/Socket closed unexpectedly|ECONNRESET/)
    expect(await client.clientInfo()).toMatchObject({ name: 'worker', user: 'alice' })
    expect(await client.clientId()).not.toBe(id)
  })

  it('reconnects when the server was started again', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.set('k', 'before')
    const failed = event(client, 'error')
    await cell.stop()
    await failed
    expect(client.isReady).toBe(false)
    const later = client.set('k', 'after')
    await cell.start()
    expect(await later).toBe('OK')
    expect(await client.get('k')).toBe('after')
  })

  it('gives up when its strategy does', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ socket: { reconnectStrategy: (retries) => (retries < 2 ? 1 : false) } })
    const terminated = event(client, 'terminated')
    await cell.stop()
    const lost = client.get('k').catch((error: Error) => error)
    await terminated
    expect(await lost).toBeInstanceOf(Error)
    expect(client.isOpen).toBe(false)
  })

  it('gives up a silent connection after a time', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ socket: { socketTimeout: 100 } })
    const failed = event(client, 'error')
    const ready = event(client, 'reconnecting').then(() => event(client, 'ready'))
    expect(await client.blPop('list', 0).catch((error: Error) => error)).toBeInstanceOf(SocketTimeoutError)
    expect((await failed)[0]).toBeInstanceOf(SocketTimeoutError)
    await ready
    expect(await client.get('k')).toBeNull()
  })

  it('pings at its interval', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ pingInterval: 10 })
    expect(await event(client, 'ping-interval')).toEqual(['PONG'])
    expect(await event(client, 'ping-interval')).toEqual(['PONG'])
  })

  it('has the same options in a duplicate', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis({ database: 4, name: 'one' })
    const other = client.duplicate({ name: 'two' })
    await other.on('error', () => {}).connect()
    cell.keep(() => other.destroy())
    expect(await other.clientInfo()).toMatchObject({ name: 'two', db: 4 })
    expect(await other.clientId()).not.toBe(await client.clientId())
  })

  it('waits for replies when it closes or quits, and for none when it is destroyed', async () => {
    await using cell = await Cell.open(at)
    for (const leave of ['close', 'quit'] as const) {
      const client = await cell.nodeRedis()
      const replies = [client.set('k', 'v'), client.get('k'), client[leave]()]
      expect(await Promise.all(replies)).toEqual(['OK', 'v', leave === 'quit' ? 'OK' : undefined])
      await expect(client.get('k')).rejects.toThrow(ClientClosedError)
    }
    const hasty = await cell.nodeRedis()
    const lost = hasty.blPop('list', 0)
    hasty.destroy()
    await expect(lost).rejects.toThrow(DisconnectsClientError)
    await soon(() => cell.call('INFO', 'clients')).toContain('connected_clients:1\r\n')
  })

  it('is reset to the state it began with', async () => {
    await using cell = await Cell.open(at)
    const client = await cell.nodeRedis()
    await client.watch('k')
    await client.subscribe('news', () => {})
    await client.reset()
    expect(await client.clientInfo()).toMatchObject({ sub: 0, watch: 0, resp: cell.protocol })
  })

  it('shares the connections of a pool', async () => {
    await using cell = await Cell.open(at)
    const pool = createClientPool(cell.nodeRedisOptions(), { minimum: 2, maximum: 4 })
    pool.on('error', () => {})
    await pool.connect()
    cell.keep(() => pool.isOpen && pool.destroy())
    expect(pool.totalClients).toBe(2)
    expect(await pool.set('k', '1')).toBe('OK')
    const [popped] = await Promise.all([pool.blPop('list', 0), pool.lPush('list', 'element')])
    expect(popped).toEqual({ key: 'list', element: 'element' })
    const ids = await Promise.all(Array.from({ length: 20 }, () => pool.execute((client) => client.clientId())))
    expect(new Set(ids).size).toBeLessThanOrEqual(4)
    expect(await pool.multi().incr('k').get('k').exec()).toEqual([2, '2'])
    await pool.close()
    await soon(() => cell.call('INFO', 'clients')).toContain('connected_clients:1\r\n')
  })
})
