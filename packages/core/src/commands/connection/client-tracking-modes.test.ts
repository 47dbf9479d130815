/** Conversations recorded from Valkey 9.1, but for keys over the limit: it forgets any, and with the next command. */

import { expect, it } from 'vitest'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT TRACKING redirects to a subscriber in RESP2', () => {
  expectSame(`
A: CLIENT TRACKING ON REDIRECT @R
  A +OK
R: SUBSCRIBE __redis__:invalidate
  R [subscribe __redis__:invalidate :1]
A: GET a ; GET b
  A $-1 $-1
B: SET a 1
  R [message __redis__:invalidate [a]]
  B +OK
A: SET b 1
  A +OK
  R [message __redis__:invalidate [b]]
B: FLUSHALL
  R [message __redis__:invalidate $-1]
  B +OK
A: GET a
  A $-1
R: UNSUBSCRIBE
  R [unsubscribe __redis__:invalidate :0]
B: SET a 2
  B +OK
A: GET a
  A 2
R: SUBSCRIBE other
  R [subscribe other :1]
B: SET a 2
  R [message __redis__:invalidate [a]]
  B +OK
R: PSUBSCRIBE x
  R [psubscribe x :2]
A: GET a ; GET b
  A 2 $-1
B: MSET a 2 b 3
  R [message __redis__:invalidate [a]] [message __redis__:invalidate [b]]
  B +OK
R: QUIT
  R +OK
  R closed
A: GET a
  A 2
A: CLIENT TRACKINGINFO
  A [flags [on] redirect :3 prefixes []]
A: CLIENT GETREDIR
  A :3
B: SET a 3
  B +OK
A: CLIENT TRACKINGINFO
  A [flags [on broken_redirect] redirect :3 prefixes []]
A: GET a
  A 3
B: SET a 3
  B +OK
A: CLIENT TRACKING ON
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on] redirect :0 prefixes []]
`)
})

it('CLIENT TRACKING redirects to a client in RESP3, and says when that is gone', () => {
  expectSame(`
A3: CLIENT TRACKING ON REDIRECT @R3
  A3 +OK
A3: GET a
  A3 _
B: SET a 1
  R3 >[invalidate [a]]
  B +OK
A3: GET a
  A3 1
R3: SET a 1
  R3 +OK >[invalidate [a]]
R3: HELLO 2
  R3 [server valkey version 9.1.0 proto :2 id :3 mode standalone role master modules []]
A3: GET a
  A3 1
B: SET a 1
  B +OK
R3: HELLO 3
  R3 %[server valkey version 9.1.0 proto :3 id :3 mode standalone role master modules []]
A3: GET a
  A3 1
R3: QUIT
  R3 +OK
  R3 closed
B: SET a 2
  A3 >[tracking-redir-broken :3]
  B +OK
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[on broken_redirect] redirect :3 prefixes []]
A3: GET a
  A3 2
B: SET a 2
  A3 >[tracking-redir-broken :3]
  B +OK
B: FLUSHALL
  A3 >[tracking-redir-broken :3]
  B +OK
A3: MULTI ; GET a ; SET a 1 ; EXEC
  A3 +OK +QUEUED +QUEUED [_ +OK] >[tracking-redir-broken :3]
`)
})

it('CLIENT TRACKING leaves out what the client itself changes, with NOLOOP', () => {
  expectSame(`
A3: CLIENT TRACKING ON REDIRECT @A3 ; GET a ; SET a 1
  A3 +OK _ +OK >[invalidate [a]]
A3: CLIENT TRACKING ON NOLOOP REDIRECT @B3 ; GET a ; SET a 1
  A3 +OK 1 +OK
A3: GET a
  A3 1
B3: SET a 1
  B3 +OK >[invalidate [a]]
`)
})

it('CLIENT TRACKING tells in BCAST mode of all keys that begin so, once a turn', () => {
  expectSame(`
A3: CLIENT TRACKING ON BCAST PREFIX foo PREFIX bar
  A3 +OK
B: SET foo1 1
  A3 >[invalidate [foo1]]
  B +OK
B: MSET foo2 1 foo3 2 bar1 1 baz 2
  A3 >[invalidate [bar1]] >[invalidate [foo2 foo3]]
  B +OK
B: MULTI ; SET foo1 1 ; SET foo2 2 ; SET foo1 3 ; EXEC
  A3 >[invalidate [foo1 foo2]]
  B +OK +QUEUED +QUEUED +QUEUED [+OK +OK +OK]
B: SET foo1 1 ; SET foo1 2 ; SET bar 1
  A3 >[invalidate [bar]] >[invalidate [foo1]]
  B +OK +OK +OK
A3: SET foo1 1
  A3 +OK >[invalidate [foo1]]
A3: SET foo1 1 ; PING ; SET bar2 1
  A3 +OK +PONG +OK >[invalidate [bar2]] >[invalidate [foo1]]
A3: MULTI ; SET foo1 1 ; SET bar3 1 ; EXEC
  A3 +OK +QUEUED +QUEUED [+OK +OK] >[invalidate [bar3]] >[invalidate [foo1]]
C3: CLIENT TRACKING ON BCAST NOLOOP
  C3 +OK
C3: SET foo1 1 ; SET x 1
  A3 >[invalidate [foo1]]
  C3 +OK +OK
B: SET foo1 2
  A3 >[invalidate [foo1]]
  B +OK
  C3 >[invalidate [foo1]]
A3: DEL foo1
  A3 :1 >[invalidate [foo1]]
  C3 >[invalidate [foo1]]
C3: FLUSHALL
  A3 >[invalidate _]
  C3 +OK >[invalidate _]
A3: GET foo1
  A3 _
B: SET foo1 1
  A3 >[invalidate [foo1]]
  B +OK
  C3 >[invalidate [foo1]]
C3: CLIENT TRACKING OFF
  C3 +OK
C3: CLIENT TRACKING ON BCAST REDIRECT @R3
  C3 +OK
B: SET foo1 1 ; SET foo2 2
  A3 >[invalidate [foo1 foo2]]
  B +OK +OK
  R3 >[invalidate [foo1 foo2]]
`)
})

it('CLIENT TRACKING OFF ends the messages, and RESET does', () => {
  expectSame(`
A3: CLIENT TRACKING ON ; GET a ; CLIENT TRACKING OFF
  A3 +OK _ +OK
B: SET a 1
  B +OK
A3: CLIENT TRACKING ON ; GET a ; CLIENT TRACKING OFF ; CLIENT TRACKING ON
  A3 +OK 1 +OK +OK
B: SET a 1
  A3 >[invalidate [a]]
  B +OK
A3: GET a ; CLIENT TRACKING OFF ; CLIENT TRACKING ON BCAST PREFIX q
  A3 1 +OK +OK
B: SET a 1
  B +OK
A3: RESET
  A3 +RESET
A3: HELLO 3 ; CLIENT TRACKINGINFO
  A3 %[server valkey version 9.1.0 proto :3 id :2 mode standalone role master modules []] %[flags ~[off]
    redirect :-1 prefixes []]
`)
})

it('CLIENT TRACKING tells of keys and fields whose time is over', () => {
  expectSame(`
A3: CLIENT TRACKING ON ; SET a 1 PX 60 ; GET a
  A3 +OK +OK 1
sleep: 300
  A3 >[invalidate [a]]
B: SET a 1 PX 60
  B +OK
C3: CLIENT TRACKING ON BCAST
  C3 +OK
A3: GET a
  A3 1
sleep: 300
  A3 >[invalidate [a]]
  C3 >[invalidate [a]]
B: SET a 1 PX 60
  B +OK
  C3 >[invalidate [a]]
A3: GET a
  A3 1
sleep: 100
  A3 >[invalidate [a]]
  C3 >[invalidate [a]]
A3: GET a
  A3 _
A3: GET a
  A3 _
B: HSET h a 1 b 2 ; HPEXPIRE h 60 FIELDS 1 a
  B :2 [:1]
  C3 >[invalidate [h]]
A3: HGETALL h
  A3 %[b 2 a 1]
sleep: 300
  A3 >[invalidate [h]]
  C3 >[invalidate [h]]
`)
})

it('CLIENT TRACKING forgets keys, and says so, beyond tracking-table-max-keys', () => {
  expectSame(`
A3: CONFIG SET tracking-table-max-keys 2
  A3 +OK
A3: CLIENT TRACKING ON ; GET a ; GET b
  A3 +OK _ _
A3: GET c
  A3 _ >[invalidate [a]]
B: SET a 1
  B +OK
B: SET c 1
  A3 >[invalidate [c]]
  B +OK
A3: GET d ; GET e
  A3 _ _ >[invalidate [b]]
`)
})

it('CLIENT TRACKING tells of evicted keys', () => {
  expectSame(`
A3: CLIENT TRACKING ON ; SET k v ; GET k
  A3 +OK +OK v
A3: CONFIG SET maxmemory-policy allkeys-random ; CONFIG SET maxmemory 1
  A3 +OK +OK >[invalidate [k]]
B: SET x 1
  B -OOM command not allowed when used memory > 'maxmemory'.
A3: CONFIG SET maxmemory 0
  A3 +OK
`)
})

it('CLIENT TRACKING goes on while replies are off', () => {
  expectSame(`
A3: CLIENT TRACKING ON ; GET a ; CLIENT REPLY OFF
  A3 +OK _
B: SET a 1
  A3 >[invalidate [a]]
  B +OK
A3: GET a
A3: CLIENT REPLY ON
  A3 +OK
B: SET a 1
  A3 >[invalidate [a]]
  B +OK
A: SUBSCRIBE x
  A [subscribe x :1]
A: CLIENT TRACKING ON
  A -ERR Can't execute 'client|tracking'...
`)
})

it('CLIENT TRACKING is silent in RESP2 without redirection', () => {
  expectSame(`
A: CLIENT TRACKING ON ; GET a
  A +OK $-1
B: SET a 1
  B +OK
`)
})
