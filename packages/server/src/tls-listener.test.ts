import { copyFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs'
import { connect as connectPlain } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, CERTIFICATES, freePort, pem, shakeHands, tlsAddress, tlsServer } from './_test-tls.ts'
import { Client, type Value } from './client.ts'
import { createServer, type Server } from './server.ts'

/** An address of this machine that is no loopback. */
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

function configSet(server: Server, ...words: string[]): string {
  try {
    return server.call<string>('CONFIG', 'SET', ...words)
  } catch (error) {
    return (error as Error).message
  }
}

const FAILED = 'ERR CONFIG SET failed (possibly related to argument'
const refusal = (name: string): string =>
  `${FAILED} '${name}') - Unable to update TLS configuration. Check server logs.`

/** A clock of the test's own, and a server on it that does its periodic work when told. */
function handClock() {
  const tasks: (() => void)[] = []
  const clock = {
    ms: Date.now(),
    nowMs: () => clock.ms,
    monotonicUs: () => clock.ms * 1000,
    every: (_intervalMs: number, task: () => void) => {
      tasks.push(task)
      return () => {}
    },
    soon: (task: () => void) => void setImmediate(task),
    advance(ms: number) {
      clock.ms += ms
      for (const task of tasks) task()
    },
  }
  return clock
}

/** A directory with certificates under the names that the server is given. */
function certificateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kvasir-tls-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['server.crt', 'server.key', 'ca.crt']) copyFileSync(join(CERTIFICATES, name), join(folder, name))
  return folder
}

async function subjectOf(server: Server): Promise<string | undefined> {
  const socket = await shakeHands(tlsAddress(server))
  const subject = socket.getPeerX509Certificate()?.subject
  socket.destroy()
  return subject
}

describe('a TLS connection', () => {
  it('is one of 1000', async () => {
    await using server = await tlsServer()
    const clients = await Promise.all(
      Array.from({ length: 1000 }, async () => new Client(await shakeHands(tlsAddress(server)), { resp: 2 })),
    )
    const pongs = await Promise.all(clients.map((client) => client.send('PING')))
    expect(new Set(pongs)).toEqual(new Set(['PONG']))
    expect(server.call<string>('INFO', 'clients')).toContain('connected_clients:1000\r\n')
  })

  it('is shown by INFO and CLIENT LIST, and closes with the server', async () => {
    const server = await tlsServer({ bind: '127.0.0.1' })
    const client = new Client(await shakeHands(tlsAddress(server)), { resp: 2 })
    const { tlsPort } = server
    expect(await client.send('CLIENT', 'LIST')).toMatch(
      new RegExp(`^id=\\d+ addr=127\\.0\\.0\\.1:\\d+ laddr=127\\.0\\.0\\.1:${tlsPort} fd=\\d+ .* flags=N .* omem=0 `),
    )
    const info = await client.send<string>('INFO', 'everything')
    expect(info).toContain(`\r\nlistener0:name=tls,bind=127.0.0.1,port=${tlsPort}\r\n`)
    expect(info).toMatch(
      /\r\n# TLS\r\ntls_server_cert_serial:[0-9A-F]+\r\ntls_server_cert_expires_in_seconds:\d{9,}\r\n/,
    )
    expect(info).toMatch(
      /\r\ntls_client_cert_serial:none\r\ntls_client_cert_expires_in_seconds:0\r\ntls_ca_cert_serial:/,
    )
    await server.close()
    await expect(client.send('PING')).rejects.toThrow()
  })

  it('takes requests that come with the last message of the handshake, and in pieces', async () => {
    await using server = await tlsServer()
    const socket = await shakeHands(tlsAddress(server))
    const client = new Client(socket, { resp: 2 })
    const value = 'x'.repeat(200_000)
    const answers = [client.send('SET', 'k', value), client.send('GET', 'k'), client.send('STRLEN', 'k')]
    expect(await Promise.all(answers)).toEqual(['OK', value, 200_000])
  })

  it('is ended when its client does not read and too much waits', async () => {
    await using server = await tlsServer({ 'client-output-buffer-limit': { normal: ['4mb', 0, 0] } })
    server.call('SET', 'k', 'x'.repeat(1_000_000))
    const socket = await shakeHands(tlsAddress(server))
    socket.pause()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => {})
    for (let i = 0; i < 60; i++) socket.write('GET k\r\n')
    const disconnections = 'client_output_buffer_limit_disconnections:1\r\n'
    await expect.poll(() => server.call<string>('INFO', 'stats')).toContain(disconnections)
    expect(server.call<string>('INFO', 'clients')).toContain('connected_clients:0\r\n')
    socket.resume()
    await closed
  })

  it('before AUTH may get a kilobyte of errors and more, as long as it reads them', async () => {
    await using server = await tlsServer({ requirepass: 'secret' })
    const client = new Client(await shakeHands(tlsAddress(server)), { resp: 2 })
    const errors = await Promise.allSettled(Array.from({ length: 200 }, () => client.send('GET', 'k')))
    expect(errors.every(({ status }) => status === 'rejected')).toBe(true)
    expect(await client.send('AUTH', 'secret')).toBe('OK')
  })

  it('needs TLS', async () => {
    const log: string[] = []
    await using server = await tlsServer({ loglevel: 'verbose', log: (_level, message) => void log.push(message) })
    const socket = connectPlain(server.tlsPort, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('PING\r\n')
    let bytes = ''
    socket.on('data', (data) => {
      bytes += data.toString('latin1')
    })
    await new Promise((resolve) => socket.once('close', resolve))
    expect(bytes).not.toContain('PONG')
    const words = 'error:0A00010B:SSL routines::wrong version number'
    const where = `laddr=127.0.0.1:${server.tlsPort}`
    expect(log.join('\n')).toMatch(
      new RegExp(`^Error accepting a client connection: ${words} \\(addr=127\\.0\\.0\\.1:\\d+ ${where}\\)$`),
    )
  })

  it('is refused above maxclients, and handshakes that are under way count', async () => {
    await using server = await tlsServer({ maxclients: 2 })
    const idle = connectPlain(server.tlsPort, '127.0.0.1')
    idle.on('error', () => {})
    const client = new Client(await shakeHands(tlsAddress(server)), { resp: 2 })
    expect(await client.send('PING')).toBe('PONG')
    expect(await ask(tlsAddress(server), 'PING')).toBe('refused')
    expect(server.call<string>('INFO', 'stats')).toContain('rejected_connections:1\r\n')
    idle.destroy()
    client.close()
    await expect.poll(() => ask(tlsAddress(server), 'PING')).toBe('PONG')
  })

  it.skipIf(outside === undefined)('from outside is told of protected mode, in TLS', async () => {
    await using server = await tlsServer({ bind: '0.0.0.0' })
    const socket = await shakeHands({
      ...tlsAddress(server),
      host: outside as string,
      checkServerIdentity: () => undefined,
    })
    let text = ''
    socket.on('data', (data) => {
      text += data.toString('latin1')
    })
    await new Promise((resolve) => socket.once('close', resolve))
    expect(text).toMatch(/^-DENIED Running in protected mode [^\r\n]+\r\n$/)
  })

  it('is cut when its handshake takes more than ten seconds, even if it sends something now and then', async () => {
    const clock = handClock()
    await using server = await tlsServer({ clock })
    const socket = connectPlain(server.tlsPort, '127.0.0.1')
    socket.on('error', () => {})
    const closed = new Promise<string>((resolve) => socket.once('close', () => resolve('closed')))
    const other = new Client(await shakeHands(tlsAddress(server)), { resp: 2 })
    clock.advance(9000)
    socket.write(Uint8Array.of(22, 3, 1))
    expect(await other.send('PING')).toBe('PONG')
    clock.advance(1000)
    expect(await closed).toBe('closed')
    expect(await other.send('PING')).toBe('PONG')
  })
})

describe('certificates of clients', () => {
  it('are asked for by tls-auth-clients yes, the default, and the log tells what is wrong with one', async () => {
    const log: string[] = []
    await using server = await tlsServer({
      'tls-auth-clients': 'yes',
      loglevel: 'verbose',
      log: (_level, message) => void log.push(message),
    })
    expect(await ask(tlsAddress(server), 'PING')).toBe('refused')
    expect(await ask(tlsAddress(server, 'stranger'), 'PING')).toBe('refused')
    expect(await ask(tlsAddress(server, 'client'), 'PING')).toBe('PONG')
    const words = /^Error accepting a client connection: (\S+) \(addr=127\.0\.0\.1:\d+ laddr=127\.0\.0\.1:\d+\)$/
    const reasons = log.flatMap((line) => words.exec(line)?.[1] ?? [])
    expect(reasons).toEqual(['UNABLE_TO_GET_ISSUER_CERT', 'DEPTH_ZERO_SELF_SIGNED_CERT'])
    const strangers = { ...tlsAddress(server, 'client'), cert: pem('stranger.crt'), key: pem('stranger.key') }
    expect(await ask({ ...strangers, maxVersion: 'TLSv1.2' }, 'PING')).toBe('refused')
  })

  it('may be missing with optional, but not be wrong', async () => {
    await using server = await tlsServer({ 'tls-auth-clients': 'optional' })
    expect(await ask(tlsAddress(server), 'PING')).toBe('PONG')
    expect(await ask(tlsAddress(server, 'stranger'), 'PING')).toBe('refused')
    expect(await ask(tlsAddress(server, 'client'), 'PING')).toBe('PONG')
  })

  it('are looked at as before when CONFIG SET of something else beside is refused', async () => {
    await using server = await tlsServer({ 'tls-auth-clients': 'yes' })
    server.engine.config.onChange('timeout', () => 'not now')
    expect(configSet(server, 'tls-auth-clients', 'no', 'timeout', '5')).toContain('not now')
    expect(await ask(tlsAddress(server), 'PING')).toBe('refused')
    expect(await ask(tlsAddress(server, 'client'), 'PING')).toBe('PONG')
  })

  it('are not looked at with no, which holds for the next connection', async () => {
    await using server = await tlsServer({ 'tls-auth-clients': 'yes' })
    expect(configSet(server, 'tls-auth-clients', 'no')).toBe('OK')
    expect(await ask(tlsAddress(server), 'PING')).toBe('PONG')
    expect(await ask(tlsAddress(server, 'stranger'), 'PING')).toBe('PONG')
  })

  it('name the user that the client is, by tls-auth-clients-user', async () => {
    await using server = await tlsServer({
      requirepass: 'secret',
      'tls-auth-clients': 'optional',
      users: ['alice on +@all'],
    })
    const whoami = (): Promise<unknown> => ask(tlsAddress(server, 'client'), 'ACL', 'WHOAMI')
    expect(await whoami()).toBe('refused')
    configSet(server, 'tls-auth-clients-user', 'CN')
    expect(await whoami()).toBe('alice')
    expect(await ask(tlsAddress(server), 'ACL', 'WHOAMI')).toBe('refused')
    configSet(server, 'tls-auth-clients-user', 'URI')
    expect(await whoami()).toBe('refused')
    server.call('ACL', 'SETUSER', 'urn:kvasir:bob', 'on', '+@all')
    expect(await whoami()).toBe('urn:kvasir:bob')
    expect(server.call('INFO', 'stats')).toContain('acl_access_denied_tls_cert:1\r\n')
    const [entry] = server.call<Map<Value, Value>[]>('ACL', 'LOG')
    const refused = { count: 1, reason: 'tls-cert', context: 'toplevel', object: '', username: 'urn:kvasir:bob' }
    expect(Object.fromEntries(entry ?? [])).toMatchObject(refused)
  })

  it('name it in a session that goes on, too, and nobody who is disabled', async () => {
    await using server = await tlsServer({
      'tls-auth-clients': 'yes',
      'tls-auth-clients-user': 'CN',
      users: ['alice on +@all'],
    })
    const first = await shakeHands(tlsAddress(server, 'client'))
    const session = await new Promise<Buffer>((resolve) => first.once('session', resolve))
    const again = await shakeHands({ ...tlsAddress(server, 'client'), session })
    expect(again.isSessionReused()).toBe(true)
    expect(await new Client(again, { resp: 2 }).send('ACL', 'WHOAMI')).toBe('alice')
    server.call('ACL', 'SETUSER', 'alice', 'off')
    expect(await ask(tlsAddress(server, 'client'), 'ACL', 'WHOAMI')).toBe('default')
  })
})

describe('the configuration of TLS', () => {
  it('gives new connections the new certificate, and leaves the others alone', async () => {
    await using server = await tlsServer()
    const client = new Client(await shakeHands(tlsAddress(server)), { resp: 2 })
    expect(await subjectOf(server)).toBe('CN=localhost')
    expect(configSet(server, 'tls-cert-file', 'second.crt', 'tls-key-file', 'second.key')).toBe('OK')
    expect(await subjectOf(server)).toBe('CN=localhost second')
    expect(await client.send('PING')).toBe('PONG')
  })

  it('stays as it was when CONFIG SET fails', async () => {
    const log: string[] = []
    await using server = await tlsServer({ log: (_level, message) => void log.push(message) })
    for (const [name, value] of [
      ['tls-cert-file', 'second.crt'],
      ['tls-cert-file', 'missing.crt'],
      ['tls-cert-file', ''],
      ['tls-key-file', 'ca.crt'],
      ['tls-ca-cert-file', 'missing.crt'],
      ['tls-ca-cert-dir', 'missing'],
      ['tls-protocols', 'TLSv9'],
      ['tls-ciphers', 'NOSUCH'],
      ['tls-ciphersuites', 'NOSUCH'],
    ] as const) {
      const before = server.call('CONFIG', 'GET', 'tls-*')
      expect(configSet(server, name, value)).toBe(refusal(name))
      expect(server.call('CONFIG', 'GET', 'tls-*')).toEqual(before)
      expect(await subjectOf(server)).toBe('CN=localhost')
    }
    expect(log).toContain('Failed to load tls-cert-file: missing.crt: No such file or directory')
  })

  it.each([
    [{ 'tls-cert-file': '' }, 'No tls-cert-file configured!'],
    [{ 'tls-key-file': '' }, 'No tls-key-file configured!'],
    [{ 'tls-key-file': 'missing.key' }, 'Failed to load tls-key-file: missing.key: No such file or directory'],
    [{ 'tls-key-file': 'second.key' }, /key values mismatch/],
    [{ 'tls-key-file': 'server.locked.key', 'tls-key-file-pass': 'wrong' }, /bad decrypt/],
    [
      { 'tls-auth-clients': 'yes', 'tls-ca-cert-file': '' },
      /^Either tls-ca-cert-file or tls-ca-cert-dir must be specified/,
    ],
    [{ 'tls-protocols': 'TLSv9' }, /^Invalid tls-protocols specified/],
  ] as const)('that cannot be stops the start: %o', async (options, message) => {
    const log: string[] = []
    const started = tlsServer({ ...options, log: (_level, line) => void log.push(line) })
    await expect(started).rejects.toMatchObject({
      name: 'ListenError',
      message: 'Failed to configure TLS. Check logs for more info.',
    })
    expect(log).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message))
  })

  it('takes a key behind a password, and authorities from a directory', async () => {
    const folder = certificateFolder()
    await using server = await tlsServer({
      'tls-auth-clients': 'yes',
      'tls-key-file': 'server.locked.key',
      'tls-key-file-pass': 'secret',
      'tls-ca-cert-file': '',
      'tls-ca-cert-dir': folder,
    })
    expect(await ask(tlsAddress(server, 'client'), 'PING')).toBe('PONG')
    expect(await ask(tlsAddress(server, 'stranger'), 'PING')).toBe('refused')
  })

  it('limits versions and ciphers', async () => {
    await using server = await tlsServer()
    const cipherOf = async (options: object): Promise<string> => {
      try {
        const socket = await shakeHands({ ...tlsAddress(server), ...options })
        const text = `${socket.getProtocol()} ${socket.getCipher().standardName}`
        socket.destroy()
        return text
      } catch {
        return 'refused'
      }
    }
    const [old, present] = [{ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }]
    expect(await cipherOf(present)).toBe('TLSv1.3 TLS_AES_256_GCM_SHA384')
    expect(await cipherOf(old)).toMatch(/^TLSv1\.2 /)
    configSet(server, 'tls-protocols', 'tlsv1.3')
    expect(await cipherOf(old)).toBe('refused')
    configSet(server, 'tls-protocols', 'TLSv1.2')
    expect(await cipherOf(present)).toBe('refused')
    configSet(server, 'tls-protocols', '', 'tls-ciphersuites', 'TLS_AES_128_GCM_SHA256')
    expect(await cipherOf(present)).toBe('TLSv1.3 TLS_AES_128_GCM_SHA256')
    configSet(server, 'tls-ciphers', 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384')
    const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256'
    expect(await cipherOf({ ...old, ciphers })).toBe('TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384')
    configSet(server, 'tls-prefer-server-ciphers', 'yes')
    expect(await cipherOf({ ...old, ciphers })).toBe('TLSv1.2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256')
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'lets sessions of %s go on, unless tls-session-caching is off',
    async (version) => {
      await using server = await tlsServer()
      const resumes = async (): Promise<boolean> => {
        const options = { ...tlsAddress(server), minVersion: version, maxVersion: version }
        const first = await shakeHands(options)
        const client = new Client(first, { resp: 2 })
        let session = first.getSession()
        first.on('session', (ticket) => {
          session = ticket
        })
        await client.send('PING')
        const second = await shakeHands({ ...options, ...(session === undefined ? {} : { session }) })
        const isReused = second.isSessionReused()
        for (const socket of [first, second]) socket.destroy()
        return isReused
      }
      expect(await resumes()).toBe(true)
      configSet(server, 'tls-session-caching', 'no')
      expect(await resumes()).toBe(false)
    },
  )

  it('moves the port by CONFIG SET, without TLS too', async () => {
    const [plain, first, second] = [await freePort(), await freePort(), await freePort()]
    await using server = await createServer({ port: plain, dir: CERTIFICATES })
    expect(configSet(server, 'tls-port', String(first))).toBe(refusal('tls-port'))
    server.call('CONFIG', 'SET', 'tls-cert-file', 'server.crt', 'tls-key-file', 'server.key', 'tls-auth-clients', 'no')
    expect(configSet(server, 'tls-port', String(plain))).toBe(
      `${FAILED} 'tls-port') - Unable to listen on this port. Check server logs.`,
    )
    for (const port of [first, second]) {
      expect(configSet(server, 'tls-port', String(port))).toBe('OK')
      expect(await ask({ ...tlsAddress(server), port }, 'PING')).toBe('PONG')
    }
    expect(await ask({ ...tlsAddress(server), port: first }, 'PING')).toBe('refused')
    expect(configSet(server, 'port', '0', 'tls-port', String(plain))).toBe('OK')
    expect(await ask({ ...tlsAddress(server), port: plain }, 'PING')).toBe('PONG')
    expect([server.port, server.tlsPort]).toEqual([0, plain])
    expect(configSet(server, 'port', String(first))).toBe('OK')
    expect(await ask({ ...tlsAddress(server), port: plain }, 'PING')).toBe('PONG')
    expect(configSet(server, 'port', String(plain), 'tls-port', String(first))).toBe('OK')
    expect(await ask({ ...tlsAddress(server), port: first }, 'PING')).toBe('PONG')
    expect([server.port, server.tlsPort]).toEqual([plain, first])
  })

  it('is read again by itself when files have changed, with tls-auto-reload-interval', async () => {
    const clock = handClock()
    const dir = certificateFolder()
    await using server = await tlsServer({ clock, dir, 'tls-auto-reload-interval': 60 })
    for (const end of ['crt', 'key']) {
      copyFileSync(join(CERTIFICATES, `second.${end}`), join(dir, `server.${end}`))
      utimesSync(join(dir, `server.${end}`), new Date(), new Date(Date.now() + 1000))
    }
    clock.advance(59_000)
    expect(await subjectOf(server)).toBe('CN=localhost')
    clock.advance(1000)
    expect(await subjectOf(server)).toBe('CN=localhost second')
  })
})
