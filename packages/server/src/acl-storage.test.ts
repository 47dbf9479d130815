import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { API_LEVEL, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Client } from './client.ts'
import { readConfiguration } from './configuration.ts'
import { createEngine } from './embedded-engine.ts'
import { createServer, prepareServer } from './server.ts'

const folder = mkdtempSync(join(tmpdir(), 'kvasir-acl-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let directory: string
let count = 0
beforeEach(() => {
  directory = join(folder, String(++count))
  mkdirSync(directory)
})

const greeter = defineModule({
  name: 'greeter',
  version: '1.0.0',
  api: API_LEVEL,
  aclCategories: ['greeting'],
  commands: [
    defineCommand({
      name: 'GREETER.SAY',
      summary: 'Greets.',
      since: '1.0.0',
      complexity: 'O(1)',
      flags: ['fast'],
      acl: ['greeting'],
      args: {},
      reply: reply.string('the greeting'),
      handler: () => 'hello',
    }),
  ],
})

describe('users of the configuration', () => {
  it('are there when the first client comes, and may be told of commands of modules', async () => {
    await using server = await createServer({
      port: 0,
      modules: [greeter],
      users: ['alice on >secret +@greeting +greeter.say', 'default off'],
    })
    const redis = new Redis({
      ...server.address,
      username: 'alice',
      password: 'secret',
      enableReadyCheck: false,
      lazyConnect: true,
    })
    await redis.connect()
    expect(await redis.call('GREETER.SAY')).toBe('hello')
    await expect(redis.get('k')).rejects.toThrow("NOPERM User alice has no permissions to run the 'get' command")
    redis.disconnect()
    const client = createClient({
      socket: { host: server.address.host, port: server.port, reconnectStrategy: false },
      username: 'alice',
      password: 'wrong',
    })
    client.on('error', () => {})
    await expect(client.connect()).rejects.toThrow('WRONGPASS')
    const stranger = new Client(connect(server.port, server.address.host), { resp: 2 })
    await expect(stranger.send('PING')).rejects.toThrow('NOAUTH')
    stranger.close()
  })

  it.each([
    ['alice +nosuch', "Error loading ACL rule '+nosuch' for the user named 'alice': Unknown command or category"],
    ['alice nosuch', "Error in user declaration 'alice': Syntax error"],
    ['alice (+get', "Error in user declaration 'alice': Unmatched parenthesis in selector starting at '(+get'"],
    ['a\tb on', 'Spaces not allowed in ACL usernames'],
  ])('that cannot be are refused at the start: %s', (user, reason) => {
    expect(() => createEngine({ users: [user] })).toThrow(reason)
  })

  it('hide what requirepass says of the default user', async () => {
    await using engine = createEngine({ requirepass: 'secret', users: ['default on nopass +@all ~*'] })
    expect(engine.engine.authRequired).toBe(false)
    expect(engine.call('ACL', 'LIST')).toEqual(['user default on nopass ~* resetchannels +@all'])
  })

  it('warn of those that are off without a word', () => {
    const log: string[] = []
    createEngine({ users: ['alice +get', 'bob off', 'carol on'], log: (_level, text) => void log.push(text) })
    expect(log.filter((line) => line.includes('is disabled'))).toEqual([
      "The user 'alice' is disabled (there is no 'on' modifier in the user description). " +
        'Make sure this is not a configuration error.',
    ])
  })

  it('are written by CONFIG REWRITE so that the next start knows them', async () => {
    const file = join(directory, 'kvasir.conf')
    writeFileSync(file, 'user alice on >secret ~a (+get %R~b)\nuser bob on\nport 0\n')
    const start = async () => {
      const configuration = await readConfiguration({ action: 'run', file, readsStandardInput: false })
      const server = prepareServer(configuration, { directory })
      server.loadModules()
      return server
    }
    await using first = await start()
    first.call('ACL', 'DELUSER', 'bob')
    first.call('ACL', 'SETUSER', 'alice', '~"quoted"', '("~it\'s)" +set)')
    first.call('ACL', 'SETUSER', 'default', '-flushall')
    const users = first.call('ACL', 'LIST')
    expect(first.call('CONFIG', 'REWRITE')).toBe('OK')
    expect(readFileSync(file, 'utf8')).not.toContain('secret')
    await using second = await start()
    expect(second.call('ACL', 'LIST')).toEqual(users)
  })
})

describe('aclfile', () => {
  it('is read at the start, from the folder that dir names, and instead of requirepass', async () => {
    writeFileSync(join(directory, 'users.acl'), 'user alice on nopass ~k +get\n')
    await using engine = createEngine({ dir: directory, aclfile: 'users.acl', requirepass: 'x' })
    expect(engine.call('ACL', 'LIST')).toEqual([
      'user alice on nopass ~k resetchannels -@all +get',
      'user default on nopass ~* &* +@all',
    ])
  })

  it('is written by ACL SAVE, all or nothing, and read by ACL LOAD', async () => {
    const path = join(directory, 'users.acl')
    writeFileSync(path, '')
    await using engine = createEngine({ aclfile: path })
    engine.call('ACL', 'SETUSER', 'z\u00e9', 'on', '+get')
    expect(engine.call('ACL', 'SAVE')).toBe('OK')
    const text = readFileSync(path, 'utf8')
    expect(text).toBe('user default on nopass ~* &* +@all\nuser z\u00e9 on resetchannels -@all +get\n')
    expect(readdirSync(directory)).toEqual(['users.acl'])
    writeFileSync(path, text.replace('+get', '+set'))
    expect(engine.call('ACL', 'LOAD')).toBe('OK')
    expect(engine.call('ACL', 'LIST')).toContain('user z\u00e9 on resetchannels -@all +set')
    rmSync(path)
    mkdirSync(path)
    expect(() => engine.call('ACL', 'LOAD')).toThrow('Is a directory')
    expect(() => engine.call('ACL', 'SAVE')).toThrow('There was an error trying to save the ACLs')
  })

  it('that is missing or wrong is fatal, and so is one beside users of the configuration', () => {
    const path = join(directory, 'users.acl')
    expect(() => createEngine({ aclfile: path })).toThrow(`opening file '${path}': No such file or directory`)
    writeFileSync(path, 'user alice nosuch')
    expect(() => createEngine({ aclfile: path })).toThrow(`${path}:1: Syntax error.`)
    writeFileSync(path, '')
    expect(() => createEngine({ aclfile: path, users: ['alice'] })).toThrow('but not both')
  })
})

describe('rename-command', () => {
  it('gives a command another name, by which ACL rules do not know it', async () => {
    await using engine = createEngine({ renameCommands: { GET: 'fetch', FETCH: 'XGET', CONFIG: 'CFG', DEL: '' } })
    expect(engine.call('xget', 'k')).toBe(null)
    expect(() => engine.call('GET', 'k')).toThrow('unknown command')
    expect(() => engine.call('XGET')).toThrow("wrong number of arguments for 'get' command")
    expect(() => engine.call('CFG', 'NOSUCH')).toThrow("ERR unknown subcommand 'NOSUCH'. Try CFG HELP.")
    expect(engine.call('ACL', 'SETUSER', 'alice', '+get', '-del', '+config|get')).toBe('OK')
    expect(() => engine.call('ACL', 'SETUSER', 'alice', '+xget')).toThrow('Unknown command')
    expect(engine.call('ACL', 'DRYRUN', 'alice', 'XGET', 'k')).toBe(
      "User alice has no permissions to access the 'k' key",
    )
    expect(engine.call('ACL', 'DRYRUN', 'alice', 'CFG', 'SET', 'a', 'b')).toBe(
      "User alice has no permissions to run the 'config|set' command",
    )
  })

  it('refuses names that are taken, and commands that are none', () => {
    expect(() => createEngine({ renameCommands: { GET: 'SET' } })).toThrow('Target command name already exists')
    expect(() => createEngine({ renameCommands: { NOSUCH: 'x' } })).toThrow('No such command in rename-command')
  })
})
