/** Conversations recorded from Valkey 9.1. What events there are is in commands/events.test.ts. */

import { expect, it } from 'vitest'
import { startTestEngine } from '../commands/_test-client.ts'
import { play, shown } from '../commands/pubsub/_test-conversation.ts'
import { EVENT_NEW } from './events.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('notify-keyspace-events says by letters which events are told, by key, by event or both', () => {
  expectSame(`
A3: PSUBSCRIBE __key*
  A3 >[psubscribe __key* :1]
B: CONFIG SET notify-keyspace-events KEA
  B +OK
B: SET foo bar
  A3 >[pmessage __key* __keyspace@0__:foo set] >[pmessage __key* __keyevent@0__:set foo]
  B +OK
B: SET foo bar ; GET nokey ; DEL foo
  A3 >[pmessage __key* __keyspace@0__:foo set] >[pmessage __key* __keyevent@0__:set foo] >[pmessage __key*
    __keyspace@0__:foo del] >[pmessage __key* __keyevent@0__:del foo]
  B +OK $-1 :1
B: CONFIG SET notify-keyspace-events KEAmn
  B +OK
B: SET foo bar
  A3 >[pmessage __key* __keyspace@0__:foo new] >[pmessage __key* __keyevent@0__:new foo] >[pmessage __key*
    __keyspace@0__:foo set] >[pmessage __key* __keyevent@0__:set foo]
  B +OK
B: GET nokey
  A3 >[pmessage __key* __keyspace@0__:nokey keymiss] >[pmessage __key* __keyevent@0__:keymiss nokey]
  B $-1
B: SELECT 3 ; HSET h f v ; HDEL h f
  A3 >[pmessage __key* __keyspace@3__:h new] >[pmessage __key* __keyevent@3__:new h] >[pmessage __key*
    __keyspace@3__:h hset] >[pmessage __key* __keyevent@3__:hset h] >[pmessage __key* __keyspace@3__:h hdel]
    >[pmessage __key* __keyevent@3__:hdel h] >[pmessage __key* __keyspace@3__:h del] >[pmessage __key*
    __keyevent@3__:del h]
  B +OK :1 :1
B: CONFIG SET notify-keyspace-events E$
  B +OK
B: SET foo bar
  A3 >[pmessage __key* __keyevent@3__:set foo]
  B +OK
B: CONFIG SET notify-keyspace-events $
  B +OK
B: SET foo bar
  B +OK
B: CONFIG SET notify-keyspace-events K
  B +OK
B: SET foo bar
  B +OK
B: CONFIG SET notify-keyspace-events Kl$
  B +OK
B: RPUSH l a ; SET foo x ; SADD s a
  A3 >[pmessage __key* __keyspace@3__:l rpush] >[pmessage __key* __keyspace@3__:foo set]
  B :1 +OK :1
B: CONFIG SET notify-keyspace-events KA
  B +OK
B: MULTI
  B +OK
B: SET foo a
  B +QUEUED
B: LPUSH l b
  B +QUEUED
B: EXEC
  A3 >[pmessage __key* __keyspace@3__:foo set] >[pmessage __key* __keyspace@3__:l lpush]
  B [+OK :2]
B: RENAME foo bar
  A3 >[pmessage __key* __keyspace@3__:foo rename_from] >[pmessage __key* __keyspace@3__:bar rename_to]
  B +OK
B: MOVE bar 4
  A3 >[pmessage __key* __keyspace@3__:bar move_from] >[pmessage __key* __keyspace@4__:bar move_to]
  B :1
A3: SET own key
  A3 +OK >[pmessage __key* __keyspace@0__:own set]
A3: MULTI
  A3 +OK
A3: SET own key
  A3 +QUEUED
A3: DEL own
  A3 +QUEUED
A3: EXEC
  A3 [+OK :1] >[pmessage __key* __keyspace@0__:own set] >[pmessage __key* __keyspace@0__:own del]
`)
})

it('notifications and replies come to a blocked subscriber in the order of what happened', () => {
  expectSame(`
A3: PSUBSCRIBE __key*
  A3 >[psubscribe __key* :1]
B: CONFIG SET notify-keyspace-events KEA
  B +OK
A3: BLPOP list 0
B: RPUSH list a b
  A3 >[pmessage __key* __keyspace@0__:list rpush] >[pmessage __key* __keyevent@0__:rpush list] [list a]
    >[pmessage __key* __keyspace@0__:list lpop] >[pmessage __key* __keyevent@0__:lpop list]
  B :2
B: LPOP list ; PING
  A3 >[pmessage __key* __keyspace@0__:list lpop] >[pmessage __key* __keyevent@0__:lpop list] >[pmessage __key*
    __keyspace@0__:list del] >[pmessage __key* __keyevent@0__:del list]
  B b +PONG
C: BLPOP list 0
B: RPUSH list a b ; PING
  A3 >[pmessage __key* __keyspace@0__:list rpush] >[pmessage __key* __keyevent@0__:rpush list] >[pmessage
    __key* __keyspace@0__:list lpop] >[pmessage __key* __keyevent@0__:lpop list]
  B :2 +PONG
  C [list a]
A3: BLPOP list2 0 ; PING ; SET foo bar
B: RPUSH list2 a b ; PING ; SET foo x
  A3 >[pmessage __key* __keyspace@0__:list2 rpush] >[pmessage __key* __keyevent@0__:rpush list2] [list2 a]
    >[pmessage __key* __keyspace@0__:list2 lpop] >[pmessage __key* __keyevent@0__:lpop list2] >[pmessage
    __key* __keyspace@0__:foo set] >[pmessage __key* __keyevent@0__:set foo] +PONG +OK >[pmessage __key*
    __keyspace@0__:foo set] >[pmessage __key* __keyevent@0__:set foo]
  B :2 +PONG +OK
A3: RPUSH list3 a ; BLPOP list3 0 ; BLPOP list3 0 ; PING
  A3 :1 >[pmessage __key* __keyspace@0__:list3 rpush] >[pmessage __key* __keyevent@0__:rpush list3] [list3 a]
    >[pmessage __key* __keyspace@0__:list3 lpop] >[pmessage __key* __keyevent@0__:lpop list3] >[pmessage
    __key* __keyspace@0__:list3 del] >[pmessage __key* __keyevent@0__:del list3]
B: RPUSH list3 a b ; PING ; SET foo x
  A3 >[pmessage __key* __keyspace@0__:list3 rpush] >[pmessage __key* __keyevent@0__:rpush list3] [list3 a]
    >[pmessage __key* __keyspace@0__:list3 lpop] >[pmessage __key* __keyevent@0__:lpop list3] >[pmessage
    __key* __keyspace@0__:foo set] >[pmessage __key* __keyevent@0__:set foo] +PONG
  B :2 +PONG +OK
`)
})

it('keys are told of that expire or are evicted between commands, all at once', () => {
  const { engine, client, clock, connect } = startTestEngine()
  const subscriber = connect()
  const sends: number[] = []
  const { send } = subscriber
  subscriber.send = (buf, start, length) => {
    sends.push(length)
    return send.call(subscriber, buf, start, length)
  }
  subscriber.run('SUBSCRIBE __keyevent@0__:expired __keyspace@0__:c')
  client.run('CONFIG SET notify-keyspace-events KExe')
  client.run('PSETEX a 10 v')
  client.run('PSETEX b 10 v')
  client.run('SET c v')
  sends.length = 0
  clock.advance(1000)
  const told = shown(subscriber.received()).split(/(?<=]) /)
  expect(told.sort()).toEqual(['[message __keyevent@0__:expired a]', '[message __keyevent@0__:expired b]'])
  expect(sends.length).toBe(1)
  client.run('CONFIG SET maxmemory-policy allkeys-lru')
  client.run(`CONFIG SET maxmemory ${engine.usedBytes() - 1}`)
  expect(shown(subscriber.received())).toBe('[message __keyspace@0__:c evicted]')
})

it('of events that nobody asks for nothing is heard, and nobody listens', () => {
  const { engine, client } = startTestEngine()
  const listeners = (): boolean => engine.events.wanted(EVENT_NEW)
  for (const letters of ['', 'KE', 'n', 'A']) {
    client.raw('CONFIG', 'SET', 'notify-keyspace-events', letters)
    expect([letters, listeners()]).toEqual([letters, false])
  }
  client.run('CONFIG SET notify-keyspace-events Kn')
  expect(listeners()).toBe(true)
})
