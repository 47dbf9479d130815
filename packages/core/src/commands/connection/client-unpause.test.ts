/** Conversations recorded from Valkey 9.1. */

import { expect, it } from 'vitest'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT UNPAUSE lets clients go on in the order in which they came', () => {
  expectSame(`
A: CLIENT UNPAUSE x
  A -ERR wrong number of arguments for 'client|unpause' command
A: CLIENT UNPAUSE
  A +OK
A: MULTI ; CLIENT PAUSE 60000 ALL ; CLIENT UNPAUSE ; EXEC
  A +OK +QUEUED +QUEUED [+OK +OK]
B: PING
  B +PONG
A: CLIENT PAUSE 60000 WRITE
  A +OK
B: SET a 1
C: SET a 2
A: CLIENT UNPAUSE
  A +OK
  B +OK
  C +OK
A: GET a
  A 2
`)
})
