/** Conversations recorded from Valkey 9.1. */

import { expect, it } from 'vitest'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT TRACKINGINFO and CLIENT GETREDIR tell of the mode', () => {
  expectSame(`
A: CLIENT TRACKINGINFO
  A [flags [off] redirect :-1 prefixes []]
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[off] redirect :-1 prefixes []]
A: CLIENT TRACKING ON BCAST PREFIX b PREFIX a NOLOOP
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on bcast noloop] redirect :0 prefixes [a b]]
A3: CLIENT TRACKING ON OPTIN REDIRECT @B
  A3 +OK
A3: CLIENT CACHING YES ; CLIENT TRACKINGINFO
  A3 +OK %[flags ~[on optin caching-yes] redirect :4 prefixes []]
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[on optin caching-yes] redirect :4 prefixes []]
A3: CLIENT GETREDIR
  A3 :4
B: QUIT
  B +OK
  B closed
C: SET a 1
  C +OK
A3: CLIENT CACHING YES ; GET a
  A3 +OK 1
C: SET a 2
  A3 >[tracking-redir-broken :4]
  C +OK
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[on optin broken_redirect] redirect :4 prefixes []]
A3: CLIENT TRACKING OFF ; CLIENT TRACKINGINFO ; CLIENT GETREDIR
  A3 +OK %[flags ~[off] redirect :-1 prefixes []] :-1
A3: CLIENT TRACKING ON OPTOUT ; CLIENT CACHING NO ; CLIENT TRACKINGINFO
  A3 +OK +OK %[flags ~[on optout caching-no] redirect :0 prefixes []]
A3: CLIENT TRACKINGINFO x
  A3 -ERR wrong number of arguments for 'client|trackinginfo' command
`)
})
