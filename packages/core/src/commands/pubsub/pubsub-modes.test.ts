/** Pub/sub within transactions and with replies turned off: conversations recorded from Valkey 9.1. */

import { describe, expect, it } from 'vitest'
import { play } from './_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

describe('Within a transaction', () => {
  it('subscribing is answered in its place, and more often than EXEC says', () => {
    expectSame(`
A: MULTI
  A +OK
A: SUBSCRIBE a b
  A +QUEUED
A: PSUBSCRIBE p*
  A +QUEUED
A: SSUBSCRIBE s
  A +QUEUED
A: PING
  A +QUEUED
A: GET k
  A +QUEUED
A: PUBLISH a m
  A +QUEUED
A: UNSUBSCRIBE a
  A +QUEUED
A: UNSUBSCRIBE
  A +QUEUED
A: PUNSUBSCRIBE
  A +QUEUED
A: EXEC
  A [[subscribe a :1] [subscribe b :2] [psubscribe p* :3] -ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING
    client [pong ""] $-1 :1 [unsubscribe a :2] [unsubscribe b :1]] [punsubscribe p* :0] [message a m]
A: GET k
  A $-1
A: SUNSUBSCRIBE
  A [sunsubscribe $-1 :0]
A: GET k
  A $-1
`)
  })

  it('so it is in RESP3', () => {
    expectSame(`
A3: MULTI
  A3 +OK
A3: SUBSCRIBE a b
  A3 +QUEUED
A3: PUBLISH a m
  A3 +QUEUED
A3: SSUBSCRIBE s
  A3 +QUEUED
A3: SPUBLISH s m
  A3 +QUEUED
A3: GET k
  A3 +QUEUED
A3: UNSUBSCRIBE a
  A3 +QUEUED
A3: UNSUBSCRIBE
  A3 +QUEUED
A3: UNSUBSCRIBE
  A3 +QUEUED
A3: EXEC
  A3 [>[subscribe a :1] >[subscribe b :2] :1 -ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client :0 _
    >[unsubscribe a :1] >[unsubscribe b :0]] >[unsubscribe _ :0] >[message a m]
B: PUBLISH a m
  B :0
`)
  })

  it('messages come behind the reply of EXEC', () => {
    expectSame(`
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
A3: MULTI
  A3 +OK
A3: PUBLISH a x
  A3 +QUEUED
B: PUBLISH a m
  A3 >[message a m]
  B :1
A3: PUBLISH a y
  A3 +QUEUED
A3: EXEC
  A3 [:1 :1] >[message a x] >[message a y]
B: MULTI
  B +OK
B: PUBLISH a 1
  B +QUEUED
B: PUBLISH a 2
  B +QUEUED
B: SPUBLISH a 2
  B +QUEUED
B: EXEC
  A3 >[message a 1] >[message a 2]
  B [:1 :1 :0]
`)
  })

  it('a subscriber of RESP2 can still run what was queued', () => {
    expectSame(`
A: MULTI
  A +OK
A: SUBSCRIBE a
  A +QUEUED
A: PSUBSCRIBE a
  A +QUEUED
A: EXEC
  A [[subscribe a :1] [psubscribe a :2]]
A: MULTI
  A -ERR Can't execute 'multi'...
B: PUBLISH a x
  A [message a x] [pmessage a a x]
  B :2
A: RESET
  A +RESET
A: MULTI
  A +OK
A: SET k v
  A +QUEUED
A: SUBSCRIBE x
  A +QUEUED
A: SET k w
  A +QUEUED
A: GET k
  A +QUEUED
A: EXEC
  A [+OK [subscribe x :1] +OK w]
A: PING
  A [pong ""]
`)
  })
})

describe('CLIENT REPLY', () => {
  it('holds no push back', () => {
    expectSame(`
A: CLIENT REPLY OFF
A: SUBSCRIBE a
  A [subscribe a :1]
B: PUBLISH a m
  A [message a m]
  B :1
A: PING
A: UNSUBSCRIBE
  A [unsubscribe a :0]
A: CLIENT REPLY ON
  A +OK
B: PUBLISH a m
  B :0
A3: CLIENT REPLY OFF
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
B: PUBLISH a m
  B :1
  A3 >[message a m]
A3: CLIENT REPLY ON
  A3 +OK
B: PUBLISH a m
  B :1
  A3 >[message a m]
A3: CLIENT REPLY SKIP
B: PUBLISH a m
  B :1
  A3 >[message a m]
A3: PUBLISH a m2
  A3 >[message a m2]
A3: PING
  A3 +PONG
A3: CLIENT REPLY SKIP
A3: SUBSCRIBE z
  A3 >[subscribe z :2]
A3: PING
  A3 +PONG
C: SUBSCRIBE a
  C [subscribe a :1]
C3: CLIENT REPLY SKIP
C3: UNSUBSCRIBE a
  C3 >[unsubscribe a :0]
C3: PING
  C3 +PONG
`)
  })

  it('SKIP counts a subscription as the command that is skipped', () => {
    expectSame(`
A: CLIENT REPLY SKIP
A: SUBSCRIBE a
  A [subscribe a :1]
B: PUBLISH a m
  A [message a m]
  B :1
A: PING
  A [pong ""]
A: SUBSCRIBE b
  A [subscribe b :2]
`)
  })

  it('leaves messages where they are in a pipeline', () => {
    expectSame(`
A3: SUBSCRIBE a
  A3 >[subscribe a :1]
A3: PING 1 ; CLIENT REPLY SKIP ; PUBLISH a m ; PING 2
  A3 1 >[message a m] 2
A3: PING 1 ; CLIENT REPLY OFF ; PUBLISH a m ; PING 2 ; CLIENT REPLY ON ; PING 3
  A3 1 >[message a m] +OK 3
`)
  })
})
