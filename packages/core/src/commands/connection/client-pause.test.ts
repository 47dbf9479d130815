/** Conversations recorded from Valkey 9.1. */

import { expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT PAUSE refuses what is no time or no mode', () => {
  expectSame(`
A: CLIENT PAUSE
  A -ERR wrong number of arguments for 'client|pause' command
A: CLIENT PAUSE abc
  A -ERR timeout is not an integer or out of range
A: CLIENT PAUSE -1
  A -ERR timeout is negative
A: CLIENT PAUSE 100 foo
  A -ERR CLIENT PAUSE mode must be WRITE or ALL
A: CLIENT PAUSE 100 WRITE x
  A +OK
A: CLIENT PAUSE 99999999999999999999
A: CLIENT PAUSE 9223372036854775807
A: CLIENT UNPAUSE x
A: CLIENT UNPAUSE
A: CLIENT PAUSE 0
A: PING
A: CLIENT PAUSE 100 write
A: CLIENT UNPAUSE
`)
})

it('CLIENT PAUSE holds back everything', () => {
  expectSame(`
A: CLIENT PAUSE 200
  A +OK
A: PING ; GET x
B: GET x
sleep: 300
  A +PONG $-1
  B $-1
A: CLIENT PAUSE 300 ALL
  A +OK
A: CLIENT UNPAUSE
B: CLIENT UNPAUSE
sleep: 400
  A +OK
  B +OK
`)
})

it('CLIENT PAUSE WRITE holds back what writes, or would be replicated', () => {
  expectSame(`
A: CLIENT PAUSE 100000 WRITE
  A +OK
A: GET x ; PING
  A $-1 +PONG
B: SET x 1 ; GET x
C: MULTI
  C +OK
C: SET x 2
C: GET x
C: EXEC
D: SET x
  D -ERR wrong number of arguments for 'set' command
E: PUBLISH a b
F: PFCOUNT x
G: MULTI ; GET x ; EXEC
  G +OK +QUEUED [$-1]
H: BLPOP l 0.05
I: SPUBLISH x y
K: MULTI
  K +OK
K: GET x
  K +QUEUED
K: SET y
  K -ERR wrong number of arguments for 'set' command
K: EXEC
  K -EXECABORT Transaction discarded because of previous errors.
L: FLUSHALL
M: UNLINK x
A: CLIENT UNBLOCK @B
  A :0
A: CLIENT UNBLOCK @B ERROR
  A :0
A: CLIENT KILL ID @M
  A :1
  M closed
A: CLIENT UNPAUSE
  A +OK
  B +OK 1
  C +QUEUED +QUEUED [+OK 2]
  E :0
  F -WRONGTYPE Key is not a valid HyperLogLog string value.
  I :0
  L +OK
A: GET x
  A $-1
`)
})

it('CLIENT PAUSE makes a pause neither shorter nor laxer', () => {
  expectSame(`
A: CLIENT PAUSE 100 WRITE ; CLIENT PAUSE 100000 WRITE ; CLIENT PAUSE 50 WRITE
  A +OK +OK +OK
sleep: 150
B: SET x 1
A: CLIENT UNPAUSE
  A +OK
  B +OK
A: CLIENT PAUSE 150 ALL
  A +OK
B: CLIENT PAUSE 10 WRITE
sleep: 300
  B +OK
A: CLIENT PAUSE 300 WRITE ; CLIENT PAUSE 50 ALL
  A +OK +OK
B: GET x
sleep: 100
C: SET x 1
sleep: 300
  B 1
  C +OK
`)
})

it('CLIENT PAUSE begins behind the transaction that it is in', () => {
  expectSame(`
A: MULTI ; SET x 1 ; CLIENT PAUSE 100000 WRITE ; SET y 1 ; EXEC
  A +OK +QUEUED +QUEUED +QUEUED [+OK +OK +OK]
B: SET x 2
A: GET y
  A 1
A: CLIENT UNPAUSE
  A +OK
  B +OK
`)
})

it('CLIENT PAUSE lets keys stay whose time is over, and nobody sees them', () => {
  expectSame(`
A: SET foo bar PX 10 ; SET foo2 bar PX 10 ; SET z v ; CLIENT PAUSE 100000 WRITE
  A +OK +OK +OK +OK
sleep: 50
A: GET foo
  A $-1
A: DBSIZE
  A :3
A: EXISTS foo foo2
  A :0
A: TTL foo
  A :-2
A: RANDOMKEY
  A z
A: KEYS *
  A [z]
A: SCAN 0
  A [0 [z]]
sleep: 150
A: DBSIZE
  A :3
A: CLIENT UNPAUSE
  A +OK
sleep: 200
A: DBSIZE
  A :1
`)
})

it('CLIENT PAUSE does not hold up the time of those who wait for a key', () => {
  expectSame(`
B: BLPOP l 0.1
A: CLIENT PAUSE 400 ALL
  A +OK
sleep: 200
  B *-1
sleep: 400
B: BLPOP l 1
A: CLIENT PAUSE 400 WRITE
  A +OK
C: LPUSH l 1
sleep: 500
  B [l 1]
  C :1
`)
})

it('CLIENT PAUSE keeps the order of a pipeline', () => {
  expectSame(`
A: CLIENT PAUSE 100000 WRITE
  A +OK
B: GET a ; SET a 1 ; GET a ; PING
  B $-1
B: GET b
A: CLIENT UNPAUSE
  A +OK
  B +OK 1 +PONG $-1
`)
})

it('CLIENT PAUSE forgets the request of a client that is closed meanwhile', () => {
  expectSame(`
A: CLIENT PAUSE 100000 WRITE
  A +OK
B: SET a 1
A: CLIENT KILL ID @B
  A :1
  B closed
A: CLIENT UNPAUSE
  A +OK
A: GET a
  A $-1
`)
})

it('CLIENT PAUSE leaves RANDOMKEY nothing but what is over', () => {
  expectSame(`
A: MULTI ; SET k v PX 3 ; CLIENT PAUSE 10000 WRITE ; EXEC
  A +OK +QUEUED +QUEUED [+OK +OK]
sleep: 50
A: RANDOMKEY
  A k
A: CLIENT UNPAUSE
  A +OK
A: RANDOMKEY
  A $-1
`)
})

it('CLIENT PAUSE holds back its own client too, and ends by itself', () => {
  expectSame(`
A3: CLIENT PAUSE 100 WRITE
  A3 +OK
A3: MULTI ; SET a 1 ; EXEC
  A3 +OK
sleep: 100
  A3 +QUEUED [+OK]
B: SET a 2 ; SET a 3 ; GET a
  B +OK +OK 3
`)
})

it('CLIENT PAUSE of months takes one timer, whatever the longest one of the host is', () => {
  const { client, clock } = startTestEngine()
  const dayMs = 24 * 3600 * 1000
  const timers: (readonly [ms: number, task: () => void])[] = []
  clock.every = (...timer) => {
    timers.push(timer)
    return () => {}
  }
  client.run(`CLIENT PAUSE ${60 * dayMs}`)
  expect(client.raw('PING')).toBe('')
  expect(timers.map(([ms]) => ms)).toEqual([60 * dayMs])
  clock.now += 60 * dayMs
  timers[0]?.[1]()
  expect(client.received()).toBe('+PONG\r\n')
})
