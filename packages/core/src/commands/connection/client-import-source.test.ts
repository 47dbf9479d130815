/** Conversations recorded from Valkey 9.1. */

import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT IMPORT-SOURCE shows what is over to the client, and to nobody else', () => {
  expectSame(`
A: CLIENT IMPORT-SOURCE
  A -ERR wrong number of arguments for 'client|import-source' command
A: CLIENT IMPORT-SOURCE x
  A -ERR Server is not in import mode
A: CLIENT IMPORT-SOURCE ON
  A -ERR Server is not in import mode
A: CLIENT IMPORT-SOURCE OFF
  A +OK
A: CONFIG SET import-mode yes
  A +OK
A: CLIENT IMPORT-SOURCE ON
  A +OK
B: SET foo bar PX 20 ; SET foo2 v PX 20 ; HSET h a 1 b 2 ; HPEXPIRE h 20 FIELDS 1 a
  B +OK +OK :2 [:1]
sleep: 250
B: GET foo
  B $-1
A: GET foo
  A bar
B: DBSIZE
  B :3
A: PTTL nosuch
  A :-2
A: HGETALL h
  A [b 2 a 1]
B: HGETALL h
  B [b 2]
B: SET foo2 w
  B +OK
B: GET foo2
  B w
A: EXISTS foo
  A :1
B: EXISTS foo
  B :0
B: APPEND foo x
  B :1
B: GET foo
  B x
A: SET k v PX 10
  A +OK
sleep: 50
A: INCR k
  A -ERR value is not an integer or out of range
A: GET k
  A v
B: INCR k
  B :1
B: GET k
  B 1
A: SET q v PXAT 1000
  A +OK
A: GET q
  A v
B: GET q
  B $-1
A: EXPIRE q -1
  A :1
A: GET q
  A v
A: CLIENT IMPORT-SOURCE OFF
  A +OK
A: GET k
  A 1
A: CONFIG SET import-mode no
  A +OK
sleep: 200
B: DBSIZE
  B :4
A: CLIENT IMPORT-SOURCE ON
  A -ERR Server is not in import mode
`)
})

it('CLIENT IMPORT-SOURCE shows such keys to KEYS and SCAN too', () => {
  expectSame(`
A3: CONFIG SET import-mode yes
  A3 +OK
A3: CLIENT IMPORT-SOURCE ON ; SET k v PX 10
  A3 +OK +OK
sleep: 50
A3: GET k ; KEYS * ; SCAN 0 ; RANDOMKEY
  A3 v [k] [0 [k]] k
B3: GET k ; KEYS * ; SCAN 0
  B3 _ [] [0 []]
A3: CLIENT IMPORT-SOURCE YES
  A3 -ERR syntax error
A3: CONFIG SET import-mode no ; GET k
  A3 +OK _
`)
})

it('CLIENT IMPORT-SOURCE is over with RESET: keys whose time is over are gone for the client again', () => {
  const { client, clock } = startTestEngine()
  client.run('CONFIG SET import-mode yes')
  client.run('CLIENT IMPORT-SOURCE ON')
  client.run('SET k v PX 5')
  clock.advance(10)
  expect(client.run('GET k')).toBe('v')
  client.run('RESET')
  expect(client.run('GET k')).toBe('(nil)')
})

it('evicts nothing in import mode, whoever writes, and goes on when that ends', () => {
  expectSame(`
A: SET key val ; CONFIG SET import-mode yes maxmemory-policy allkeys-lru ; CLIENT IMPORT-SOURCE ON
  A +OK +OK +OK
A: CONFIG SET maxmemory 1 ; DBSIZE
  A +OK :1
A: SET key1 val1
  A -OOM command not allowed when used memory > 'maxmemory'.
B: SET key1 val1 ; GET key
  B -OOM command not allowed when used memory > 'maxmemory'. val
A: CLIENT IMPORT-SOURCE OFF
  A +OK
sleep: 200
B: DBSIZE
  B :1
A: CONFIG SET import-mode no
  A +OK
sleep: 200
B: DBSIZE
  B :0
`)
})

it('evicts what is too much without being asked once import mode is over', () => {
  const { client, engine, clock } = startTestEngine()
  client.run('SET key val')
  client.run('CONFIG SET import-mode yes maxmemory 1 maxmemory-policy allkeys-lru')
  expect(engine.db(0).size).toBe(1)
  client.run('CONFIG SET import-mode no')
  clock.advance(200)
  expect(engine.db(0).size).toBe(0)
})
