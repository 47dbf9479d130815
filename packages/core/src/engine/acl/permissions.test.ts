/** What users may do, command by command; the property at the end goes through all of them. */

import { API_LEVEL, arg, type CommandDefinition, defineModule, reply } from '@kvasir/module-api'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../../commands/_test-client.ts'
import { logIn } from '../../commands/acl/_test-login.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import type { Command } from '../command.ts'
import { namesKeys } from '../command-keys.ts'
import { mayUseChannel } from './acl.ts'

const NO_KEY = '(error) NOPERM No permissions to access a key'
const NO_CHANNEL = '(error) NOPERM No permissions to access a channel'
const NO_DATABASE = '(error) NOPERM No permissions to access database'
const noCommand = (command: string, user = 'alice'): string =>
  `(error) NOPERM User ${user} has no permissions to run the '${command}' command`

/** Commands that name channels, and one in a category of its own. */
const chat = defineModule({
  name: 'chat',
  version: '1.0.0',
  api: API_LEVEL,
  aclCategories: ['chat'],
  commands: [
    command('CHAT.SEND', { index: 1 }),
    command('CHAT.JOIN', { index: 1, isRepeated: true }),
    command('CHAT.MATCH', { index: 1, isRepeated: true, isPattern: true }),
    { ...command('CHAT.NOTE', undefined), handler: (ctx) => ctx.call('SET', 'note', 'x') },
  ],
})

function command(name: string, channels: CommandDefinition['channels']): CommandDefinition {
  return {
    name,
    summary: 'Chats.',
    since: '1.0.0',
    complexity: 'O(1)',
    flags: [],
    acl: ['chat'],
    args: { words: arg.optional(arg.repeated(arg.string())) },
    reply: reply.any(),
    ...(channels === undefined ? {} : { channels }),
    handler: () => 1,
  }
}

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)
const loggedIn = (rules: string, name?: string): TestClient => logIn(server, rules, name)

describe('A user', () => {
  it('may run the commands that it is told, with their subcommands or first arguments', () => {
    const alice = loggedIn('+get +config|get +select|1 ~*')
    expect(alice.run('GET k')).toBe('(nil)')
    expect(alice.run('SET k v')).toBe(noCommand('set'))
    expect(alice.run('CONFIG GET hz')).toBe('[hz, 10]')
    expect(alice.run('CONFIG SET hz 10')).toBe(noCommand('config|set'))
    expect([alice.run('SELECT 1'), alice.run('SELECT 0')]).toEqual(['OK', noCommand('select')])
    run('ACL SETUSER alice +config -config|set')
    expect(alice.run('CONFIG RESETSTAT')).toBe('OK')
    expect(alice.run('CONFIG SET hz 10')).toBe(noCommand('config|set'))
    expect(alice.run('COMMAND')).toBe(noCommand('command'))
  })

  it('hears first of what is no command, or has too few words', () => {
    const alice = loggedIn('')
    expect(alice.run('NOSUCH')).toContain('ERR unknown command')
    expect(alice.run('CONFIG NOSUCH')).toContain('ERR unknown subcommand')
    expect(alice.run('GET')).toBe("(error) ERR wrong number of arguments for 'get' command")
  })

  it('may log in, say hello, reset and quit, whatever else it may', () => {
    const alice = loggedIn('resetdbs')
    expect(alice.run('HELLO')).toContain('proto')
    expect(alice.run('AUTH alice x')).toBe('OK')
    expect(alice.run('RESET')).toBe('RESET')
    alice.run('AUTH alice x')
    expect(alice.run('QUIT')).toBe('OK')
  })

  it('reads and writes the keys that its patterns allow it to', () => {
    const alice = loggedIn('+@all %R~r* %W~w* ~b*')
    expect([alice.run('GET r'), alice.run('LPUSH w 1'), alice.run('GETSET b 1')]).toEqual([
      '(nil)',
      '(integer) 1',
      '(nil)',
    ])
    for (const line of [
      'GET w',
      'LPUSH r 1',
      'GETSET w 1',
      'GETSET r 1',
      'GET x',
      'MGET r b x',
      'COPY w r',
      'EXISTS x',
    ]) {
      expect(alice.run(line)).toBe(NO_KEY)
    }
    // Whoever may do anything with a key may know that it is there.
    expect([alice.run('EXISTS r'), alice.run('EXISTS w'), alice.run('TYPE w')]).toEqual([
      '(integer) 0',
      '(integer) 1',
      'list',
    ])
    // What the options make of them.
    expect([alice.run('SET w1 v'), alice.run('SET w1 v GET'), alice.run('SET r v')]).toEqual(['OK', NO_KEY, NO_KEY])
    expect([alice.run('BITFIELD r GET u8 0'), alice.run('BITFIELD r SET u8 0 1')]).toEqual(['[(integer) 0]', NO_KEY])
    expect([alice.run('SORT r STORE w'), alice.run('SORT r STORE r')]).toEqual(['(integer) 0', NO_KEY])
    expect(alice.run('GEORADIUS r 0 0 1 km STORE w STORE r')).toBe(NO_KEY)
    expect(alice.run('XREAD STREAMS x 0')).toBe(NO_KEY)
    expect(alice.run('ZUNIONSTORE w 2 r x')).toBe(NO_KEY)
    // Where Valkey 9.1 sees no key, because there is no source.
    expect(alice.run('PFMERGE x')).toBe(NO_KEY)
    // Where Valkey 9.1 takes the group's name for the option STREAMS, and asks for a key `r`.
    run('XGROUP CREATE x streams 0 MKSTREAM')
    expect(alice.run('XREADGROUP COUNT 1 GROUP streams r STREAMS x >')).toBe(NO_KEY)
  })

  it('needs one pattern for all that is done with a key, and one selector for all of a request', () => {
    const alice = loggedIn('+@all %R~k* %W~*k')
    expect(alice.run('GETSET kk 1')).toBe(NO_KEY)
    run('ACL SETUSER alice reset on nopass (+get ~a) (+set ~b) (+mget ~a ~b)')
    expect([alice.run('GET a'), alice.run('SET b 1')]).toEqual(['(nil)', 'OK'])
    expect([alice.run('GET b'), alice.run('SET a 1'), alice.run('MGET a b')]).toEqual([NO_KEY, NO_KEY, '[(nil), 1]'])
    expect(alice.run('DEL a')).toBe(noCommand('del'))
  })

  it('is told what is farthest from being allowed', () => {
    const why = (rules: string, ...words: string[]): string => {
      run(`ACL SETUSER alice reset on nopass ${rules}`)
      return run(`ACL DRYRUN alice ${words.join(' ')}`).replace('User alice has no permissions to ', '')
    }
    expect(why('+mget ~a (+mget ~b ~c) (+mget ~b)', 'mget b c d')).toBe("access the 'd' key")
    expect(why('(+get ~a db=1) (+mget ~* db=0)', 'get a')).toBe("run the 'get' command")
    expect(why('(+get ~a db=1) (+get ~b db=0)', 'get a')).toBe("access the 'a' key")
    expect(why('db=1', 'get a')).toBe('access database get')
    expect(why('~* db=0', 'move k 3')).toBe('access database 3')
    expect(why('+move db=0 ~* (+move alldbs)', 'move k 3')).toBe("access the 'k' key")
    expect(why('+swapdb db=0 (+swapdb db=1)', 'swapdb 0 1')).toBe('access database 1')
  })

  it('follows the patterns of SORT only when it may read every key', () => {
    const alice = loggedIn('+sort ~l')
    run('RPUSH l 1 2')
    expect(alice.run('SORT l BY nosort')).toBe('[1, 2]')
    for (const line of ['SORT l BY w* LIMIT x', 'SORT l BY nosort BY w*']) {
      expect(alice.run(line)).toBe('(error) ERR BY option of SORT denied due to insufficient ACL permissions.')
    }
    const denied = '(error) ERR GET option of SORT denied due to insufficient ACL permissions.'
    expect([alice.run('SORT l GET #'), alice.run('SORT l GET w*')]).toEqual([denied, denied])
    for (const [rules, answer] of [
      ['%R~*', '[(nil), (nil)]'],
      ['%W~*', denied],
      ['(+sort_ro ~*)', denied],
      ['(+sort ~* db=1)', denied],
      ['(+sort ~*)', '[(nil), (nil)]'],
    ] as const) {
      run(`ACL SETUSER alice reset on nopass +sort ~l ${rules}`)
      expect(alice.run('SORT l GET w*')).toBe(answer)
    }
  })

  it('uses the databases that it is told', () => {
    const alice = loggedIn('+@all ~* db=0,1')
    for (const line of ['SELECT 1', 'SWAPDB 0 1', 'COPY a b DB 0', 'FLUSHDB', 'SELECT 0']) {
      expect(alice.run(line)).not.toContain('NOPERM')
    }
    for (const line of ['SELECT 2', 'MOVE k 2', 'SWAPDB 0 2', 'COPY a b DB 1 DB 2', 'COPY a b DB 2 DB 1', 'FLUSHALL']) {
      expect(alice.run(line)).toBe(NO_DATABASE)
    }
    expect([alice.run('SELECT 99'), alice.run('SELECT x')]).not.toContain(NO_DATABASE)
    run('ACL SETUSER alice db=1')
    for (const line of ['GET k', 'KEYS *', 'DBSIZE', 'WATCH k', 'MOVE k 1', 'COPY a b DB 1', 'RANDOMKEY']) {
      expect(alice.run(line)).toBe(NO_DATABASE)
    }
    // What has nothing to do with keys is not of the database.
    for (const line of ['PING', 'INFO server', 'SWAPDB 1 1', 'ACL WHOAMI', 'SELECT 1', 'GET k']) {
      expect(alice.run(line)).not.toBe(NO_DATABASE)
    }
    run('ACL SETUSER alice db=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15')
    expect(alice.run('FLUSHALL')).toBe('OK')
  })

  it('loses what is taken from it at once', () => {
    const alice = loggedIn('+@all ~*')
    alice.run('GET k')
    run('ACL SETUSER alice -get')
    expect(alice.run('GET k')).toBe(noCommand('get'))
    run('ACL SETUSER default -get')
    expect(run('GET k')).toBe(noCommand('get', 'default'))
  })
})

describe('A transaction', () => {
  it('is refused what its user may not when it is queued, and again when it is run', () => {
    const alice = loggedIn('+multi +exec +get +set +select ~*')
    alice.run('MULTI')
    expect(alice.run('DEL k')).toBe(noCommand('del'))
    expect(alice.run('EXEC')).toContain('EXECABORT')
    alice.run('MULTI')
    for (const line of ['SET a 1', 'SET b 2', 'GET a', 'SELECT 1']) expect(alice.run(line)).toBe('QUEUED')
    run('ACL SETUSER alice -get resetkeys ~b db=0')
    const because =
      '(error) NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This ' +
      'command is no longer allowed for the following reason: no permission'
    expect(alice.run('EXEC')).toBe(
      `[${because} to touch the specified keys, OK, ${because} to execute the command or subcommand, ${because}]`,
    )
  })

  it('is in the database that a SELECT in it leaves selected', () => {
    const alice = loggedIn('+multi +exec (+select) (+set ~* db=0) (+get ~* db=1)')
    alice.run('MULTI')
    for (const line of ['SET k 1', 'SELECT 1', 'GET k', 'SELECT 0', 'SET k 2']) expect(alice.run(line)).toBe('QUEUED')
    expect(alice.run('EXEC')).toBe('[OK, OK, (nil), OK, OK]')
    alice.run('MULTI')
    expect(alice.run('GET k')).toContain('NOPERM')
  })

  it('ends when its user may not run EXEC any more', () => {
    const alice = loggedIn('+multi +exec +get ~*')
    alice.run('MULTI')
    run('ACL SETUSER alice -exec')
    expect(alice.run('EXEC')).toBe(`(error) EXECABORT Transaction discarded because of: ${noCommand('exec').slice(8)}`)
    expect(alice.run('GET k')).toBe('(nil)')
  })
})

describe('A client that waits', () => {
  it('gets an error when its user may not do so any more', () => {
    const alice = loggedIn('+blpop +ping ~l')
    alice.run('BLPOP l 0')
    run('ACL SETUSER alice resetkeys')
    run('RPUSH l a')
    expect(alice.received()).toBe('-NOPERM No permissions to access a key\r\n')
    expect(run('LRANGE l 0 -1')).toBe('[a]')
    expect(run('INFO commandstats')).toMatch(/cmdstat_blpop:calls=0,usec=0,.*rejected_calls=1,failed_calls=0/)
    expect(alice.run('PING')).toBe('PONG')
  })
})

describe('A module', () => {
  beforeEach(() => {
    server = startTestEngine([chat])
  })

  it('brings commands and categories that rules name, in ACL CAT too', () => {
    expect(run('ACL CAT').endsWith(', scripting, chat]')).toBe(true)
    expect(run('ACL CAT chat')).toBe('[chat.send, chat.join, chat.match, chat.note]')
    const alice = loggedIn('+@chat -chat.note &*')
    expect([alice.run('CHAT.SEND a'), alice.run('CHAT.NOTE')]).toEqual(['(integer) 1', noCommand('chat.note')])
  })

  it('may be loaded later: then those who may do all of a category may do so with its commands', () => {
    server = startTestEngine()
    const alice = loggedIn('+@all -get ~* &*')
    const bob = loggedIn('+@slow &*', 'bob')
    const carol = loggedIn('+@fast &*', 'carol')
    server.engine.modules.load(chat)
    expect([alice.run('CHAT.SEND a'), bob.run('CHAT.SEND a')]).toEqual(['(integer) 1', '(integer) 1'])
    expect(carol.run('CHAT.SEND a')).toBe(noCommand('chat.send', 'carol'))
    run('ACL SETUSER carol +chat.send')
    expect(carol.run('CHAT.SEND a')).toBe('(integer) 1')
    server.engine.modules.unload('chat')
    expect(carol.run('CHAT.SEND a')).toContain('ERR unknown command')
    expect(run('ACL SETUSER carol +@chat')).toContain('Unknown command or category name')
    server.engine.modules.load(chat)
    expect(carol.run('CHAT.SEND a')).toBe('(integer) 1')
  })

  it('runs commands with the permissions of the engine', () => {
    const alice = loggedIn('+chat.note')
    expect(alice.run('CHAT.NOTE')).toBe('OK')
    expect(alice.run('GET note')).toBe(noCommand('get'))
    expect(run('GET note')).toBe('x')
  })

  it('names channels by which users may be kept out', () => {
    const alice = loggedIn('+@all &news &c*')
    expect([alice.run('CHAT.SEND news'), alice.run('CHAT.JOIN cats news'), alice.run('CHAT.MATCH c*')]).toEqual([
      '(integer) 1',
      '(integer) 1',
      '(integer) 1',
    ])
    for (const line of ['CHAT.SEND other', 'CHAT.JOIN cats other', 'CHAT.MATCH cats', 'CHAT.MATCH c* *']) {
      expect(alice.run(line)).toBe(NO_CHANNEL)
    }
    const may = (channel: string, isPattern: boolean): boolean =>
      mayUseChannel(alice.session, fromLatin1(channel), isPattern)
    expect([may('cats', false), may('c*', true), may('cats', true), may('other', false)]).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(mayUseChannel(server.client.session, fromLatin1('other'), true)).toBe(true)
  })
})

describe('Channels', () => {
  it('are for those who may use them: to publish, to listen to, and by patterns', () => {
    const alice = loggedIn('+@all &news &c*')
    expect([alice.run('PUBLISH news x'), alice.run('SPUBLISH cats x')]).toEqual(['(integer) 0', '(integer) 0'])
    for (const line of [
      'PUBLISH x x',
      'SPUBLISH x x',
      'SUBSCRIBE cats x',
      'SSUBSCRIBE x',
      'PSUBSCRIBE cats',
      'PSUBSCRIBE *',
    ]) {
      expect(alice.run(line)).toBe(NO_CHANNEL)
    }
    expect(alice.run('PSUBSCRIBE c*')).toBe('[psubscribe, c*, (integer) 1]')
  })

  it('that a client loses while it listens to them are its end', () => {
    const [one, two, three, four] = [
      loggedIn('+@all &a &b &p* &s'),
      loggedIn('+@all &a &b &p* &s'),
      loggedIn('+@all &a &b &p* &s'),
      loggedIn('+@all &a &b &p* &s'),
    ]
    one.run('SUBSCRIBE a')
    two.run('SUBSCRIBE a b')
    three.run('PSUBSCRIBE p*')
    four.run('SSUBSCRIBE s')
    const closed = (): boolean[] => [one.closed, two.closed, three.closed, four.closed]
    run('ACL SETUSER alice resetchannels &p* &a &s &z')
    expect(closed()).toEqual([false, true, false, false])
    run('ACL SETUSER alice resetchannels (&a) (&s)')
    expect(closed()).toEqual([false, true, true, false])
    run('ACL SETUSER alice off -@all clearselectors &a')
    expect(closed()).toEqual([false, true, true, true])
    run('ACL SETUSER alice &*')
    expect(one.closed).toBe(false)
  })

  it('that a client takes from itself end it behind the reply', () => {
    const alice = loggedIn('+@all &a')
    alice.run('HELLO 3')
    alice.run('SUBSCRIBE a')
    expect(alice.run('ACL SETUSER alice resetchannels')).toBe('OK')
    expect(alice.closed).toBe(true)
  })
})

describe('Whatever a user is not told, it may not', () => {
  const { engine, connect, client: admin } = startTestEngine([chat])
  const all = [...engine.acl.commands.values()].filter(({ subcommands, definition }) => {
    return subcommands === undefined || ('container' in definition && definition.raw !== undefined)
  })
  const guarded = all.filter(({ flags }) => !flags.has('no_auth'))
  const alice = connect()
  admin.run('ACL SETUSER alice on nopass')
  alice.run('AUTH alice x')
  const dryRun = (words: readonly string[]): string => admin.run(`ACL DRYRUN alice ${words.join(' ')}`)

  /** Options that name another key, or do more with it. */
  const OPTIONS: Readonly<Record<string, readonly string[]>> = {
    sort: ['STORE', 'k'],
    georadius: ['STORE', 'k'],
    georadiusbymember: ['STOREDIST', 'k'],
    set: ['GET'],
    bitfield: ['SET', 'u8', '0', '1'],
  }

  /** A call whose keys are found: `k` for every word, but a count where one belongs, and the options that have keys. */
  function callOf(each: Command): string[] {
    const words = each.fullName.split('|')
    while (words.length < Math.abs(each.arity)) words.push('k')
    for (const { beginSearch: begin, findKeys: find } of each.keySpecs) {
      if (begin.type === 'keyword') words.push(begin.keyword, 'k', 'k')
      if (begin.type !== 'index') continue
      while (words.length <= begin.pos) words.push('k')
      if (find.type === 'keynum') {
        words[begin.pos + find.keyNumIdx] = '1'
        while (words.length <= begin.pos + find.firstKey) words.push('k')
      }
    }
    return [...words, ...(OPTIONS[each.fullName] ?? [])]
  }

  it('which concerns nearly three hundred commands, of which two hundred have keys', () => {
    expect(guarded.length).toBeGreaterThan(280)
    expect(guarded.filter(namesKeys).length).toBeGreaterThan(200)
  })

  it.each(guarded.map((each) => [each.fullName, each] as const))(
    '%s: by command, key, channel and database',
    (name, each) => {
      const words = callOf(each)
      const words0 = words[0]
      admin.run('ACL SETUSER alice reset on nopass +@all ~* &* alldbs')
      expect(dryRun(words)).toBe('OK')

      admin.run(`ACL SETUSER alice -${name}`)
      const noPermission = `User alice has no permissions to run the '${name}' command`
      expect(dryRun(words)).toBe(noPermission)
      expect(alice.run(words.join(' '))).toContain(`NOPERM ${noPermission}`)
      admin.run('ACL SETUSER alice reset on nopass ~* &*')
      expect(alice.run(words.join(' '))).toContain(`NOPERM ${noPermission}`)
      admin.run(`ACL SETUSER alice +${name}`)
      expect(dryRun(words)).toBe('OK')

      admin.run('ACL SETUSER alice resetkeys')
      expect(dryRun(words)).toBe(namesKeys(each) ? "User alice has no permissions to access the 'k' key" : 'OK')
      if (namesKeys(each)) expect(alice.run(words.join(' '))).toBe(NO_KEY)
      admin.run('ACL SETUSER alice ~k resetchannels')
      const { channels } = each.definition
      if (channels !== undefined && words.length === channels.index) words.push('k')
      expect(dryRun(words)).toBe(
        channels === undefined ? 'OK' : "User alice has no permissions to access the 'k' channel",
      )
      admin.run('ACL SETUSER alice &k resetdbs')
      const usesDatabase =
        namesKeys(each) || each.aclCategories.some((category) => /^(keyspace|read|write)$/.test(category))
      const isDenied = usesDatabase && name !== 'swapdb'
      expect(dryRun(words)).toBe(isDenied ? `User alice has no permissions to access database ${words0}` : 'OK')
      admin.run('ACL SETUSER alice db=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15')
      expect(dryRun(words)).toBe('OK')
    },
  )

  it.each(guarded.filter(namesKeys).map((each) => [each.fullName, each] as const))(
    '%s: reading alone, or writing alone, is not enough for both',
    (name, each) => {
      const words = callOf(each)
      // What the declarations say of each key, which is compared with Valkey elsewhere.
      const flags = admin.run(`COMMAND GETKEYSANDFLAGS ${words.join(' ')}`)
      const reads = /access/.test(flags)
      const writes = /insert|update|delete/.test(flags)
      admin.run(`ACL SETUSER alice reset on nopass +${name} %R~k`)
      if (writes) expect(dryRun(words)).toContain("to access the 'k' key")
      else expect(dryRun(words)).toBe('OK')
      admin.run(`ACL SETUSER alice reset on nopass +${name} %W~k`)
      if (reads) expect(dryRun(words)).toContain("to access the 'k' key")
      else expect(dryRun(words)).toBe('OK')
    },
  )

  it('in any combination of selectors: a request is allowed when one of them allows all of it', () => {
    const commands = ['get', 'set', 'mget', 'lpush', 'del', 'copy', 'ping'].map((name) =>
      engine.acl.commands.get(name),
    ) as Command[]
    const selector = fc.record({
      commands: fc.subarray(commands),
      keys: fc.subarray(['a', 'b', 'c']),
      databases: fc.subarray([0, 1]),
    })
    const requests = ['get a', 'get b', 'set c 1', 'mget a b', 'mget b c', 'lpush a 1', 'del a c', 'copy a b', 'ping']
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 4 }), fc.constantFrom(0, 1), (selectors, dbIndex) => {
        const rules = selectors.map(({ commands: some, keys, databases }) => {
          const words = [...some.map(({ name }) => `+${name}`), ...keys.map((key) => `~${key}`)]
          return `(${[...words, databases.length === 0 ? 'resetdbs' : `db=${databases.join(',')}`].join(' ')})`
        })
        expect(admin.run(`ACL SETUSER alice reset on nopass ${rules.join(' ')}`)).toBe('OK')
        admin.run(`SELECT ${dbIndex}`)
        for (const request of requests) {
          const [name, ...words] = request.split(' ')
          const keys = words.filter((word) => /^[abc]$/.test(word))
          const isAllowed = selectors.some(
            (each) =>
              each.commands.some((one) => one.name === name) &&
              keys.every((key) => each.keys.includes(key)) &&
              (keys.length === 0 || each.databases.includes(dbIndex)),
          )
          expect([request, dryRun([request]) === 'OK']).toEqual([request, isAllowed])
        }
      }),
      { numRuns: 300 },
    )
  })
})
