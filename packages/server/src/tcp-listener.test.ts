import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { CERTIFICATES } from './_test-tls.ts'
import { Client } from './client.ts'
import { createServer, type Server } from './server.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

async function answers(host: string, port: number): Promise<boolean> {
  const client = new Client(connect({ host, port }), { resp: 2 })
  try {
    return (await client.send('PING')) === 'PONG'
  } catch {
    return false
  } finally {
    client.close()
  }
}

it.skipIf(!hasIpv6)('listens on several addresses with one port', async () => {
  await using server = await createServer({ port: 0, bind: ['127.0.0.1', '::1'] })
  expect(await answers('127.0.0.1', server.port)).toBe(true)
  expect(await answers('::1', server.port)).toBe(true)
})

it('listens everywhere by * and -::*, the default of the executable', async () => {
  await using server = await createServer({ port: 0, bind: ['*', '-::*'] })
  expect(await answers('127.0.0.1', server.port)).toBe(true)
  expect(server.address).toEqual({ host: '127.0.0.1', port: server.port })
  if (hasIpv6) expect(await answers('::1', server.port)).toBe(true)
})

it('passes over a missing address that has a minus in front, and no other', async () => {
  const log: string[] = []
  await using server = await createServer({
    port: 0,
    bind: ['127.0.0.1', '-192.0.2.199'],
    log: (_level, message) => void log.push(message),
  })
  expect(await answers('127.0.0.1', server.port)).toBe(true)
  const where = `192.0.2.199:${server.port}`
  expect(log).toContain(
    `Warning: Could not create server TCP listening socket ${where}: bind: Cannot assign requested address`,
  )
  await expect(createServer({ port: 0, bind: ['127.0.0.1', '192.0.2.199'] })).rejects.toMatchObject({
    name: 'ListenError',
    code: 'EADDRNOTAVAIL',
  })
})

it('moves to another port by CONFIG SET, and clients that are connected stay', async () => {
  await using server = await createServer({ port: 0 })
  const { port } = server
  const client = new Client(connect(server.port, '127.0.0.1'), { resp: 2 })
  const next = await freePort()
  expect(await client.send('CONFIG', 'SET', 'port', next)).toBe('OK')
  await expect.poll(() => answers('127.0.0.1', next)).toBe(true)
  expect(await answers('127.0.0.1', port)).toBe(false)
  expect(await client.send('PING')).toBe('PONG')
  expect(server.port).toBe(next)
  client.close()
})

it('stays where it is when another parameter of CONFIG SET is refused', async () => {
  await using server = await createServer({ port: 0, bind: '127.0.0.1' })
  const { port } = server
  server.engine.config.onChange('timeout', () => 'not now')
  const next = await freePort()
  expect(configSet(server, 'port', next, 'timeout', 5)).toContain('not now')
  expect(server.port).toBe(port)
  expect(configSet(server, 'bind', '127.0.0.2', 'timeout', 5)).toContain('not now')
  expect(server.address).toEqual({ host: '127.0.0.1', port })
  expect(await answers('127.0.0.1', port)).toBe(true)
  expect(await answers('127.0.0.1', next)).toBe(false)
})

it('refuses one CONFIG SET that gives two listeners the same port', async () => {
  await using server = await createServer({ port: 0, bind: '127.0.0.1' })
  const { port } = server
  const next = await freePort()
  const files = { 'tls-cert-file': 'server.crt', 'tls-key-file': 'server.key', 'tls-ca-cert-file': 'ca.crt' }
  const certificates = Object.entries(files).flatMap(([name, file]) => [name, join(CERTIFICATES, file)])
  expect(configSet(server, ...certificates, 'port', next, 'tls-port', next)).toBe(
    "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
  )
  expect(await answers('127.0.0.1', port)).toBe(true)
})

it('refuses CONFIG SET of a port in use and of an address that this machine has not', async () => {
  await using other = await createServer({ port: 0 })
  await using server = await createServer({ port: 0 })
  const { port } = server
  expect(configSet(server, 'port', other.port)).toBe(
    "ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.",
  )
  expect(configSet(server, 'bind', '192.0.2.199')).toBe(
    "ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.",
  )
  expect(configSet(server, 'bind', '127.0.0.1 -127.0.0.1')).toBe(
    "ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.",
  )
  expect(server.call('CONFIG', 'GET', 'port')).toEqual(new Map([['port', String(port)]]))
  expect(await answers('127.0.0.1', port)).toBe(true)
})

it('refuses CONFIG SET bind of a name that leads nowhere or to an address that is there already', async () => {
  await using server = await createServer({ port: 0, bind: '127.0.0.1' })
  for (const bind of [
    'nowhere.invalid',
    '127.0.0.1 nowhere.invalid',
    '127.0.0.1 -nowhere.invalid',
    'localhost localhost',
  ]) {
    expect(configSet(server, 'bind', bind)).toBe(
      "ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.",
    )
  }
  expect(server.call('CONFIG', 'GET', 'bind')).toEqual(new Map([['bind', '127.0.0.1']]))
  expect(await answers('127.0.0.1', server.port)).toBe(true)
  expect(configSet(server, 'bind', 'localhost')).toBe('OK')
  await expect.poll(() => answers('localhost', server.port)).toBe(true)
})

it('goes back to its old addresses when somebody else has one of CONFIG SET bind', async () => {
  const log: string[] = []
  await using server = await createServer({
    port: 0,
    bind: '127.0.0.1',
    log: (_level, message) => void log.push(message),
  })
  const { port } = server
  await using _other = await createServer({ port, bind: '127.0.0.2' })
  server.call('CONFIG', 'SET', 'bind', '127.0.0.1 127.0.0.2')
  await expect.poll(() => log, { timeout: 4000 }).toContain(`Failed listening on port ${port} (tcp), aborting.`)
  await expect.poll(() => answers('127.0.0.1', port)).toBe(true)
  expect(server.call('CONFIG', 'GET', 'bind')).toEqual(new Map([['bind', '127.0.0.1']]))
  expect(server.port).toBe(port)
})

function configSet(server: Server, ...words: readonly (string | number)[]): string {
  try {
    return server.call<string>('CONFIG', 'SET', ...words)
  } catch (error) {
    return (error as Error).message
  }
}

async function freePort(): Promise<number> {
  const server = await createServer({ port: 0 })
  const { port } = server
  await server.close()
  return port
}
