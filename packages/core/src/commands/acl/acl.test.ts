import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'
import { logIn } from './_test-login.ts'

const WRONG_PASS = '(error) WRONGPASS invalid username-password pair or user is disabled.'
const AFTER_ALL_KEYS =
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. " +
  "Try 'resetkeys' to start with an empty list of patterns"
const HASH_OF_SECRET = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)
const loggedIn = (rules: string, name?: string): TestClient => logIn(server, rules, name)

/** What GETUSER says, by its names. */
function user(name = 'alice'): Record<string, string> {
  const facts = run(`ACL GETUSER ${name}`)
  const names = ['flags', 'passwords', 'commands', 'keys', 'channels', 'databases', 'selectors']
  const pattern = new RegExp(`^\\[${names.map((name) => `${name}, (.*?)`).join(', ')}\\]$`)
  const [, flags, passwords, commands, keys, channels, databases, selectors] = pattern.exec(
    facts,
  ) as unknown as string[]
  return { flags, passwords, commands, keys, channels, databases, selectors }
}

describe('ACL SETUSER', () => {
  const refusal = (...words: string[]): string => server.client.raw('ACL', 'SETUSER', 'alice', ...words).trim()

  it('makes a user that may do nothing', () => {
    expect(run('ACL SETUSER alice')).toBe('OK')
    expect(run('ACL LIST')).toContain('user alice off resetchannels -@all')
    expect(run('AUTH alice x')).toBe(WRONG_PASS)
  })

  it('changes all that its rules say, or nothing', () => {
    run('ACL SETUSER alice on +get')
    expect(run('ACL SETUSER alice off +set nosuch')).toBe(
      "(error) ERR Error in ACL SETUSER modifier 'nosuch': Syntax error",
    )
    expect(user()).toMatchObject({ flags: '[on]', commands: '-@all +get' })
    run('ACL SETUSER bob +nosuch')
    expect(run('ACL USERS')).toBe('[alice, default]')
  })

  it('takes names without spaces and zeros', () => {
    for (const name of ['a b', 'a\0b', 'a\rb', 'a\tb']) {
      expect(server.client.raw('ACL', 'SETUSER', name)).toBe(
        "-ERR Usernames can't contain spaces or null characters\r\n",
      )
    }
    expect(server.client.raw('ACL', 'SETUSER', '')).toBe('+OK\r\n')
  })

  it('keeps passwords as their SHA-256', () => {
    run('ACL SETUSER alice on >secret >secret')
    expect(user().passwords).toBe(`[${HASH_OF_SECRET}]`)
    expect(server.connect().run('AUTH alice secret')).toBe('OK')
    expect(server.connect().run('AUTH alice secrets')).toBe(WRONG_PASS)
    run(`ACL SETUSER alice <secret #${'a'.repeat(64)} #${HASH_OF_SECRET} !${'a'.repeat(64)}`)
    expect(user().passwords).toBe(`[${HASH_OF_SECRET}]`)
    expect(refusal('<nosuch')).toContain('The password you are trying to remove from the user does not exist')
    for (const hash of ['#abc', `#${'A'.repeat(64)}`, '!abc']) {
      expect(refusal(hash)).toContain('The password hash must be exactly 64 characters')
    }
  })

  it('lets any password do with nopass, until there is one, and none without any', () => {
    run('ACL SETUSER alice on >secret nopass')
    expect(user()).toMatchObject({ flags: '[on, nopass]', passwords: '[]' })
    expect(server.connect().run('AUTH alice whatever')).toBe('OK')
    run('ACL SETUSER alice >other')
    expect(server.connect().run('AUTH alice whatever')).toBe(WRONG_PASS)
    run('ACL SETUSER alice resetpass')
    expect(server.connect().run('AUTH alice other')).toBe(WRONG_PASS)
  })

  it.each([
    ['+get -get', '-@all -get'],
    ['+config|get +config', '-@all +config'],
    ['+config +config|get', '-@all +config +config|get'],
    ['+config -config|set', '-@all +config -config|set'],
    ['+@all -@hash -@slow +hget -@hash', '+@all -@slow +hget -@hash'],
    ['+@read +@write -@read', '-@all +@write -@read'],
    ['+get +@all', '+@all'],
    ['+@all -@string -@all', '-@all'],
    ['+select|0 +select|1 +select|0', '-@all +select|1 +select|0'],
    ['+select|0 +select', '-@all +select'],
    ['+GET +@ReAd +Config|GET +SELECT|A', '-@all +get +@read +config|get +select|a'],
    ['allcommands -get', '+@all -get'],
    ['+get nocommands', '-@all'],
  ])('keeps of %s what still counts', (rules, commands) => {
    expect(run(`ACL SETUSER alice ${rules}`)).toBe('OK')
    expect(user().commands).toBe(commands)
  })

  it.each([
    ['+nosuch', 'Unknown command or category name in ACL'],
    ['-nosuch', 'Unknown command or category name in ACL'],
    ['+@nosuch', 'Unknown command or category name in ACL'],
    ['+config|nosuch', 'Unknown command or category name in ACL'],
    ['-get|x', 'Unknown command or category name in ACL'],
    ['+get|a|b', 'Unknown command or category name in ACL'],
    ['+config|get|x', 'Allowing first-arg of a subcommand is not supported'],
    ['+config|', 'Syntax error'],
    ['+get|a b', 'Syntax error'],
    ['+get|a\nb', 'Syntax error'],
    ['~a b', 'Syntax error'],
    ['&a\nb', 'Syntax error'],
    ['%', 'Syntax error'],
    ['%~a', 'Syntax error'],
    ['%X~a', 'Syntax error'],
    ['%RR~a', 'Syntax error'],
    ['db=', 'Syntax error'],
    ['db=1,', 'Syntax error'],
    ['db=,1', 'Syntax error'],
    ['db=x', 'Syntax error'],
    ['db=-1', 'The provided database ID is out of range'],
    ['db=2147483648', 'The provided database ID is out of range'],
    ['db=9223372036854775808', 'The provided database ID is out of range'],
    ['(on)', 'Syntax error'],
    ['((+get))', 'Syntax error'],
    [')', 'Syntax error'],
    ['(~"a)', 'Syntax error'],
  ])('refuses %j', (rule, reason) => {
    const shown = rule.replace('\n', ' ')
    expect(refusal(rule)).toBe(`-ERR Error in ACL SETUSER modifier '${shown}': ${reason}`)
    expect(run('ACL USERS')).toBe('[default]')
  })

  it('tells key patterns with what may be done to them, each once', () => {
    run('ACL SETUSER alice ~a %R~b %W~b %R~c %W~d %RW~* %wr~e %R')
    expect(user().keys).toBe('~a ~b %R~c %W~d ~* ~e %R~')
    run('ACL SETUSER alice ~*')
    expect(user().keys).toBe('~*')
    expect(refusal('~a')).toBe(`-ERR Error in ACL SETUSER modifier '~a': ${AFTER_ALL_KEYS}`)
    expect(refusal('%')).toBe(`-ERR Error in ACL SETUSER modifier '%': ${AFTER_ALL_KEYS}`)
    run('ACL SETUSER alice resetkeys ~a')
    expect(user().keys).toBe('~a')
  })

  it('knows channels, of which acl-pubsub-default gives new users all or none', () => {
    run('ACL SETUSER alice &a &b* &a')
    expect(user().channels).toBe('&a &b*')
    run('ACL SETUSER alice allchannels')
    expect(user().channels).toBe('&*')
    expect(refusal('&a')).toContain("(or the 'allchannels' flag)")
    run('CONFIG SET acl-pubsub-default allchannels')
    run('ACL SETUSER bob (+get)')
    expect(user('bob')).toMatchObject({ channels: '&*' })
    expect(user('bob').selectors).toContain('channels, &*')
    expect(user('alice').channels).toBe('&*')
  })

  it('knows databases, in order and each once', () => {
    expect(run('ACL SETUSER alice db=3,1,2,1')).toBe('OK')
    expect(user().databases).toBe('db=1,2,3')
    server.client.raw('ACL', 'SETUSER', 'alice', 'db= 1,+2,03,-0')
    expect(user().databases).toBe('db=0,1,2,3')
    run('ACL SETUSER alice RESETDBS')
    expect(user().databases).toBe('')
    expect(run('ACL LIST')).toContain('user alice off resetchannels resetdbs -@all')
    run('ACL SETUSER alice alldbs')
    expect(user().databases).toBe('alldbs')
    run('ACL SETUSER alice db=2147483647')
    expect(user().databases).toBe('db=2147483647')
  })

  it('joins the words of selectors', () => {
    server.client.raw('ACL', 'SETUSER', 'alice', '(+get', '~a)', '( +set\t~b )', '()', '(', ')')
    expect(user().selectors.match(/commands, [^,]*, keys, [^,]*/g)).toEqual([
      'commands, -@all +get, keys, ~a',
      'commands, -@all +set, keys, ~b',
      'commands, -@all, keys, ',
      'commands, -@all, keys, ',
    ])
    expect(refusal('(+get', '(+set')).toBe("-ERR Unmatched parenthesis in acl selector starting at '(+get'.")
    run('ACL SETUSER alice clearselectors')
    expect(user().selectors).toBe('[]')
  })

  it('takes everything back with reset', () => {
    run('ACL SETUSER alice on >x +@all ~* &* db=1 (+get ~a)')
    run('ACL SETUSER alice reset sanitize-payload skip-sanitize-payload')
    expect(run('ACL LIST')).toContain('user alice off resetchannels -@all,')
  })

  it('writes quotes and parentheses so that they can be read again', () => {
    server.client.raw('ACL', 'SETUSER', 'alice', '~a"b', '("~c\\"d" "~e)" +get)')
    const [, line] = /user (alice [^[\]]*), user default/.exec(run('ACL LIST')) as unknown as [string, string]
    const [, ...rules] = line.split(' ')
    expect(server.client.raw('ACL', 'SETUSER', 'bob', ...rules)).toBe('+OK\r\n')
    expect(user('bob')).toEqual(user('alice'))
    expect(user('bob').selectors).toContain('keys, ~c"d ~e)')
  })
})

describe('ACL GETUSER', () => {
  it('is an array in RESP2, and a map with a set of flags in RESP3', () => {
    run('ACL SETUSER alice on nopass ~k (+get)')
    const facts = (list: string): string => `$8\r\ncommands\r\n$${list.length}\r\n${list}\r\n$4\r\nkeys\r\n`
    const channels = '$8\r\nchannels\r\n$0\r\n\r\n$9\r\ndatabases\r\n$6\r\nalldbs\r\n'
    const body = (map: (pairs: number) => string, set: string): string =>
      `${map(7)}$5\r\nflags\r\n${set}2\r\n$2\r\non\r\n$6\r\nnopass\r\n$9\r\npasswords\r\n*0\r\n` +
      `${facts('-@all')}$2\r\n~k\r\n${channels}$9\r\nselectors\r\n*1\r\n` +
      `${map(4)}${facts('-@all +get')}$0\r\n\r\n${channels}`
    expect(server.client.raw('ACL', 'GETUSER', 'alice')).toBe(body((pairs) => `*${2 * pairs}\r\n`, '*'))
    run('HELLO 3')
    expect(server.client.raw('ACL', 'GETUSER', 'alice')).toBe(body((pairs) => `%${pairs}\r\n`, '~'))
    expect(server.client.raw('ACL', 'GETUSER', 'nobody')).toBe('_\r\n')
  })
})

describe('ACL USERS and ACL LIST', () => {
  it('are in the order of the names, whatever their bytes', () => {
    server.client.raw('ACL', 'SETUSER', new Uint8Array([195, 169]))
    run('ACL SETUSER zoe on >secret ~* &* +@all')
    expect(server.client.raw('ACL', 'USERS')).toBe('*3\r\n$7\r\ndefault\r\n$3\r\nzoe\r\n$2\r\n\xc3\xa9\r\n')
    expect(run('ACL LIST')).toBe(
      `[user default on nopass ~* &* +@all, user zoe on #${HASH_OF_SECRET} ~* &* +@all, ` +
        'user \xc3\xa9 off resetchannels -@all]',
    )
  })
})

describe('ACL WHOAMI', () => {
  it('tells who the connection is logged in as, until RESET', () => {
    const client = loggedIn('+acl|whoami')
    expect(client.run('ACL WHOAMI')).toBe('alice')
    expect(run('ACL WHOAMI')).toBe('default')
    client.run('RESET')
    expect(client.run('ACL WHOAMI')).toBe('default')
  })
})

describe('ACL DELUSER', () => {
  it('deletes users, and closes their connections: the one that asks behind its reply', () => {
    const alice = loggedIn('+acl|deluser +multi +exec +ping')
    const other = loggedIn('+ping', 'bob')
    expect(run('ACL DELUSER bob nobody')).toBe('(integer) 1')
    expect([other.closed, alice.closed]).toEqual([true, false])
    expect(run('ACL GETUSER bob')).toBe('(nil)')
    alice.run('MULTI')
    alice.run('ACL DELUSER alice')
    alice.run('PING')
    expect(alice.run('EXEC')).toContain('[(integer) 1, (error) NOPERM ACLs rules changed')
    expect(alice.closed).toBe(true)
  })

  it('never deletes the default user', () => {
    run('ACL SETUSER alice')
    expect(run('ACL DELUSER alice default')).toBe("(error) ERR The 'default' user cannot be removed")
    expect(run('ACL USERS')).toBe('[alice, default]')
  })
})

describe('ACL CAT', () => {
  it('lists the categories, and the commands of one with subcommands', () => {
    expect(run('ACL CAT')).toMatch(/^\[keyspace, read, write, set, .*, transaction, scripting\]$/)
    expect(run('ACL CAT TRANSACTION').slice(1, -1).split(', ').sort()).toEqual([
      'discard',
      'exec',
      'multi',
      'unwatch',
      'watch',
    ])
    expect(run('ACL CAT connection')).toContain('client|setname')
    expect(run('ACL CAT Nosuch')).toBe("(error) ERR Unknown category 'Nosuch'")
    expect(run('ACL CAT all')).toBe("(error) ERR Unknown category 'all'")
    expect(run('ACL Cat a b')).toBe(
      "(error) ERR unknown subcommand or wrong number of arguments for 'Cat'. Try ACL HELP.",
    )
  })
})

describe('ACL GENPASS', () => {
  it('makes a hexadecimal digit of each four bits', () => {
    expect(run('ACL GENPASS')).toMatch(/^[0-9a-f]{64}$/)
    expect([1, 4, 5, 4096].map((bits) => run(`ACL GENPASS ${bits}`).length)).toEqual([1, 1, 2, 1024])
    expect(run('ACL GENPASS 64')).not.toBe(run('ACL GENPASS 64'))
    for (const bits of ['0', '-1', '4097', '2147483648']) {
      expect(run(`ACL GENPASS ${bits}`)).toContain('a positive number up to 4096')
    }
    expect(run('ACL GENPASS x')).toBe('(error) ERR value is not an integer or out of range')
    expect(run('ACL GENPASS 1 2')).toContain("wrong number of arguments for 'GENPASS'")
  })
})

describe('ACL DRYRUN', () => {
  it('tells what a user may not, without doing it', () => {
    run('ACL SETUSER alice +set +config|get ~k &c db=0')
    expect(run('ACL DRYRUN alice SET k v')).toBe('OK')
    expect(run('EXISTS k')).toBe('(integer) 0')
    expect(run('ACL DRYRUN alice SET l v')).toBe("User alice has no permissions to access the 'l' key")
    expect(run('ACL DRYRUN alice GET k')).toBe("User alice has no permissions to run the 'get' command")
    expect(run('ACL DRYRUN alice CONFIG SET a b')).toBe("User alice has no permissions to run the 'config|set' command")
    run('SELECT 1')
    expect(run('ACL DRYRUN alice Set k v')).toBe('User alice has no permissions to access database Set')
    expect(run('ACL DRYRUN alice AUTH x')).toBe('OK')
  })

  it('refuses users and commands that are none, and words that are too few', () => {
    run('ACL SETUSER alice +@all')
    expect(run('ACL DRYRUN nobody GET k')).toBe("(error) ERR User 'nobody' not found")
    expect(run('ACL DRYRUN alice nosuch')).toBe("(error) ERR Command 'nosuch' not found")
    expect(run('ACL DRYRUN alice config nosuch')).toBe("(error) ERR Command 'config' not found")
    expect(run('ACL DRYRUN alice get')).toBe("(error) ERR wrong number of arguments for 'get' command")
  })
})

describe('ACL', () => {
  it('has help', () => {
    expect(run('ACL HELP')).toContain('SETUSER <username> [<rule> [<rule> ...]]')
    expect(run('ACL NOSUCH')).toBe("(error) ERR unknown subcommand 'NOSUCH'. Try ACL HELP.")
  })
})
