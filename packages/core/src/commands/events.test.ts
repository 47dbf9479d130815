/**
 * The keyspace events of every command that changes keys, in their order: recorded from Valkey 9.1 with
 * notify-keyspace-events AKEm. A line is a command and, behind `=>`, its events, as `event key`, and `event key db` in
 * another database than 0; a command without `=>` sends none. What begins with `#` starts with an empty dataset.
 *
 *     WAIT ms          time passes, and active expiry runs
 *     LAZY ms          time passes, and it does not
 *     CLIENT2 command  another client sends the command and waits
 */

import { describe, expect, it } from 'vitest'
import { startTestEngine } from './_test-client.ts'

const TABLE = `
# strings
SET k v => set k
SET k v NX
SET k v XX EX 100 => set k, expire k
SET k v KEEPTTL => set k
SET k v PXAT 1 => expired k
SETEX k 100 v => set k, expire k
PSETEX k 100000 v => set k, expire k
SETNX k v
SETNX n v => set n
GETSET n w => set n
GETDEL n => del n
GETDEL n => keymiss n
GETEX k
GETEX k EX 100 => expire k
GETEX k PERSIST => persist k
GETEX k PERSIST
GETEX k PXAT 1 => expired k
GET k => keymiss k
APPEND k a => append k
APPEND k "" => append k
SETRANGE k 1 xyz => setrange k
SETRANGE k 0 ""
SETRANGE none 0 ""
INCR c => incrby c
INCRBY c 5 => incrby c
DECR c => incrby c
DECRBY c 2 => incrby c
INCRBYFLOAT c 1.5 => incrbyfloat c
MSET a 1 b 2 a 3 => set a, set b, set a
MSETNX a 1 x 2
MSETNX x 1 y 2 => set x, set y
MSETEX 2 a 1 b 2 EX 100 => set a, expire a, set b, expire b
MSETEX 2 a 1 new 2 NX
DELIFEQ a none
DELIFEQ a 1 => del a

# bitmaps and HyperLogLogs
SETBIT k 0 0 => setbit k
SETBIT k 0 0
SETBIT k 0 1 => setbit k
BITFIELD k SET u8 0 128
BITFIELD k SET u8 8 0 => setbit k
BITFIELD k INCRBY u8 0 1 SET u8 8 1 => setbit k
BITFIELD k OVERFLOW FAIL INCRBY u8 0 255
BITOP NOT d k => set d
BITOP AND d none => keymiss none, del d
BITOP AND d none => keymiss none
PFADD h => pfadd h
PFADD h
PFADD h a b => pfadd h
PFADD h a
PFMERGE m h => keymiss m, pfadd m
PFMERGE m => pfadd m
PFCOUNT h
PFCOUNT none => keymiss none

# keys of any type
SET a 1 => set a
SET b 2 => set b
DEL a b c => del a, del b
SET a 1 => set a
UNLINK a none => del a
SET a 1 => set a
EXPIRE a 100 => expire a
EXPIRE a 100 NX
PEXPIRE a 100000 => expire a
EXPIREAT a 99999999999 => expire a
PEXPIREAT a 99999999999000 => expire a
PERSIST a => persist a
PERSIST a
EXPIRE a 0 => expired a
EXPIRE a 10
SET a 1 => set a
RENAME a b => rename_from a, rename_to b
RENAME b b
RENAMENX b c => rename_from b, rename_to c
SET d 1 => set d
RENAMENX c d
RENAME c d => rename_from c, rename_to d
COPY d e => copy_to e
COPY d e
COPY d e REPLACE => copy_to e
COPY d g DB 1 => copy_to g 1
MOVE e 1 => move_from e, move_to e 1
MOVE none 1
TOUCH d none => keymiss none
EXISTS none => keymiss none
TYPE none => keymiss none
TTL none => keymiss none
OBJECT ENCODING none
DUMP none => keymiss none

# keys that expire
SET k v PX 400 => set k, expire k
WAIT 900 => expired k
SET a 1 PX 400 => set a, expire a
SET b 1 PX 400 => set b, expire b
SET c 1 PX 400 => set c, expire c
SET d 1 PX 400 => set d, expire d
SET e 1 PX 400 => set e, expire e
SADD s m => sadd s
PEXPIRE s 400 => expire s
LAZY 500
GET a => expired a, keymiss a
SET b 2 => expired b, set b
DEL c => expired c
EXISTS d => expired d, keymiss d
RENAMENX b e => expired e, rename_from b, rename_to e
SADD s n => expired s, sadd s

# hashes
HSET h f v => hset h
HSET h f v => hset h
HSET h f w g x => hset h
HSETNX h f 1
HSETNX h n 1 => hset h
HMSET h a 1 b 2 => hset h
HINCRBY h c 1 => hincrby h
HINCRBYFLOAT h c 1.5 => hincrbyfloat h
HDEL h none
HDEL h a b => hdel h
HDEL h c f g n => hdel h, del h
HDEL h x
HGETALL h => keymiss h
HSET h f v g w => hset h
HEXPIRE h 100 FIELDS 2 f none => hexpire h
HPEXPIRE h 100000 FIELDS 1 f => hexpire h
HEXPIREAT h 99999999999 FIELDS 1 f => hexpire h
HPEXPIREAT h 99999999999000 FIELDS 1 none
HPERSIST h FIELDS 2 f g => hpersist h
HPERSIST h FIELDS 1 f
HEXPIRE h 0 FIELDS 1 f => hexpired h
HPEXPIRE h 0 FIELDS 1 g => hexpired h, del h
HEXPIRE h 10 FIELDS 1 f
HSETEX h FIELDS 2 f v g w => hset h
HSETEX h EX 100 FIELDS 1 f v => hset h, hexpire h
HSETEX h FNX FIELDS 1 f v
HSETEX h EXAT 1 FIELDS 1 f v => hset h, hexpire h, hexpired h
HSETEX h PXAT 1 FIELDS 2 f v g w => hset h, hexpire h, hexpired h, del h
HSETEX h EXAT 1 FIELDS 1 f v => hset h, hexpire h, hexpired h, del h
HSET h f v g w => hset h
HGETEX h FIELDS 1 f
HGETEX h EX 100 FIELDS 3 f g none => hexpire h
HGETEX h PERSIST FIELDS 2 f g => hpersist h
HGETEX h PERSIST FIELDS 1 f
HGETEX h EXAT 1 FIELDS 1 f => hexpired h
HGETDEL h FIELDS 1 none
HGETDEL h FIELDS 2 g none => hdel h, del h
HGETEX h EX 10 FIELDS 1 f => keymiss h
HGETDEL h FIELDS 1 f
HSET h f v g w x y => hset h
HPEXPIRE h 400 FIELDS 1 f => hexpire h
WAIT 900 => hexpired h
HPEXPIRE h 400 FIELDS 2 g x => hexpire h
WAIT 900 => hexpired h, del h
HSET h f v g w => hset h
HPEXPIRE h 400 FIELDS 1 f => hexpire h
LAZY 500
HSET h f w => hexpired h, hset h
HDEL h f g => hdel h, del h

# sets
SADD s a => sadd s
SADD s a
SADD s b c => sadd s
SREM s none
SREM s a => srem s
SREM s b c => srem s, del s
SADD s a b => sadd s
SADD t b => sadd t
SMOVE s t b => srem s
SMOVE s t a => srem s, del s, sadd t
SMOVE t t a
SMOVE none t a
SADD s x y z => sadd s
SPOP s => spop s
SPOP s 1 => spop s
SPOP s 0
SPOP s 5 => spop s, del s
SPOP s
SMEMBERS s => keymiss s
SADD a 1 2 3 => sadd a
SADD b 2 3 4 => sadd b
SINTERSTORE d a b => sinterstore d
SUNIONSTORE d a b => sunionstore d
SDIFFSTORE d a b => sdiffstore d
SINTERSTORE d a none => keymiss none, del d
SINTERSTORE d a none => keymiss none
SDIFFSTORE a a a => del a

# lists
RPUSH l a => rpush l
LPUSH l b c => lpush l
RPUSHX l d => rpush l
LPUSHX l e => lpush l
RPUSHX none x
LINSERT l BEFORE a z => linsert l
LINSERT l AFTER none z
LSET l 0 q => lset l
LREM l 0 none
LREM l 0 q => lrem l
LTRIM l 0 -1 => ltrim l
LTRIM l 0 2 => ltrim l
LTRIM l 5 10 => ltrim l, del l
LRANGE l 0 -1 => keymiss l
RPUSH l a b c d e f g => rpush l
LPOP l => lpop l
RPOP l => rpop l
LPOP l 0
RPOP l 2 => rpop l
LMPOP 2 none l LEFT => lpop l
BLMPOP 0 1 l RIGHT => rpop l
BLPOP l 0 => lpop l, del l
LPOP l
RPUSH a 1 2 3 => rpush a
LMOVE a b LEFT RIGHT => rpush b, lpop a
LMOVE b b LEFT RIGHT => rpush b, lpop b
RPOPLPUSH a b => lpush b, rpop a
BLMOVE a b RIGHT LEFT 0 => lpush b, rpop a, del a
BRPOPLPUSH b a 0 => lpush a, rpop b
BRPOP b 0 => rpop b
RPOPLPUSH none a
CLIENT2 BLPOP w 0
RPUSH w a b => rpush w, lpop w
DEL w => del w
CLIENT2 BRPOP w 0
LPUSH w a => lpush w, rpop w, del w
CLIENT2 BLMOVE w v LEFT RIGHT 0
CLIENT2 BLPOP v 0
RPUSH w a => rpush w, rpush v, lpop w, del w, lpop v, del v
CLIENT2 BLMPOP 0 1 w LEFT COUNT 2
RPUSH w a b c => rpush w, lpop w
DEL w => del w
RPUSH x a => rpush x
CLIENT2 BLPOP w 0
RENAME x w => rename_from x, rename_to w, lpop w, del w

# sorted sets
ZADD z 1 a => zadd z
ZADD z 1 a
ZADD z 2 a 3 b => zadd z
ZADD z XX 5 none
ZADD z GT 1 a
ZADD z INCR 1 a => zincr z
ZINCRBY z 1 a => zincr z
ZINCRBY z 0 a
ZREM z none
ZREM z a => zrem z
ZREM z a b => zrem z, del z
ZADD z XX 1 a
ZRANGE z 0 -1 => keymiss z
ZADD z 1 a 2 b 3 c 4 d 5 e 6 f 7 g 8 h => zadd z
ZREMRANGEBYRANK z 0 0 => zremrangebyrank z
ZREMRANGEBYSCORE z 2 2 => zremrangebyscore z
ZREMRANGEBYLEX z [c [c => zremrangebylex z
ZREMRANGEBYRANK z 10 20
ZPOPMIN z => zpopmin z
ZPOPMAX z 1 => zpopmax z
ZPOPMIN z 0
ZMPOP 1 z MAX => zpopmax z
BZPOPMIN z 0 => zpopmin z
BZPOPMAX z 0 => zpopmax z, del z
ZADD z 1 a 2 b => zadd z
ZREMRANGEBYSCORE z 1 2 => zremrangebyscore z, del z
ZADD z 1 a 2 b => zadd z
BZMPOP 0 1 z MIN => zpopmin z
ZPOPMIN z 5 => zpopmin z, del z
ZADD a 1 x 2 y => zadd a
ZADD b 2 y 3 z => zadd b
ZUNIONSTORE d 2 a b => zunionstore d
ZINTERSTORE d 2 a b => zinterstore d
ZDIFFSTORE d 2 a b => zdiffstore d
ZINTERSTORE d 2 a none => keymiss none, del d
ZINTERSTORE d 2 a none => keymiss none
ZRANGESTORE d a 0 -1 => zrangestore d
ZRANGESTORE d a 5 6 => del d
ZRANGESTORE a a 0 0 => zrangestore a
CLIENT2 BZPOPMIN w 0
ZADD w 1 a => zadd w, zpopmin w, del w
CLIENT2 BZPOPMAX w 0
ZADD w 1 a 2 b => zadd w, zpopmax w
DEL w => del w
CLIENT2 BZMPOP 0 1 w MIN COUNT 2
ZADD w 1 a 2 b 3 c => zadd w, zpopmin w

# geo
GEOADD g 1 1 a 2 2 b => zadd g
GEOADD g 1 1 a
GEOADD g XX 3 3 a => zadd g
GEOSEARCHSTORE d g FROMLONLAT 2 2 BYRADIUS 900 km => geosearchstore d
GEOSEARCHSTORE d g FROMLONLAT 50 50 BYRADIUS 1 km => del d
GEOSEARCHSTORE d g FROMLONLAT 50 50 BYRADIUS 1 km
GEORADIUS g 2 2 900 km STORE d => georadiusstore d
GEORADIUSBYMEMBER g a 900 km STOREDIST d => georadiusstore d
GEORADIUS g 50 50 1 km STORE d => del d

# streams
XADD x 1-1 f v => xadd x
XADD n NOMKSTREAM 1-1 f v
XADD x MAXLEN 1 2-1 f v => xadd x, xtrim x
XADD x MAXLEN 10 3-1 f v => xadd x
XADD x MAXLEN 0 4-1 f v => xadd x, xtrim x
XADD x 5-1 f v => xadd x
XDEL x 99-1
XDEL x 5-1 => xdel x
XTRIM x MAXLEN 10
XADD x 6-1 f v => xadd x
XTRIM x MAXLEN 0 => xtrim x
XSETID x 100-1 => xsetid x
XLEN x
XGROUP CREATE y g $ MKSTREAM => xgroup-create y
XADD y 1-1 f v => xadd y
XADD y 2-1 f v => xadd y
XGROUP CREATECONSUMER y g c => xgroup-createconsumer y
XGROUP CREATECONSUMER y g c
XREADGROUP GROUP g c STREAMS y >
XREADGROUP GROUP g new STREAMS y > => xgroup-createconsumer y
XACK y g 1-1
XACK none g 1-1 => keymiss none
XCLAIM y g c 0 2-1
XCLAIM y g d 0 2-1 => xgroup-createconsumer y
XAUTOCLAIM y g e 0 0 => xgroup-createconsumer y
XGROUP SETID y g 0 => xgroup-setid y
XGROUP DELCONSUMER y g c => xgroup-delconsumer y
XGROUP DELCONSUMER y g c
XGROUP DESTROY y g => xgroup-destroy y
XGROUP DESTROY y g
XGROUP CREATE z g $ MKSTREAM => xgroup-create z
CLIENT2 XREADGROUP GROUP g c BLOCK 0 STREAMS z > => xgroup-createconsumer z
XADD z 1-1 f v => xadd z
`

const parts = TABLE.split(/^# /m).slice(1)

describe('The keyspace events', () => {
  it.each(parts.map((part) => part.trim().split('\n')))('of %s are those of Valkey', (...lines) => {
    const { client, clock, connect, events } = startTestEngine()
    const said: string[] = []
    for (const line of lines.slice(1).filter((text) => text !== '')) {
      const [command] = line.split(' => ')
      const words = command.split(' ').map((word) => (word === '""' ? '' : word))
      if (words[0] === 'WAIT') clock.advance(Number(words[1]))
      else if (words[0] === 'LAZY') clock.now += Number(words[1])
      else if (words[0] === 'CLIENT2') connect().raw(...words.slice(1))
      else expect(client.raw(...words)).not.toMatch(/^-/)
      const sent = events().map((event) => event.replace(/ 0$/, ''))
      said.push(sent.length === 0 ? command : `${command} => ${sent.join(', ')}`)
    }
    expect(said).toEqual(lines.slice(1).filter((text) => text !== ''))
  })
})
