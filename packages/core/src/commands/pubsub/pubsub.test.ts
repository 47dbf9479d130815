/**
 * Conversations recorded from Valkey 9.1, but for the order of patterns: there it is that of a hash table, here that of
 * subscribing.
 */

import { API_LEVEL, arg, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'
import { play, shown } from './_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

describe('Subscribing', () => {
  it('SUBSCRIBE, PSUBSCRIBE, SSUBSCRIBE and what undoes them confirm each name', () => {
    expectSame(`
A: SUBSCRIBE a b a
  A [subscribe a :1] [subscribe b :2] [subscribe a :2]
B: PUBLISH a hello
  A [message a hello]
  B :1
B: PUBLISH c x
  B :0
A: PSUBSCRIBE a* [ab] a*
  A [psubscribe a* :3] [psubscribe [ab] :4] [psubscribe a* :4]
B: PUBLISH a hello
  A [message a hello] [pmessage a* a hello] [pmessage [ab] a hello]
  B :3
B: PUBLISH ab hello
  A [pmessage a* ab hello]
  B :1
A: UNSUBSCRIBE a zz
  A [unsubscribe a :3] [unsubscribe zz :3]
A: UNSUBSCRIBE
  A [unsubscribe b :2]
A: UNSUBSCRIBE
  A [unsubscribe $-1 :2]
A: GET k
  A -ERR Can't execute 'get'...
A: PUNSUBSCRIBE
  A [punsubscribe a* :1] [punsubscribe [ab] :0]
A: PUNSUBSCRIBE
  A [punsubscribe $-1 :0]
A: GET k
  A $-1
A: UNSUBSCRIBE x y
  A [unsubscribe x :0] [unsubscribe y :0]
A: PUNSUBSCRIBE x y
  A [punsubscribe x :0] [punsubscribe y :0]
A: SUNSUBSCRIBE
  A [sunsubscribe $-1 :0]
A: SUNSUBSCRIBE x y
  A [sunsubscribe x :0] [sunsubscribe y :0]
A: SSUBSCRIBE s1 s2 s1
  A [ssubscribe s1 :1] [ssubscribe s2 :2] [ssubscribe s1 :2]
B: SPUBLISH s1 m
  A [smessage s1 m]
  B :1
B: PUBLISH s1 m
  B :0
A: SUBSCRIBE s1
  A [subscribe s1 :1]
B: SPUBLISH s1 m
  A [smessage s1 m]
  B :1
B: PUBLISH s1 m
  A [message s1 m]
  B :1
A: SUNSUBSCRIBE s2
  A [sunsubscribe s2 :1]
A: SUNSUBSCRIBE
  A [sunsubscribe s1 :0]
A: GET k
  A -ERR Can't execute 'get'...
A: UNSUBSCRIBE
  A [unsubscribe s1 :0]
A: GET k
  A $-1
`)
  })

  it('UNSUBSCRIBE, PUNSUBSCRIBE and SUNSUBSCRIBE confirm by pushes in RESP3, as the others', () => {
    expectSame(`
A3: SUBSCRIBE a b a
  A3 >[subscribe a :1] >[subscribe b :2] >[subscribe a :2]
B: PUBLISH a hello
  A3 >[message a hello]
  B :1
A3: PSUBSCRIBE a* [ab] a*
  A3 >[psubscribe a* :3] >[psubscribe [ab] :4] >[psubscribe a* :4]
B: PUBLISH a hello
  A3 >[message a hello] >[pmessage a* a hello] >[pmessage [ab] a hello]
  B :3
A3: UNSUBSCRIBE a zz
  A3 >[unsubscribe a :3] >[unsubscribe zz :3]
A3: UNSUBSCRIBE
  A3 >[unsubscribe b :2]
A3: UNSUBSCRIBE
  A3 >[unsubscribe _ :2]
A3: GET k
  A3 _
A3: PUNSUBSCRIBE
  A3 >[punsubscribe a* :1] >[punsubscribe [ab] :0]
A3: PUNSUBSCRIBE
  A3 >[punsubscribe _ :0]
A3: SUNSUBSCRIBE
  A3 >[sunsubscribe _ :0]
A3: SSUBSCRIBE s1 s2 s1
  A3 >[ssubscribe s1 :1] >[ssubscribe s2 :2] >[ssubscribe s1 :2]
B: SPUBLISH s1 m
  A3 >[smessage s1 m]
  B :1
A3: SUNSUBSCRIBE s2
  A3 >[sunsubscribe s2 :1]
A3: SUNSUBSCRIBE
  A3 >[sunsubscribe s1 :0]
A3: SUNSUBSCRIBE x y
  A3 >[sunsubscribe x :0] >[sunsubscribe y :0]
`)
  })

  it('takes empty names', () => {
    expectSame(`
A: SUBSCRIBE ""
  A [subscribe "" :1]
A: PSUBSCRIBE ""
  A [psubscribe "" :2]
B: PUBLISH "" ""
  A [message "" ""] [pmessage "" "" ""]
  B :2
B: PUBLISH x ""
  B :0
`)
  })

  it('in RESP2 leaves few commands allowed', () => {
    expectSame(`
A: SUBSCRIBE a
  A [subscribe a :1]
A: GET k
  A -ERR Can't execute 'get'...
A: SET k
  A -ERR wrong number of arguments for 'set' command
A: NOSUCH
  A -ERR unknown command 'NOSUCH', with args beginning with: 
A: NOSUCH x y
  A -ERR unknown command 'NOSUCH', with args beginning with: 'x' 'y' 
A: CLIENT LIST
  A -ERR Can't execute 'client|list'...
A: CLIENT
  A -ERR wrong number of arguments for 'client' command
A: MULTI
  A -ERR Can't execute 'multi'...
A: EXEC
  A -EXECABORT Transaction discarded because of: Can't execute 'exec'...
A: DISCARD
  A -ERR Can't execute 'discard'...
A: HELLO
  A -ERR Can't execute 'hello'...
A: HELLO 3
  A -ERR Can't execute 'hello'...
A: PUBLISH a m
  A -ERR Can't execute 'publish'...
A: PUBSUB CHANNELS
  A -ERR Can't execute 'pubsub|channels'...
A: AUTH x
  A -ERR Can't execute 'auth'...
A: PING
  A [pong ""]
A: PING hello
  A [pong hello]
A: PING a b
  A -ERR wrong number of arguments for 'ping' command
A: PING ""
  A [pong ""]
A: ping
  A [pong ""]
A: SUBSCRIBE
  A -ERR wrong number of arguments for 'subscribe' command
A: PSUBSCRIBE
  A -ERR wrong number of arguments for 'psubscribe' command
A: SSUBSCRIBE
  A -ERR wrong number of arguments for 'ssubscribe' command
A: subscribe b
  A [subscribe b :2]
A: RESET
  A +RESET
A: GET k
  A $-1
B: PUBLISH a m
  B :0
A: PSUBSCRIBE p*
  A [psubscribe p* :1]
A: PING
  A [pong ""]
A: GET k
  A -ERR Can't execute 'get'...
A: PUNSUBSCRIBE
  A [punsubscribe p* :0]
A: SSUBSCRIBE s
  A [ssubscribe s :1]
A: PING
  A [pong ""]
A: GET k
  A -ERR Can't execute 'get'...
A: QUIT
  A +OK
  A closed
`)
  })

  it('in RESP3 leaves all commands allowed', () => {
    expectSame(`
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
A3: PING
  A3 +PONG
A3: PING hello
  A3 hello
A3: GET k
  A3 _
A3: PUBLISH a m
  A3 :1 >[message a m]
A3: SPUBLISH a m
  A3 :0
A3: SSUBSCRIBE a
  A3 >[ssubscribe a :1]
A3: SPUBLISH a m
  A3 :1 >[smessage a m]
A3: PSUBSCRIBE *
  A3 >[psubscribe * :2]
A3: PUBLISH a m
  A3 :2 >[message a m] >[pmessage * a m]
A3: PUBLISH a m ; PUBLISH b n ; PING
  A3 :2 >[message a m] >[pmessage * a m] :1 >[pmessage * b n] +PONG
`)
  })
})

describe('PUBLISH and SPUBLISH', () => {
  it('answer before the message comes, when a client sends to itself', () => {
    expectSame(`
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
A3: PING 1 ; PUBLISH a m ; PING 2 ; PUBLISH a n
  A3 1 :1 >[message a m] 2 :1 >[message a n]
A3: CLIENT NO-EVICT on ; PUBLISH a m
  A3 +OK :1 >[message a m]
C3: SUBSCRIBE a
  C3 >[subscribe a :1]
B: PUBLISH a 1 ; PUBLISH a 2 ; PUBLISH a 3
  A3 >[message a 1] >[message a 2] >[message a 3]
  C3 >[message a 1] >[message a 2] >[message a 3]
  B :2 :2 :2
`)
  })

  it('send as often as a client listens', () => {
    expectSame(`
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
A3: PSUBSCRIBE a ? *
  A3 >[psubscribe a :2] >[psubscribe ? :3] >[psubscribe * :4]
A3: PUBLISH a m
  A3 :4 >[message a m] >[pmessage a a m] >[pmessage ? a m] >[pmessage * a m]
C: PSUBSCRIBE ? a
  C [psubscribe ? :1] [psubscribe a :2]
C: SUBSCRIBE a
  C [subscribe a :3]
B: PUBLISH a m
  A3 >[message a m] >[pmessage a a m] >[pmessage ? a m] >[pmessage * a m]
  C [message a m] [pmessage a a m] [pmessage ? a m]
  B :7
`)
  })

  it('reach a client that is blocked', () => {
    expectSame(`
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
A3: BLPOP list 0
B: PUBLISH a m
  A3 >[message a m]
  B :1
B: RPUSH list x
  A3 [list x]
  B :1
A3: BLPOP list 0 ; PUBLISH a z
B: PUBLISH a m ; RPUSH list y ; PUBLISH a n
  A3 >[message a m] [list y] >[message a n] :1 >[message a z]
  B :1 :1 :1
`)
  })

  it('reach nobody who has gone', () => {
    expectSame(`
A: SUBSCRIBE a
  A [subscribe a :1]
C3: SUBSCRIBE a
  C3 >[subscribe a :1]
A: QUIT
  A +OK
  A closed
B: PUBLISH a m
  C3 >[message a m]
  B :1
C3: QUIT
  C3 +OK
  C3 closed
B: PUBLISH a m
  B :0
B: CLIENT KILL TYPE pubsub
  B :0
A2: SUBSCRIBE a
  A2 [subscribe a :1]
A3: PSUBSCRIBE a
  A3 >[psubscribe a :1]
D: SSUBSCRIBE a
  D [ssubscribe a :1]
B: CLIENT KILL TYPE pubsub
  B :3
  A2 closed
  A3 closed
  D closed
`)
  })
})

describe('The subcommands', () => {
  it('PUBSUB CHANNELS, PUBSUB NUMSUB, PUBSUB NUMPAT, PUBSUB SHARDCHANNELS and PUBSUB SHARDNUMSUB count', () => {
    expectSame(`
B: PUBSUB CHANNELS
  B []
B: PUBSUB NUMPAT
  B :0
B: PUBSUB NUMSUB
  B []
B: PUBSUB NUMSUB a b
  B [a :0 b :0]
B: PUBSUB SHARDCHANNELS
  B []
B: PUBSUB SHARDNUMSUB
  B []
B: PUBSUB SHARDNUMSUB a
  B [a :0]
A: SUBSCRIBE a1
  A [subscribe a1 :1]
C: SUBSCRIBE a1
  C [subscribe a1 :1]
A: PSUBSCRIBE p* q*
  A [psubscribe p* :2] [psubscribe q* :3]
C: PSUBSCRIBE p*
  C [psubscribe p* :2]
A: SSUBSCRIBE s1
  A [ssubscribe s1 :1]
B: PUBSUB CHANNELS
  B [a1]
B: PUBSUB CHANNELS b*
  B []
B: PUBSUB CHANNELS a?
  B [a1]
B: PUBSUB CHANNELS a b
  B -ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.
B: PUBSUB NUMPAT
  B :2
B: PUBSUB NUMPAT x
  B -ERR wrong number of arguments for 'pubsub|numpat' command
B: PUBSUB NUMSUB a1 b a1
  B [a1 :2 b :0 a1 :2]
B: PUBSUB SHARDCHANNELS
  B [s1]
B: PUBSUB SHARDCHANNELS x*
  B []
B: PUBSUB SHARDNUMSUB s1 a1
  B [s1 :1 a1 :0]
B3: PUBSUB NUMSUB a1 b
  B3 [a1 :2 b :0]
B3: PUBSUB SHARDNUMSUB s1 b
  B3 [s1 :1 b :0]
B3: PUBSUB CHANNELS
  B3 [a1]
B: PUBSUB
  B -ERR wrong number of arguments for 'pubsub' command
B: PUBSUB NOSUCH
  B -ERR unknown subcommand 'NOSUCH'. Try PUBSUB HELP.
B: PUBSUB HELP x
  B -ERR wrong number of arguments for 'pubsub|help' command
`)
  })
})

describe('A subscriber', () => {
  it('is told in full what it may do', () => {
    const { client } = startTestEngine()
    client.run('SUBSCRIBE a')
    expect(client.run('PUBSUB NUMPAT')).toBe(
      "(error) ERR Can't execute 'pubsub|numpat': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET " +
        'are allowed in this context',
    )
  })

  it('hears of a lack of memory first', () => {
    const { client, connect } = startTestEngine()
    client.run('SUBSCRIBE a')
    connect().run('CONFIG SET maxmemory 1')
    expect(client.run('SET k v')).toBe("(error) OOM command not allowed when used memory > 'maxmemory'.")
    expect(client.run('GET k')).toContain("ERR Can't execute 'get'")
  })

  it('who turns from RESP3 to RESP2 gets arrays from then on', () => {
    const { client, connect } = startTestEngine()
    client.raw('HELLO', '3')
    client.raw('SUBSCRIBE', 'a')
    client.raw('HELLO', '2')
    connect().run('PUBLISH a m')
    expect(client.received()).toBe('*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nm\r\n')
    expect(client.run('HELLO 3')).toContain("ERR Can't execute 'hello'")
  })

  it('shows in CLIENT LIST and INFO, until it listens to nothing', () => {
    const { client, connect } = startTestEngine()
    const other = connect()
    other.run('SUBSCRIBE a b')
    other.run('PSUBSCRIBE p*')
    other.run('SSUBSCRIBE s t u')
    expect(client.run('CLIENT LIST TYPE pubsub')).toMatch(/ flags=P .* sub=2 psub=1 ssub=3 /)
    const info = client.run('INFO')
    for (const field of ['clients:1', 'channels:2', 'patterns:1']) expect(info).toContain(`pubsub_${field}\r\n`)
    expect(info).toContain('pubsubshard_channels:3\r\n')
    for (const command of ['UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE']) other.run(command)
    expect(client.run('CLIENT LIST TYPE pubsub')).toBe('')
    expect(client.run('CLIENT LIST TYPE normal')).toContain('sub=0 psub=0 ssub=0')
    expect(client.run('INFO clients')).toContain('pubsub_clients:0')
  })

  it('is ended by CLIENT KILL TYPE pubsub, and its memory is free again', () => {
    const { engine, client, connect } = startTestEngine()
    client.run('PING')
    const before = engine.usedBytes()
    const other = connect()
    for (let i = 0; i < 100; i++) other.run(`SUBSCRIBE ${'x'.repeat(1000)}${i}`)
    expect(engine.usedBytes() - before).toBeGreaterThan(100_000)
    expect(client.run('INFO memory')).toMatch(/mem_clients_normal:[1-9]\d{5}\r\n/)
    expect(client.run('CLIENT KILL TYPE pubsub')).toBe('(integer) 1')
    expect(other.closed).toBe(true)
    expect(engine.usedBytes()).toBe(before)
    expect(client.run('PUBSUB CHANNELS')).toBe('[]')
  })
})

describe('Within a module', () => {
  const bell = defineModule({
    name: 'bell',
    version: '1.0.0',
    api: API_LEVEL,
    commands: [
      defineCommand({
        name: 'BELL.CALL',
        summary: 'Calls a command.',
        since: '1.0.0',
        complexity: 'O(1)',
        flags: [],
        args: { words: arg.repeated(arg.string()) },
        reply: reply.any(),
        handler: (ctx, { words }) => {
          const [name, ...rest] = words.map((word) => String.fromCharCode(...word))
          return ctx.call(name ?? '', ...rest)
        },
      }),
    ],
  })

  it('nobody subscribes, and messages come behind the reply of its command', () => {
    const { client } = startTestEngine([bell])
    client.raw('HELLO', '3')
    client.raw('SUBSCRIBE', 'a')
    for (const name of ['SUBSCRIBE', 'PSUBSCRIBE', 'SSUBSCRIBE']) {
      const text = `-ERR ${name} isn't allowed for a DENY BLOCKING client`
      expect(shown(client.raw('BELL.CALL', name, 'b'))).toBe(text)
    }
    expect(shown(client.raw('BELL.CALL', 'UNSUBSCRIBE', 'a'))).toBe('[unsubscribe a :0]')
    expect(shown(client.raw('BELL.CALL', 'PUBLISH', 'a', 'm'))).toBe(':1 >[message a m]')
  })
})
