import { defineCommand, defineModule, reply } from '@kvasir/module-api'
import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'

let server: TestEngine
let client: TestClient
let other: TestClient
beforeEach(() => {
  server = startTestEngine()
  ;({ client } = server)
  other = server.connect()
})

describe('MULTI', () => {
  it('queues what follows, which nobody sees before EXEC', () => {
    expect(client.run('MULTI')).toBe('OK')
    expect(client.run('SET k 1')).toBe('QUEUED')
    expect(client.run('INCR k')).toBe('QUEUED')
    expect(other.run('EXISTS k')).toBe('(integer) 0')
    expect(client.raw('EXEC')).toBe('*2\r\n+OK\r\n:2\r\n')
    expect(client.run('GET k')).toBe('2')
  })

  it('stands in no transaction, and breaks it', () => {
    client.run('MULTI')
    expect(client.run('MULTI')).toBe("(error) ERR Command 'multi' not allowed inside a transaction")
    expect(client.run('EXEC')).toBe('(error) EXECABORT Transaction discarded because of previous errors.')
  })

  it('keeps a copy of what came, however the bytes were cut', () => {
    const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
    expect(client.bytes(bytes('MULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\na'))).toBe('+OK\r\n')
    expect(client.bytes(bytes('bc\r\nGET k\r\nEXEC\r\nGET k\r\n'))).toBe(
      '+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n$3\r\nabc\r\n$3\r\nabc\r\n',
    )
  })
})

describe('What is queued', () => {
  it('counts as memory, until it is run, given up or refused', () => {
    const { engine } = server
    const before = engine.usedBytes()
    const queue = (): void => {
      client.run('MULTI')
      for (let i = 0; i < 10; i++) client.raw('SET', 'k', 'x'.repeat(10_000))
      expect(engine.usedBytes() - before).toBeGreaterThan(100_000)
    }
    const isBack = (): void => expect(engine.transactions.queuedBytes).toBe(0)
    queue()
    client.run('DISCARD')
    isBack()
    queue()
    client.run('NOSUCH')
    isBack()
    client.run('GET k')
    isBack()
    expect(other.run('CLIENT LIST')).toMatch(/ multi=0 .* multi-mem=0 /)
    expect(client.run('EXEC')).toContain('EXECABORT')
    queue()
    client.run('RESET')
    isBack()
    queue()
    client.session.close(true)
    isBack()
  })

  it('is refused when it takes more than there is', () => {
    client.run(`CONFIG SET maxmemory ${server.engine.usedBytes() + 1_000_000}`)
    client.run('MULTI')
    const replies = Array.from({ length: 30 }, () => client.raw('SET', 'k', 'x'.repeat(100_000)))
    expect(replies[0]).toBe('+QUEUED\r\n')
    expect(replies).toContain("-OOM command not allowed when used memory > 'maxmemory'.\r\n")
    expect(client.run('EXEC')).toBe('(error) EXECABORT Transaction discarded because of previous errors.')
    expect(client.run('EXISTS k')).toBe('(integer) 0')
  })

  it('is not run when its module has gone', () => {
    let runs = 0
    const definition = defineModule({
      name: 'gone',
      version: '1.0.0',
      api: 1,
      commands: [
        defineCommand({
          name: 'GONE.GO',
          summary: 'Counts.',
          since: '1.0.0',
          group: 'module',
          complexity: 'O(1)',
          flags: ['fast'],
          args: {},
          reply: reply.simple('OK'),
          handler: () => {
            runs++
            return 'OK'
          },
        }),
      ],
    })
    server.engine.modules.load(definition)
    client.run('MULTI')
    expect(client.run('GONE.GO')).toBe('QUEUED')
    server.engine.modules.unload('gone')
    expect(client.raw('EXEC')).toBe("*1\r\n-ERR unknown command 'gone.go'\r\n")
    expect(runs).toBe(0)
  })
})

describe('EXEC', () => {
  it('needs a MULTI', () => {
    expect(client.run('EXEC')).toBe('(error) ERR EXEC without MULTI')
    client.run('MULTI')
    expect(client.raw('EXEC')).toBe('*0\r\n')
    expect(client.run('EXEC')).toBe('(error) ERR EXEC without MULTI')
  })

  it('ends the transaction when it is refused itself', () => {
    const refused = "(error) EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command"
    expect(client.run('EXEC x')).toBe(refused)
    client.run('WATCH w')
    client.run('MULTI')
    client.run('SET k 1')
    expect(client.run('EXEC x')).toBe(refused)
    expect(client.run('EXEC')).toBe('(error) ERR EXEC without MULTI')
    expect(server.engine.transactions.sessionCount).toBe(0)
  })

  it('runs nothing when a request could not be queued', () => {
    for (const wrong of ['NOSUCH', 'SET k', 'CLIENT NOSUCH']) {
      client.run('MULTI')
      client.run('SET k 1')
      expect(client.run(wrong)).toMatch(/^\(error\) ERR /)
      expect(client.run('EXEC')).toBe('(error) EXECABORT Transaction discarded because of previous errors.')
      expect(client.run('EXISTS k')).toBe('(integer) 0')
    }
  })

  it('runs nothing that takes memory when there is none any more, but what only reads', () => {
    client.run('SET k v')
    for (const [line, answer] of [
      ['GET k', '*1\r\n$1\r\nv\r\n'],
      [
        'SET k w',
        "-EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.\r\n",
      ],
    ] as const) {
      client.run('MULTI')
      client.run(line)
      other.run('CONFIG SET maxmemory 1')
      expect(client.raw('EXEC')).toBe(answer)
      other.run('CONFIG SET maxmemory 0')
    }
    expect(client.run('GET k')).toBe('v')
    expect(client.run('EXEC')).toBe('(error) ERR EXEC without MULTI')
  })

  it('goes on after a request that fails', () => {
    client.run('MULTI')
    client.run('SET k v')
    client.run('INCR k')
    client.run('STRLEN k')
    expect(client.raw('EXEC')).toBe('*3\r\n+OK\r\n-ERR value is not an integer or out of range\r\n:1\r\n')
  })

  it('does not wait with blocking commands', () => {
    client.run('MULTI')
    client.run('BLPOP l 0')
    client.run('BLMOVE l m LEFT LEFT 0')
    client.run('BZPOPMIN z 0')
    client.run('XREAD BLOCK 0 STREAMS s $')
    expect(client.raw('EXEC')).toBe('*4\r\n*-1\r\n$-1\r\n*-1\r\n*-1\r\n')
    expect(client.run('PING')).toBe('PONG')
  })

  it('lets others that wait see only its end', () => {
    other.raw('BLPOP', 'l', '0')
    client.run('MULTI')
    client.run('RPUSH l a b')
    client.run('DEL l')
    client.run('EXEC')
    expect(other.received()).toBe('')
    client.run('MULTI')
    client.run('RPUSH l a b')
    client.run('LPUSH l c')
    client.run('EXEC')
    expect(other.received()).toBe('*2\r\n$1\r\nl\r\n$1\r\nc\r\n')
  })

  it('answers in the protocol that a queued HELLO chose', () => {
    client.run('MULTI')
    client.run('HGETALL h')
    client.run('HELLO 3')
    client.run('HGETALL h')
    const answer = client.raw('EXEC')
    expect(answer.startsWith('*3\r\n*0\r\n%')).toBe(true)
    expect(answer.endsWith('%0\r\n')).toBe(true)
  })

  it('selects databases as the requests say', () => {
    client.run('MULTI')
    client.run('SELECT 3')
    client.run('SET k v')
    client.run('EXEC')
    expect(client.run('GET k')).toBe('v')
    expect(other.run('GET k')).toBe('(nil)')
  })
})

describe('DISCARD', () => {
  it('forgets what was queued and what was watched', () => {
    expect(client.run('DISCARD')).toBe('(error) ERR DISCARD without MULTI')
    client.run('WATCH w')
    client.run('MULTI')
    client.run('SET k 1')
    expect(client.run('DISCARD')).toBe('OK')
    expect(server.engine.transactions.keyCount).toBe(0)
    expect(client.run('EXISTS k')).toBe('(integer) 0')
  })
})

describe('WATCH', () => {
  const answerAfter = (...changes: string[]): string => {
    for (const change of changes) other.run(change)
    client.run('MULTI')
    client.run('PING')
    return client.raw('EXEC')
  }
  const RAN = '*1\r\n+PONG\r\n'
  const NOT_RUN = '*-1\r\n'

  it('lets EXEC run while its keys stay', () => {
    client.run('WATCH a b')
    expect(answerAfter('SET c 1', 'GET a', 'DEL a')).toBe(RAN)
  })

  it.each([
    ['a write', 'SET a 2'],
    ['its own value again', 'SET a 1'],
    ['a time', 'EXPIRE a 100'],
    ['DEL', 'DEL a'],
    ['RENAME away', 'RENAME a z'],
    ['RENAME to it', 'RENAME b a'],
    ['FLUSHALL', 'FLUSHALL'],
    ['FLUSHDB', 'FLUSHDB'],
    ['SWAPDB', 'SWAPDB 0 1'],
    ['MOVE', 'MOVE a 1'],
  ])('makes EXEC answer nil after %s', (_name, change) => {
    client.run('MSET a 1 b 1')
    client.run('WATCH a')
    expect(answerAfter(change)).toBe(NOT_RUN)
    expect(answerAfter()).toBe(RAN)
  })

  it.each([
    ['FLUSHALL of nothing', 'FLUSHALL'],
    ['SWAPDB of empty databases', 'SWAPDB 3 4'],
    ['a key of the same name elsewhere', 'SELECT 1', 'SET a 2'],
  ])('does not mind %s', (_name, ...changes) => {
    client.run('WATCH a')
    expect(answerAfter(...changes)).toBe(RAN)
  })

  it('does not mind HSETEX of fields that are neither there nor stay, which sends its events all the same', () => {
    client.run('HSET a f 1')
    client.run('WATCH a')
    server.events()
    expect(answerAfter('HSETEX a EXAT 1 FIELDS 1 g 1')).toBe(RAN)
    expect(server.events()).toEqual(['hset a 0', 'hexpire a 0', 'hexpired a 0'])
    client.run('HSET a g 1')
    client.run('WATCH a')
    expect(answerAfter('HSETEX a EXAT 1 FIELDS 1 g 1')).toBe(NOT_RUN)
  })

  it('does not mind LTRIM of nothing, which sends an event all the same', () => {
    client.run('RPUSH a 1 2 3')
    client.run('WATCH a')
    server.events()
    expect(answerAfter('LTRIM a 0 -1', 'LTRIM a -100 100')).toBe(RAN)
    expect(server.events()).toEqual(['ltrim a 0', 'ltrim a 0'])
    client.run('WATCH a')
    expect(answerAfter('LTRIM a 1 -1')).toBe(NOT_RUN)
  })

  it('sees a key brought by SWAPDB', () => {
    other.run('SELECT 1')
    other.run('SET a 1')
    client.run('WATCH a')
    expect(answerAfter('SWAPDB 1 0')).toBe(NOT_RUN)
  })

  it('sees its own session change a key, and a null of RESP3', () => {
    client.run('HELLO 3')
    client.run('WATCH a')
    client.run('SET a 1')
    expect(answerAfter()).toBe('_\r\n')
  })

  it('sees a time that ends, but not of a key that was over when it was watched', () => {
    client.run('SET a 1 PX 10')
    client.run('WATCH a')
    server.clock.advance(20)
    expect(answerAfter()).toBe(NOT_RUN)

    client.run('DEBUG SET-ACTIVE-EXPIRE 0')
    client.run('SET b 1 PX 10')
    server.clock.advance(20)
    client.run('WATCH b')
    expect(answerAfter('GET b')).toBe(RAN)
  })

  it.each([
    ['FLUSHDB', 'SELECT 0', 'FLUSHDB'],
    ['SWAPDB with no key', 'SELECT 0', 'SWAPDB 0 1'],
    ['SWAPDB of no key with it', 'SELECT 1', 'SWAPDB 0 1'],
  ])('does not mind %s when the time of the key was over', (_name, select, change) => {
    client.run('DEBUG SET-ACTIVE-EXPIRE 0')
    client.run('SET a 1 PX 10')
    server.clock.advance(20)
    client.run(select)
    client.run('WATCH a')
    expect(answerAfter(change)).toBe(RAN)
  })

  it('sees FLUSHDB of a key whose time is over since, and one without a time replaced by one that is over', () => {
    client.run('DEBUG SET-ACTIVE-EXPIRE 0')
    client.run('SET a 1 PX 10')
    client.run('WATCH a')
    server.clock.advance(20)
    expect(answerAfter('FLUSHDB')).toBe(NOT_RUN)
    client.run('SET a 1 PX 10')
    client.run('SELECT 1')
    client.run('SET a 1')
    client.run('WATCH a')
    server.clock.advance(20)
    expect(answerAfter('SWAPDB 0 1')).toBe(NOT_RUN)
  })

  it('is refused in a transaction, and UNWATCH and EXEC end it', () => {
    client.run('MULTI')
    expect(client.run('WATCH a')).toBe("(error) ERR Command 'watch' not allowed inside a transaction")
    client.run('DISCARD')
    client.run('WATCH a')
    expect(client.run('UNWATCH')).toBe('OK')
    expect(answerAfter('SET a 1')).toBe(RAN)
    client.run('WATCH a')
    expect(answerAfter()).toBe(RAN)
    expect(server.engine.transactions.sessionCount).toBe(0)
  })

  it('ends with the connection, and with RESET', () => {
    client.run('WATCH a')
    client.run('MULTI')
    client.run('RESET')
    expect(client.run('EXEC')).toBe('(error) ERR EXEC without MULTI')
    other.run('WATCH a')
    other.session.close(true)
    expect(server.engine.transactions.keyCount).toBe(0)
  })
})

describe('UNWATCH', () => {
  it('does nothing where nothing is watched, and can be queued', () => {
    expect(client.run('UNWATCH')).toBe('OK')
    client.run('MULTI')
    expect(client.run('UNWATCH')).toBe('QUEUED')
    expect(client.raw('EXEC')).toBe('*1\r\n+OK\r\n')
  })

  it('ends with the command of a module that runs it', () => {
    const { dispatcher, transactions } = server.engine
    dispatcher.callCommand(server.engine.internalSession(), ['WATCH', 'a'])
    dispatcher.callCommand(server.engine.internalSession(), ['MULTI'])
    expect([transactions.sessionCount, transactions.keyCount, transactions.queuedBytes]).toEqual([0, 0, 0])
  })
})
