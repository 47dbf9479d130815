/** Conversations recorded from Valkey 9.1. */

import { expect, it } from 'vitest'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT CACHING YES has the keys of the next command or transaction tracked, with OPTIN', () => {
  expectSame(`
A3: CLIENT TRACKING ON OPTIN
  A3 +OK
A3: GET a ; CLIENT CACHING YES ; GET b ; GET c
  A3 _ +OK _ _
B: MSET a 1 b 1 c 1
  A3 >[invalidate [b]]
  B +OK
A3: CLIENT CACHING YES ; CLIENT ID ; GET b ; GET c
  A3 +OK :2 1 1
B: MSET a 1 b 1 c 1
  A3 >[invalidate [b]]
  B +OK
A3: CLIENT CACHING YES ; MULTI ; GET a ; GET b ; EXEC ; GET c
  A3 +OK +OK +QUEUED +QUEUED [1 1] 1
B: MSET a 1 b 1 c 1
  A3 >[invalidate [a]] >[invalidate [b]]
  B +OK
A3: MULTI ; CLIENT CACHING YES ; GET a ; GET b ; EXEC ; GET c
  A3 +OK +QUEUED +QUEUED +QUEUED [+OK 1 1] 1
B: MSET a 1 b 1 c 1
  A3 >[invalidate [a]] >[invalidate [b]]
  B +OK
A3: CLIENT CACHING YES ; PING ; GET b
  A3 +OK +PONG 1
B: MSET a 1 b 1 c 1
  B +OK
A3: CLIENT CACHING YES ; NOSUCH ; GET b
  A3 +OK -ERR unknown command 'NOSUCH', with args beginning with:  1
B: MSET a 1 b 1 c 1
  B +OK
A3: CLIENT CACHING YES ; GET ; GET b
  A3 +OK -ERR wrong number of arguments for 'get' command 1
B: MSET a 1 b 1 c 1
  B +OK
`)
})

it('CLIENT CACHING NO leaves them out, with OPTOUT', () => {
  expectSame(`
A3: CLIENT TRACKING ON OPTOUT
  A3 +OK
A3: GET a ; CLIENT CACHING NO ; GET b ; GET c
  A3 _ +OK _ _
B: MSET a 1 b 1 c 1
  A3 >[invalidate [a]] >[invalidate [c]]
  B +OK
A3: CLIENT CACHING NO ; MULTI ; GET a ; GET b ; EXEC ; GET c
  A3 +OK +OK +QUEUED +QUEUED [1 1] 1
B: MSET a 1 b 1 c 1
  A3 >[invalidate [c]]
  B +OK
A3: MULTI ; CLIENT CACHING NO ; GET a ; GET b ; EXEC ; GET c
  A3 +OK +QUEUED +QUEUED +QUEUED [+OK 1 1] 1
B: MSET a 1 b 1 c 1
  A3 >[invalidate [c]]
  B +OK
`)
})
