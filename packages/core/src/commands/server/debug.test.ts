import { beforeEach, describe, expect, it } from 'vitest'
import { createEngine } from '../../create-engine.ts'
import { splitWords } from '../../engine/config/line.ts'
import { ConfigRegistry } from '../../engine/config/registry.ts'
import { seededRandom, startTestEngine, TestClient, TestClock, type TestEngine } from '../_test-client.ts'

const ZEROS = '0'.repeat(40)
const REFUSED =
  '(error) ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from ' +
  'a local connection, otherwise you need to set this option in the configuration file, and then restart the server.'

let server: TestEngine
let run: (line: string) => string

function allow(who: 'yes' | 'no' | 'local'): void {
  expect(server.engine.config.set([['enable-debug-command', who]], { startup: true })).toBe(undefined)
}

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
  allow('yes')
})

describe('DEBUG', () => {
  it('is refused unless enable-debug-command allows it, after the check of its arity', () => {
    allow('no')
    expect(run('DEBUG HELP')).toBe(REFUSED)
    expect(run('DEBUG')).toBe("(error) ERR wrong number of arguments for 'debug' command")
    expect(run('INFO commandstats')).toContain('cmdstat_debug:calls=0,usec=0,usec_per_call=0.00,rejected_calls=2')
  })

  it('is allowed for clients on this machine by `local`', () => {
    allow('local')
    expect(run('DEBUG DIGEST')).toBe(ZEROS)
    Object.assign(server.client, { kind: 'tcp', address: '192.0.2.7:50000' })
    expect(run('DEBUG DIGEST')).toBe(REFUSED)
  })

  it('cannot allow itself: the parameter is fixed at start-up', () => {
    expect(run('CONFIG SET enable-debug-command no')).toContain("can't set immutable config")
  })

  it('answers unknown subcommands and wrong numbers of words alike', () => {
    for (const words of ['FOO', 'SLEEP', 'DIGEST x', 'OBJECT', 'SET-ACTIVE-EXPIRE 1 2', '__proto__', 'constructor']) {
      const name = words.split(' ')[0]
      const error = `(error) ERR unknown subcommand or wrong number of arguments for '${name}'. Try DEBUG HELP.`
      expect(run(`DEBUG ${words}`)).toBe(error)
    }
  })

  it('HELP lists the subcommands', () => {
    expect(run('DEBUG HELP')).toContain('SLEEP <seconds>')
    expect(run('debug help').startsWith('[DEBUG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:, ')).toBe(true)
  })

  it('ERROR answers with any text, on one line', () => {
    expect(server.client.raw('DEBUG', 'ERROR', 'foo bar\r\nbaz')).toBe('-foo bar  baz\r\n')
    expect(server.client.raw('DEBUG', 'ERROR', '')).toBe('-\r\n')
  })

  it('LOG writes to the log', () => {
    const lines: string[] = []
    Object.assign(server.engine, { log: (_level: string, line: string) => lines.push(line) })
    expect(run('DEBUG LOG hello')).toBe('OK')
    expect(lines).toEqual(['DEBUG LOG: hello'])
  })

  it('SLEEP stops the engine for a time, and takes nonsense for none', () => {
    const start = performance.now()
    expect(run('DEBUG SLEEP 0.05')).toBe('OK')
    expect(performance.now() - start).toBeGreaterThan(45)
    expect(run('DEBUG SLEEP abc')).toBe('OK')
    expect(run('DEBUG SLEEP -1')).toBe('OK')
  })

  it('SET-ACTIVE-EXPIRE stops deleting expired keys that nobody asks for', () => {
    expect(run('DEBUG SET-ACTIVE-EXPIRE 0')).toBe('OK')
    run('SET k v PX 10')
    run('SET l v PX 10')
    server.clock.advance(1000)
    expect(server.engine.db(0).size).toBe(2)
    expect(run('GET k')).toBe('(nil)')
    expect(server.engine.db(0).size).toBe(1)
    run('DEBUG SET-ACTIVE-EXPIRE 1')
    server.clock.advance(100)
    expect(server.engine.db(0).size).toBe(0)
  })

  it('PAUSE-CRON stops the periodic work', () => {
    run('SET k v PX 10')
    run('DEBUG PAUSE-CRON 1')
    server.clock.advance(1000)
    expect(server.engine.db(0).size).toBe(1)
    run('DEBUG PAUSE-CRON 0')
    server.clock.advance(100)
    expect(server.engine.db(0).size).toBe(0)
  })

  it('CHANGE-REPL-ID makes a new replication id', () => {
    const before = server.engine.replicationId
    expect(run('DEBUG CHANGE-REPL-ID')).toBe('OK')
    expect(server.engine.replicationId).toMatch(/^[0-9a-f]{40}$/)
    expect(server.engine.replicationId).not.toBe(before)
  })

  it('RELOAD writes the dataset to an image and reads it back', () => {
    run('SET k v PX 5000')
    run('HSET h f v')
    const digest = run('DEBUG DIGEST')
    server.events()
    expect(run('DEBUG RELOAD')).toBe('OK')
    expect(server.events()).toEqual([])
    expect([run('DEBUG DIGEST'), run('PTTL k'), run('HGET h f')]).toEqual([digest, '(integer) 5000', 'v'])
    expect([run('DEBUG RELOAD MERGE NOFLUSH'), run('DEBUG DIGEST')]).toEqual(['OK', digest])
    expect(server.engine.dirty).toBe(0)
  })

  it('RELOAD refuses options that it does not know, and what only a file could do', () => {
    run('SET k v')
    expect(run('DEBUG RELOAD FOO')).toBe(
      '(error) ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.',
    )
    expect(run('DEBUG RELOAD NOSAVE')).toContain('(error) ERR DEBUG RELOAD NOSAVE is not implemented')
    expect(run('DEBUG RELOAD NOFLUSH')).toContain('(error) ERR DEBUG RELOAD NOFLUSH needs MERGE')
    expect(run('GET k')).toBe('v')
  })

  it('LOADAOF says that it is not implemented, rather than OK', () => {
    expect(run('DEBUG LOADAOF')).toContain('(error) ERR DEBUG LOADAOF is not implemented')
  })

  it('CONFIG-REWRITE-FORCE-ALL writes every parameter, and what a start reads from that is the same', () => {
    expect(run('DEBUG CONFIG-REWRITE-FORCE-ALL')).toBe('(error) ERR The server is running without a config file')
    let contents = '# mine\n'
    const { config } = server.engine
    config.assign('dir', '/tmp')
    config.file = {
      read: () => contents,
      write: (text) => {
        contents = text
      },
    }
    run('CONFIG SET maxmemory 100mb')
    expect(run('DEBUG CONFIG-REWRITE-FORCE-ALL')).toBe('OK')
    const lines = contents.split('\n').filter((line) => /^[^#]/.test(line) && !line.startsWith('user '))
    const read = new ConfigRegistry()
    for (const line of lines) {
      const [name, ...words] = splitWords(line) ?? []
      expect([line, read.load(name as string, words)]).toEqual([line, undefined])
    }
    expect(read.match(['*'])).toEqual(config.match(['*']))
    expect(lines).toContain('timeout 0')
  })

  it('accepts the switches of what does not exist here', () => {
    expect(run('DEBUG QUICKLIST-PACKED-THRESHOLD 10b')).toBe('OK')
    expect(run('DEBUG DICT-RESIZING 0')).toBe('OK')
    expect(run('DEBUG REPLYBUFFER RESIZING 0')).toBe('OK')
  })
})

describe('DEBUG DIGEST', () => {
  // The digests are those of Valkey 9.1 for the same data.
  it('is zero for no data', () => {
    expect(run('DEBUG DIGEST')).toBe(ZEROS)
    expect(run('DEBUG DIGEST-VALUE nokey')).toBe(`[${ZEROS}]`)
    expect(run('DEBUG DIGEST-VALUE')).toBe('[]')
  })

  it('is that of Valkey for strings', () => {
    run('SET foo bar')
    expect(run('DEBUG DIGEST')).toBe('d2ab4820c1be0580ea28efbfe8bfa1dc05bb802a')
    expect(run('DEBUG DIGEST-VALUE foo nokey')).toBe(`[68467c70ae30376e7ce005bcc8827f5ba7fd67dc, ${ZEROS}]`)
  })

  it('is that of Valkey for hashes, in whichever form they are', () => {
    const DIGEST = '[8530acc75d5274eb0fc0da86f28ed5533274a6d4]'
    run('HSET h f v g 12')
    expect(run('DEBUG DIGEST-VALUE h')).toBe(DIGEST)
    run('DEL h')
    run('CONFIG SET hash-max-listpack-entries 0')
    run('HSET h g 12 f v')
    expect(run('DEBUG DIGEST-VALUE h')).toBe(DIGEST)
  })

  it('is that of Valkey for lists, sets, sorted sets and streams, in whichever form they are', () => {
    for (const entries of [128, 0]) {
      run(`CONFIG SET set-max-listpack-entries ${entries} zset-max-listpack-entries ${entries}`)
      run(`CONFIG SET list-max-listpack-size ${entries === 0 ? 1 : -2}`)
      run('FLUSHALL')
      run('RPUSH l a 1')
      run('SADD s a 1')
      run('ZADD z 1.5 a 3 b')
      run('XADD x 1-1 a b')
      run('XADD x 2-0 c d e f')
      expect(run('DEBUG DIGEST-VALUE l s z x')).toBe(
        '[a4b574dfd44a241b7583aa0f4da11ef31ee0b995, 012434e5fd10923eb5614823e20e4674a940a6f5, ' +
          '45d6ad4927dfc6cebf79cc59126b1dd327889c17, fd51cf81b7adf26546908fc1fd5a0e6906dd1677]',
      )
    }
  })

  it('is that of Valkey for keys with a time to live, whatever the time', () => {
    run('SET x y PX 5000')
    expect(run('DEBUG DIGEST-VALUE x')).toBe('[bb67146283c35b8da65d36f614b8206b0909634f]')
    run('SET x y PX 9000')
    expect(run('DEBUG DIGEST-VALUE x')).toBe('[bb67146283c35b8da65d36f614b8206b0909634f]')
  })

  it('is that of Valkey for several databases', () => {
    run('SET a 1 EX 100')
    run('SET b 1')
    run('SET foo bar')
    const other = server.connect()
    other.session.dbIndex = 3
    other.run('SET x y PX 5000')
    expect(run('DEBUG DIGEST')).toBe('75f317a09fc381249d2b86695f5793e35b56c3d1')
  })

  it('does not depend on the order of the keys, but on databases, keys and values', () => {
    const digest = (db: number, ...commands: string[]): string => {
      server.engine.flush(-1)
      server.client.session.dbIndex = db
      for (const command of commands) run(command)
      return run('DEBUG DIGEST')
    }
    const one = digest(0, 'SET a 1', 'SET b 2')
    expect(digest(0, 'SET b 2', 'SET a 1')).toBe(one)
    expect(new Set([one, digest(1, 'SET a 1', 'SET b 2'), digest(0, 'SET a 2', 'SET b 1')]).size).toBe(3)
  })

  it('is the same for a large string, in a buffer of its own', () => {
    const other = startTestEngine()
    other.engine.config.set([['enable-debug-command', 'yes']], { startup: true })
    const value = 'x'.repeat(100_000)
    server.client.raw('SET', 'k', value)
    other.client.raw('SET', 'k', value.slice(1))
    other.client.raw('APPEND', 'k', 'x')
    expect(run('DEBUG DIGEST')).toBe(other.client.run('DEBUG DIGEST'))
  })
})

describe('DEBUG OBJECT', () => {
  it('tells of the nodes of a quicklist', () => {
    run('CONFIG SET list-max-listpack-size 2')
    run('RPUSH l a b c d e')
    const nodes = ' ql_nodes:3 ql_avg_node:1.67 ql_listpack_max:2 ql_compressed:0'
    expect(run('DEBUG OBJECT l')).toContain(`${nodes} ql_uncompressed_size:36`)
    expect(run('DEBUG OBJECT l fast').endsWith(nodes)).toBe(true)
  })

  it('shows a value as Redis does', () => {
    run('SET k abc')
    server.clock.advance(7000)
    expect(run('DEBUG OBJECT k')).toMatch(
      /^Value at:0x[0-9a-f]+ refcount:1 encoding:embstr serializedlength:4 lru:\d+ lru_seconds_idle:7$/,
    )
    expect(run('DEBUG OBJECT k fast')).not.toContain('serializedlength')
    expect(run('DEBUG OBJECT none')).toBe('(error) ERR no such key')
  })

  it('gives the length that a string has in an RDB file', () => {
    const sizes = { 1: 2, 300: 3, 70000: 5, '-2147483649': 12, 9223372036854775807: 20, abc: 4 }
    for (const [value, length] of Object.entries(sizes)) {
      run(`SET k ${value}`)
      expect(run('DEBUG OBJECT k')).toContain(` serializedlength:${length} `)
    }
    server.client.raw('SET', 'k', '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123')
    expect(run('DEBUG OBJECT k')).toContain(' serializedlength:68 ')
  })

  it('gives the length that values of other types have there, as Valkey says', () => {
    run('SADD intset 1 2 300')
    run('SADD listpack a 1 2')
    run('HSET hash a 1')
    run('ZADD zset 1 a')
    for (const [key, length] of Object.entries({ intset: 15, listpack: 15, hash: 13, zset: 13 })) {
      expect(run(`DEBUG OBJECT ${key}`)).toContain(` serializedlength:${length} `)
    }
    server.client.raw('SADD', 'large', ...Array.from({ length: 600 }, (_, i) => `${i + 1}`), 'x')
    expect(run('DEBUG OBJECT large')).toContain(' encoding:hashtable serializedlength:1677 ')
    run(`SET compressed ${'a'.repeat(1000)}`)
    expect(Number(/ serializedlength:(\d+) /.exec(run('DEBUG OBJECT compressed'))?.[1])).toBeLessThan(100)
  })

  it('neither counts as an access nor deletes what is expired', () => {
    run('SET k v PX 10')
    server.clock.now += 5000
    expect(run('DEBUG OBJECT k')).toContain('lru_seconds_idle:5')
    expect(server.engine.stats.keyspaceHits).toBe(0)
  })
})

describe('DEBUG PROTOCOL', () => {
  const replies: readonly (readonly [type: string, resp2: string, resp3: string])[] = [
    ['string', '$11\r\nHello World\r\n', '$11\r\nHello World\r\n'],
    ['integer', ':12345\r\n', ':12345\r\n'],
    ['double', '$5\r\n3.141\r\n', ',3.141\r\n'],
    ['bignum', '$37\r\n1234567999999999999999999999999999999\r\n', '(1234567999999999999999999999999999999\r\n'],
    ['null', '$-1\r\n', '_\r\n'],
    ['array', '*3\r\n:0\r\n:1\r\n:2\r\n', '*3\r\n:0\r\n:1\r\n:2\r\n'],
    ['set', '*3\r\n:0\r\n:1\r\n:2\r\n', '~3\r\n:0\r\n:1\r\n:2\r\n'],
    ['map', '*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n', '%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n'],
    [
      'attrib',
      '$39\r\nSome real reply following the attribute\r\n',
      '|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$39\r\nSome real reply following the attribute\r\n',
    ],
    [
      'push',
      '-ERR RESP2 is not supported by this command\r\n',
      '$40\r\nSome real reply following the push reply\r\n>2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n',
    ],
    ['verbatim', '$25\r\nThis is a verbatim\nstring\r\n', '=29\r\ntxt:This is a verbatim\nstring\r\n'],
    ['true', ':1\r\n', '#t\r\n'],
    ['FALSE', ':0\r\n', '#f\r\n'],
  ]

  for (const [type, resp2, resp3] of replies) {
    it(`answers with the type ${type}, in the form of each protocol`, () => {
      expect(server.client.raw('DEBUG', 'PROTOCOL', type)).toBe(resp2)
      server.client.session.resp = 3
      expect(server.client.raw('DEBUG', 'PROTOCOL', type)).toBe(resp3)
    })
  }

  it('knows no other types', () => {
    expect(run('DEBUG PROTOCOL foo')).toBe(
      '(error) ERR Wrong protocol type name. Please use one of the following: ' +
        'string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false',
    )
  })
})

describe('DEBUG POPULATE', () => {
  it('makes keys with numbered values, and leaves those that exist', () => {
    run('SET key:1 mine')
    expect(run('DEBUG POPULATE 3')).toBe('OK')
    expect(['key:0', 'key:1', 'key:2'].map((key) => run(`GET ${key}`))).toEqual(['value:0', 'mine', 'value:2'])
    expect(server.engine.db(0).size).toBe(3)
  })

  it('takes a prefix, and a size to which values are cut or filled', () => {
    run('DEBUG POPULATE 2 p 5')
    run('DEBUG POPULATE 1 q 10')
    run('DEBUG POPULATE 1 r 0')
    expect(['p:0', 'p:1', 'q:0', 'r:0'].map((key) => run(`GET ${key}`))).toEqual([
      'value',
      'value',
      'value:0\0\0\0',
      'value:0',
    ])
  })

  it('wants numbers that are not negative', () => {
    const error = '(error) ERR value is out of range, must be positive'
    for (const words of ['-1', 'abc', '2 p x', '2 p -5']) expect(run(`DEBUG POPULATE ${words}`)).toBe(error)
  })
})

describe('DEBUG HTSTATS', () => {
  it('shows the size of a database and of its table', () => {
    run('DEBUG POPULATE 1000')
    const text = run('DEBUG HTSTATS 0')
    expect(text).toContain(' number of entries: 1000\n')
    const size = Number(/table size: (\d+)/.exec(text)?.[1])
    expect(size).toBeGreaterThanOrEqual(1000)
    expect(size).toBeLessThan(2000)
  })

  it('wants the number of a database', () => {
    expect(run('DEBUG HTSTATS 16')).toBe('(error) ERR Out of range database')
    expect(run('DEBUG HTSTATS -1')).toBe('(error) ERR Out of range database')
    expect(run('DEBUG HTSTATS abc')).toBe('(error) ERR value is not an integer or out of range')
  })

  it('of a key wants a value with a hash table', () => {
    run('SET k v')
    expect(run('DEBUG HTSTATS-KEY none')).toBe('(error) ERR no such key')
    const notTable = '(error) ERR The value stored at the specified key is not represented using an hash table'
    expect(run('DEBUG HTSTATS-KEY k')).toBe(notTable)
    run('SADD s 1 2')
    expect(run('DEBUG HTSTATS-KEY s')).toBe(notTable)
    run('CONFIG SET set-max-listpack-entries 100000')
    server.client.raw('SADD', 'long', ...Array.from({ length: 3000 }, (_, i) => `m${i}`))
    expect(run('OBJECT ENCODING long')).toBe('listpack')
    expect(run('DEBUG HTSTATS-KEY long')).toBe(notTable)
  })

  it('of a key counts the elements of a set, a hash and a sorted set', () => {
    for (let i = 0; i < 600; i++) {
      run(`SADD s m${i}`)
      run(`HSET h m${i} v`)
      run(`ZADD z ${i} m${i}`)
    }
    for (const line of ['HTSTATS-KEY s', 'HTSTATS-KEY h full', 'htstats-key z']) {
      const text = run(`DEBUG ${line}`)
      expect(text).toContain(' number of entries: 600\n')
      expect(Number(/table size: (\d+)/.exec(text)?.[1])).toBeGreaterThanOrEqual(600)
    }
  })
})

describe('DEBUG PROTECT-CLIENT', () => {
  it('keeps a client that is closed, and reads nothing more from it', () => {
    const other = server.connect()
    const { id } = other.session
    expect(run('DEBUG PROTECT-CLIENT x')).toBe('(error) ERR Invalid client id')
    expect(run('DEBUG PROTECT-CLIENT 999999')).toBe('(error) ERR No such client')
    expect(run(`DEBUG PROTECT-CLIENT ${id}`)).toBe('OK')
    expect(other.raw('PING')).toBe('')
    expect(run(`CLIENT LIST ID ${id}`)).toContain(' flags=N ')
    expect(run(`CLIENT KILL ID ${id}`)).toBe('(integer) 1')
    expect(run(`CLIENT LIST ID ${id}`)).toContain(' flags=A ')
    expect(other.closed).toBe(false)
    server.engine.close()
    expect(other.closed).toBe(true)
  })
})

describe('DEBUG LISTPACK', () => {
  it('logs the elements of what is a listpack', () => {
    const logged: string[] = []
    const log = (_level: string, message: string): void => {
      logged.push(message)
    }
    const engine = createEngine({ clock: new TestClock(), random: seededRandom(), log })
    engine.config.set([['enable-debug-command', 'yes']], { startup: true })
    const client = new TestClient(engine)
    run = (line) => client.run(line)
    run('SADD s a 5')
    expect(run('DEBUG LISTPACK s')).toBe('Listpack structure printed on stdout')
    expect(logged.slice(-1)).toEqual(['DEBUG LISTPACK: 5 bytes, 2 elements: "a" "5"'])
    run('SET k v')
    run('SADD numbers 1')
    expect(run('DEBUG LISTPACK k')).toBe('(error) ERR Not a listpack encoded object.')
    expect(run('DEBUG LISTPACK numbers')).toBe('(error) ERR Not a listpack encoded object.')
    expect(run('DEBUG LISTPACK none')).toBe('(error) ERR no such key')
  })
})
