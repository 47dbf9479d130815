/** Conversations recorded from Valkey 9.1. */

import { expect, it } from 'vitest'
import { play } from '../_test-conversation.ts'

function expectSame(conversation: string): void {
  expect(play(conversation)).toBe(conversation.trim())
}

it('CLIENT TRACKING refuses what does not go together, and prefixes that overlap', () => {
  expectSame(`
A: CLIENT TRACKING
  A -ERR wrong number of arguments for 'client|tracking' command
A: CLIENT TRACKING maybe
  A -ERR syntax error
A: CLIENT TRACKING ON
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on] redirect :0 prefixes []]
A: CLIENT TRACKING OFF BCAST
  A +OK
A: CLIENT TRACKING ON FOO
  A -ERR syntax error
A: CLIENT TRACKING ON REDIRECT
  A -ERR syntax error
A: CLIENT TRACKING ON REDIRECT abc
  A -ERR value is not an integer or out of range
A: CLIENT TRACKING ON REDIRECT 99999
  A -ERR The client ID you want redirect to does not exist
A: CLIENT TRACKING ON REDIRECT 0
  A -ERR The client ID you want redirect to does not exist
A: CLIENT TRACKING ON REDIRECT @B REDIRECT @B
  A -ERR A client can only redirect to a single other client
A: CLIENT TRACKING ON PREFIX
  A -ERR syntax error
A: CLIENT TRACKING ON PREFIX a
  A -ERR PREFIX option requires BCAST mode to be enabled
A: CLIENT TRACKING ON BCAST PREFIX a PREFIX ab
  A -ERR Prefix 'a' overlaps with another provided prefix 'ab'. Prefixes for a single client must not overlap.
A: CLIENT TRACKINGINFO
  A [flags [off] redirect :-1 prefixes []]
A: CLIENT TRACKING ON BCAST PREFIX ab PREFIX a
  A -ERR Prefix 'ab' overlaps with another provided prefix 'a'. Prefixes for a single client must not overlap.
A: CLIENT TRACKING ON BCAST PREFIX a
  A +OK
A: CLIENT TRACKING ON BCAST PREFIX abc
  A -ERR Prefix 'abc' overlaps with an existing prefix 'a'. Prefixes for a single client must not overlap.
A: CLIENT TRACKING ON BCAST PREFIX a
  A -ERR Prefix 'a' overlaps with an existing prefix 'a'. Prefixes for a single client must not overlap.
A: CLIENT TRACKING ON BCAST PREFIX b
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on bcast] redirect :0 prefixes [a b]]
A: CLIENT TRACKING ON BCAST
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on bcast] redirect :0 prefixes ["" a b]]
A: CLIENT TRACKING ON
  A -ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it
    with a different mode.
A: CLIENT TRACKING ON OPTIN
  A -ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it
    with a different mode.
A: CLIENT TRACKING OFF
  A +OK
A: CLIENT TRACKING ON OPTIN OPTOUT
  A -ERR You can't specify both OPTIN mode and OPTOUT mode
A: CLIENT TRACKING ON BCAST OPTIN
  A -ERR OPTIN and OPTOUT are not compatible with BCAST
A: CLIENT TRACKING ON BCAST OPTOUT
  A -ERR OPTIN and OPTOUT are not compatible with BCAST
A: CLIENT TRACKING ON OPTIN
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on optin] redirect :0 prefixes []]
A: CLIENT TRACKING ON OPTOUT
  A -ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it
    with a different mode.
A: CLIENT TRACKING ON
  A +OK
A: CLIENT TRACKING ON BCAST
  A -ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it
    with a different mode.
A: CLIENT CACHING NO
  A -ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.
A: CLIENT CACHING x
  A -ERR syntax error
A: CLIENT CACHING YES
  A -ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.
A: CLIENT TRACKINGINFO
  A [flags [on] redirect :0 prefixes []]
A: CLIENT TRACKINGINFO
  A [flags [on] redirect :0 prefixes []]
A: CLIENT TRACKING OFF
  A +OK
A: CLIENT CACHING YES
  A -ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode
    enabled
A: CLIENT TRACKING ON OPTOUT
  A +OK
A: CLIENT CACHING YES
  A -ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.
A: CLIENT CACHING NO
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on optout caching-no] redirect :0 prefixes []]
A: CLIENT GETREDIR
  A :0
A: CLIENT TRACKING ON OPTOUT NOLOOP REDIRECT @B
  A +OK
A: CLIENT GETREDIR
  A :3
A: CLIENT TRACKINGINFO
  A [flags [on optout caching-no noloop] redirect :3 prefixes []]
A: CLIENT TRACKING OFF
  A +OK
A: CLIENT TRACKING OFF
  A +OK
A: CLIENT GETREDIR
  A :-1
A: CLIENT TRACKINGINFO
  A [flags [off] redirect :-1 prefixes []]
A: CLIENT TRACKING ON BCAST PREFIX ""
  A +OK
A: CLIENT TRACKINGINFO
  A [flags [on bcast] redirect :0 prefixes [""]]
A: CLIENT TRACKING ON BCAST PREFIX "" PREFIX ""
  A -ERR Prefix '' overlaps with an existing prefix ''. Prefixes for a single client must not overlap.
A: CLIENT TRACKING ON BCAST PREFIX x
  A -ERR Prefix 'x' overlaps with an existing prefix ''. Prefixes for a single client must not overlap.
A: CLIENT TRACKINGINFO
  A [flags [on bcast] redirect :0 prefixes [""]]
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[off] redirect :-1 prefixes []]
A3: CLIENT TRACKING ON NOLOOP
  A3 +OK
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[on noloop] redirect :0 prefixes []]
A3: CLIENT TRACKING ON
  A3 +OK
A3: CLIENT TRACKINGINFO
  A3 %[flags ~[on] redirect :0 prefixes []]
A3: CLIENT TRACKINGINFO x
  A3 -ERR wrong number of arguments for 'client|trackinginfo' command
A3: MULTI ; CLIENT TRACKING OFF ; CLIENT TRACKING ON OPTIN ; CLIENT CACHING YES ; EXEC
  A3 +OK +QUEUED +QUEUED +QUEUED [+OK +OK +OK]
`)
})

it('CLIENT TRACKING ON tells once of the change of a key that was read, behind the reply to who changes it', () => {
  expectSame(`
A3: CLIENT TRACKING ON ; GET a ; MGET b c
  A3 +OK _ [_ _]
B: SET a 1
  A3 >[invalidate [a]]
  B +OK
B: SET a 2
  B +OK
B: MSET b 1 c 2
  A3 >[invalidate [b]] >[invalidate [c]]
  B +OK
A3: GET a ; SET a 3 ; GET b
  A3 2 +OK >[invalidate [a]] 1
A3: GET a
  A3 3
A3: MULTI ; SET a 4 ; SET b 1 ; GET a ; EXEC
  A3 +OK +QUEUED +QUEUED +QUEUED [+OK +OK 4] >[invalidate [a]] >[invalidate [b]]
A3: SET a 5
  A3 +OK >[invalidate [a]]
B: SET b 7
  B +OK
A3: CLIENT TRACKING ON NOLOOP ; GET a ; SET a 3 ; GET b
  A3 +OK 5 +OK 7
B: SET a 1 ; SET b 2
  A3 >[invalidate [b]]
  B +OK +OK
A3: GET a ; GET b
  A3 1 2
B: FLUSHALL
  A3 >[invalidate _]
  B +OK
A3: FLUSHALL
  A3 +OK >[invalidate _]
A3: FLUSHDB
  A3 +OK >[invalidate _]
B: SELECT 3 ; FLUSHDB
  A3 >[invalidate _]
  B +OK +OK
A3: GET x
  A3 _
B: SWAPDB 0 3
  B +OK
B: SET x 1
  A3 >[invalidate [x]]
  B +OK
B: SELECT 0 ; SET x 1
  B +OK +OK
A3: MULTI ; FLUSHALL ; SET x 1 ; EXEC
  A3 +OK +QUEUED +QUEUED [+OK +OK] >[invalidate _]
`)
})

it('CLIENT TRACKING remembers the keys of reading commands, whatever changes them', () => {
  expectSame(`
A3: CLIENT TRACKING ON
  A3 +OK
B: SET s v ; RPUSH l 1 ; HSET h a b ; SADD t 1
  B +OK :1 :1 :1
A3: EXISTS s ; TTL l ; OBJECT ENCODING h ; TYPE t ; SORT l STORE o ; STRLEN s2
  A3 :1 :-1 listpack +set :1 :0
B: DEL s l h t o s2
  A3 >[invalidate [s]] >[invalidate [l]] >[invalidate [h]] >[invalidate [t]]
  B :5
A3: GETEX g ; GETDEL g2 ; SCAN 0 ; KEYS * ; DUMP d ; GETSET gg 1
  A3 _ _ [0 []] [] _ _
B: SET g 1 ; SET g2 1 ; SET d 1 ; SET gg 2
  A3 >[invalidate [d]]
  B +OK +OK +OK +OK
A3: XREAD STREAMS st 0 ; BLPOP bl 0.01 ; BITFIELD_RO q GET u8 0 ; BITFIELD q2 GET u8 0
  A3 _
sleep: 50
  A3 _ [:0] [:0]
B: XADD st 1-1 a b ; RPUSH bl 1 ; SET q 1 ; SET q2 1
  A3 >[invalidate [st]] >[invalidate [q]]
  B 1-1 :1 +OK +OK
A3: GET l ; LPUSH l
  A3 _ -ERR wrong number of arguments for 'lpush' command
B: SET l 1
  A3 >[invalidate [l]]
  B +OK
A3: SET z 1 GET ; GET z
  A3 _ 1
A3: EXPIRE z 100
  A3 :1 >[invalidate [z]]
A3: GET z
  A3 1
B: PERSIST z
  A3 >[invalidate [z]]
  B :1
A3: GET z
  A3 1
B: RENAME z zz
  A3 >[invalidate [z]]
  B +OK
A3: GET z ; GET zz
  A3 _ 1
B: RENAME zz z
  A3 >[invalidate [zz]] >[invalidate [z]]
  B +OK
A3: GET z ; GET zz
  A3 1 _
B: COPY z zz ; MOVE z 3
  A3 >[invalidate [zz]] >[invalidate [z]]
  B :1 :1
A3: GET h1
  A3 _
B: HSET h1 a 1 ; HSET h1 a 1 ; HEXPIRE h1 100 FIELDS 1 a
  A3 >[invalidate [h1]]
  B :1 :0 [:1]
A3: HGET h1 a
  A3 1
B: HEXPIRE h1 100 FIELDS 1 a
  A3 >[invalidate [h1]]
  B [:1]
A3: XLEN str
  A3 :0
B: XGROUP CREATE str g $ MKSTREAM
  A3 >[invalidate [str]]
  B +OK
A3: XLEN str
  A3 :0
B: XGROUP CREATECONSUMER str g c
  B :1
B: XADD str 1-1 a b
  A3 >[invalidate [str]]
  B 1-1
A3: XLEN str
  A3 :1
B: XREADGROUP GROUP g c STREAMS str >
  B [[str [[1-1 [a b]]]]]
B: XACK str g 1-1
  B :1
B: XADD str 2-1 a b
  A3 >[invalidate [str]]
  B 2-1
`)
})
