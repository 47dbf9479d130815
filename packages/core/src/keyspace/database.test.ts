import { describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import type { LargeString, ValueObject } from '../types/value-object.ts'
import {
  find,
  KEY_LENGTHS,
  lookup,
  NOW,
  Owner,
  setString,
  stringAt,
  Thing,
  text,
  VALUE_LENGTHS,
} from './_test-owner.ts'
import { Database, KEEP_EXPIRY, NO_EXPIRY } from './database.ts'
import {
  ENCODING_INLINE,
  ENCODING_RAW,
  ENCODING_SHIFT,
  INLINE_BYTES_MAX,
  KIND_STRING_RAW,
  TYPE_HASH,
  TYPE_MODULE,
  TYPE_STRING,
} from './entry.ts'

describe('entries of a database', () => {
  it('keep key, value and time through every change of their layout', () => {
    for (const keyLength of KEY_LENGTHS) {
      for (const valueLength of VALUE_LENGTHS) {
        const db = new Database(0, new Owner())
        const empty = db.usedBytes
        const key = text(keyLength, 'Key:')
        const other = `${text(keyLength, 'Key:')}!`
        const value = text(valueLength, 'value ')
        const check = (expiryMs: number, stored = value) => {
          const address = lookup(db, key)
          expect(latin1(db.keyBytes(address))).toBe(key)
          expect(stringAt(db, address)).toBe(stored)
          expect(db.expiryMs(address)).toBe(expiryMs)
          expect(db.wheel.size).toBe(expiryMs === NO_EXPIRY ? 0 : 1)
          expect(stringAt(db, lookup(db, other))).toBe('neighbour')
        }
        setString(db, key, value)
        setString(db, other, 'neighbour')
        check(NO_EXPIRY)
        expect(db.setExpiry(find(db, key), NOW + 5000)).toBe(find(db, key))
        check(NOW + 5000)
        db.setExpiry(find(db, key), NOW + 2 ** 40)
        check(NOW + 2 ** 40)
        setString(db, key, value, KEEP_EXPIRY)
        check(NOW + 2 ** 40)
        setString(db, key, 'short', KEEP_EXPIRY)
        check(NOW + 2 ** 40, 'short')
        setString(db, key, value, NOW + 1)
        check(NOW + 1)
        db.setExpiry(find(db, key), NO_EXPIRY)
        check(NO_EXPIRY)
        db.setExpiry(find(db, key), NO_EXPIRY)
        check(NO_EXPIRY)
        db.removeFound(find(db, key))
        expect(find(db, key)).toBe(0)
        db.removeFound(find(db, other))
        expect(db.usedBytes).toBe(empty)
        expect(db.objectBytes).toBe(0)
      }
    }
  })

  it('hold a packed value of any size below a block under a key of any length', () => {
    const db = new Database(0, new Owner())
    const kind = TYPE_HASH | (ENCODING_INLINE << ENCODING_SHIFT)
    for (const keyLength of KEY_LENGTHS) {
      for (const valueLength of [0, 300, 12_000, 16_000, INLINE_BYTES_MAX]) {
        const key = fromLatin1(text(keyLength, 'k'))
        for (const expiryMs of [NO_EXPIRY, NOW + 1000, KEEP_EXPIRY, NO_EXPIRY]) {
          db.put(db.lookupWrite(key, 0, keyLength), key, 0, keyLength, kind, valueLength, expiryMs)
          db.valueBuf.fill(keyLength, db.valueStart, db.valueStart + valueLength)
          db.setExpiry(db.find(key, 0, keyLength), NOW + 77)
          db.value(db.find(key, 0, keyLength))
          expect(db.valueLength).toBe(valueLength)
          expect(
            db.valueBuf.subarray(db.valueStart, db.valueStart + valueLength).every((b) => b === (keyLength & 255)),
          ).toBe(true)
        }
      }
      const key = fromLatin1(text(keyLength, 'k'))
      expect(() =>
        db.put(db.find(key, 0, keyLength), key, 0, keyLength, kind, INLINE_BYTES_MAX + 5, NO_EXPIRY),
      ).toThrow(RangeError)
      expect(db.type(db.find(key, 0, keyLength))).toBe(TYPE_HASH)
    }
    expect(db.size).toBe(KEY_LENGTHS.length)
  })

  it('clamp times to those that the wheel can hold', () => {
    const db = new Database(0, new Owner())
    setString(db, 'k', 'v')
    db.setExpiry(find(db, 'k'), 2 ** 60)
    expect(db.expiryMs(find(db, 'k'))).toBe(2 ** 48 - 1)
    db.setExpiry(find(db, 'k'), -2)
    expect(db.expiryMs(find(db, 'k'))).toBe(0)
    expect(lookup(db, 'k')).toBe(0)
  })

  it('keep what fits when a string changes its length, and add zero bytes', () => {
    for (const from of VALUE_LENGTHS) {
      for (const to of VALUE_LENGTHS) {
        const db = new Database(0, new Owner())
        const key = fromLatin1('key')
        setString(db, 'key', text(from, 'abc'), NOW + 9)
        db.resizeString(db.lookupWrite(key, 0, 3), key, 0, 3, to)
        expect(stringAt(db, find(db, 'key'))).toBe(text(from, 'abc').slice(0, to).padEnd(to, '\0'))
        expect(db.expiryMs(find(db, 'key'))).toBe(NOW + 9)
        expect(db.encoding(find(db, 'key'))).not.toBe(ENCODING_INLINE)
      }
    }
  })

  it('note accesses beside the flags', () => {
    const db = new Database(0, new Owner())
    setString(db, 'k', 'v', NOW + 5)
    expect(db.accessClock(find(db, 'k'))).toBe(77)
    db.touch(find(db, 'k'))
    db.setExpiry(find(db, 'k'), NO_EXPIRY)
    setString(db, 'k', text(1000, 'x'), KEEP_EXPIRY)
    expect(db.accessClock(find(db, 'k'))).toBe(78)
    db.setAccessClock(find(db, 'k'), 0xffffff)
    expect(db.accessClock(find(db, 'k')) & 0xffffff).toBe(0xffffff)
    expect(stringAt(db, find(db, 'k'))).toBe(text(1000, 'x'))
  })
})

describe('expired keys', () => {
  it('are deleted by a look-up, and told of once they are gone', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    setString(db, 'k', 'v', NOW + 10)
    let sizeThen = -1
    owner.heard = () => {
      sizeThen = db.size
      // A listener that looks the key up does not hear of it again.
      expect(lookup(db, 'k')).toBe(0)
    }
    owner.nowMs = NOW + 9
    expect(lookup(db, 'k')).not.toBe(0)
    expect(db.isExpired(find(db, 'k'))).toBe(false)
    owner.nowMs = NOW + 10
    expect(db.isExpired(find(db, 'k'))).toBe(true)
    expect(lookup(db, 'k')).toBe(0)
    expect([owner.expired, sizeThen]).toEqual([['k'], 0])
  })

  it('stay, but count as missing, while they may not be deleted', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    setString(db, 'k', 'v', NOW + 10)
    owner.nowMs = NOW + 10
    owner.canDeleteExpired = false
    expect(lookup(db, 'k')).toBe(0)
    expect(db.size).toBe(1)
    expect(owner.expired).toEqual([])
  })

  it('may be made anew by a listener, and are found then', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    setString(db, 'k', 'old', NOW + 10)
    owner.heard = () => {
      setString(db, 'another', 'x')
      setString(db, 'k', 'new')
    }
    owner.nowMs = NOW + 10
    expect(stringAt(db, lookup(db, 'k'))).toBe('new')
    setString(db, 'k', 'newer')
    expect(db.size).toBe(2)
  })

  it('are deleted in time order of milliseconds, a few at a time', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    for (let i = 0; i < 100; i++) setString(db, `k${i}`, 'v', NOW + 1 + i)
    owner.nowMs = NOW + 50
    while (db.expireDue(7) >= 7) {}
    expect(owner.expired.sort()).toEqual(Array.from({ length: 50 }, (_, i) => `k${i}`).sort())
    expect(db.size).toBe(50)
    expect(db.wheel.size).toBe(50)
  })

  it('may take the whole database with them', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    for (let i = 0; i < 20; i++) setString(db, `k${i}`, 'v', NOW + 1)
    owner.heard = () => {
      db.clear()
      setString(db, 'fresh', 'v', NOW + 100)
    }
    owner.nowMs = NOW + 50
    while (db.expireDue(5) >= 5) {}
    expect(owner.expired).toHaveLength(1)
    expect(db.size).toBe(1)
    expect(db.wheel.size).toBe(1)
    expect(db.expiryMs(lookup(db, 'fresh'))).toBe(NOW + 100)
  })
})

describe('objects of a database', () => {
  it('are freed once, when their key goes or gets another value', () => {
    const db = new Database(0, new Owner())
    const before = Thing.live
    const put = (key: string, bytes: number) => {
      const name = fromLatin1(key)
      const address = db.lookupWrite(name, 0, name.length)
      db.putObject(address, name, 0, name.length, TYPE_MODULE, new Thing(1, bytes), NO_EXPIRY)
    }
    put('a', 1000)
    put('b', 100)
    expect([Thing.live - before, db.objectBytes]).toEqual([2, 1100])
    put('a', 10)
    expect([Thing.live - before, db.objectBytes]).toEqual([2, 110])
    setString(db, 'a', 'text')
    expect([Thing.live - before, db.objectBytes]).toEqual([1, 100])
    db.setExpiry(find(db, 'b'), NOW + 5)
    expect((db.object(find(db, 'b')) as Thing).externalBytes).toBe(100)
    db.remove(find(db, 'b'))
    expect([Thing.live - before, db.objectBytes]).toEqual([0, 0])
    put('c', 5)
    put('d', 6)
    db.clear()
    expect([Thing.live - before, db.objectBytes, db.size]).toEqual([0, 0, 0])
  })

  it('go away even when their type fails to free them', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    const failing = (): ValueObject => ({
      externalBytes: 50,
      encodingName: 'raw',
      copy: failing,
      free() {
        throw new Error('no')
      },
    })
    const key = fromLatin1('k')
    db.putObject(db.find(key, 0, 1), key, 0, 1, TYPE_MODULE, failing(), NO_EXPIRY)
    setString(db, 'k', 'text')
    expect(stringAt(db, find(db, 'k'))).toBe('text')
    db.putObject(db.find(key, 0, 1), key, 0, 1, TYPE_MODULE, failing(), NO_EXPIRY)
    db.removeFound(db.find(key, 0, 1))
    expect([db.size, db.objectBytes, owner.failures.length]).toEqual([0, 0, 2])
  })

  it('with blocks of the arena go with it when the database is emptied, and are not told', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    const key = fromLatin1('k')
    const thing = new Thing(1, 0, db.arena)
    db.find(key, 0, 1)
    db.putObject(0, key, 0, 1, TYPE_MODULE, thing, NO_EXPIRY)
    const before = Thing.live
    db.clear()
    expect(Thing.live).toBe(before)
    expect(owner.discarded).toEqual([thing.arena])
    expect(db.arena).not.toBe(thing.arena)
  })
})

describe('a value on its way', () => {
  const kinds: readonly (readonly [name: string, put: (db: Database, key: Uint8Array) => void])[] = [
    ['a short string', (db) => setString(db, 'from', 'hello', NOW + 5)],
    ['a string without a time to live', (db) => setString(db, 'from', 'hello')],
    ['an empty string', (db) => setString(db, 'from', '', NOW + 5)],
    ['a string near the size of a block', (db) => setString(db, 'from', text(16_340, 'ab'), NOW + 5)],
    ['a large string', (db) => setString(db, 'from', text(100_000, 'abc'), NOW + 5)],
  ]
  for (const [name, put] of kinds) {
    for (const length of [1, 300, 5000]) {
      it(`is taken to another key or copied, as ${name}, to a key of ${length} bytes`, () => {
        const owner = new Owner()
        const db = new Database(0, owner)
        const other = new Database(1, owner)
        const to = fromLatin1(text(length, 'to'))
        put(db, to)
        const expected = [stringAt(db, find(db, 'from')), db.expiryMs(find(db, 'from'))]
        const copied = db.copyValue(find(db, 'from'), other)
        other.putValue(other.lookupWrite(to, 0, length), to, 0, length, copied)
        const taken = db.takeFound(lookup(db, 'from'))
        expect(find(db, 'from')).toBe(0)
        db.putValue(db.lookupWrite(to, 0, length), to, 0, length, taken)
        for (const at of [db, other]) {
          const address = at.lookup(to, 0, length)
          expect([stringAt(at, address), at.expiryMs(address)]).toEqual(expected)
          expect([at.size, at.wheel.size]).toEqual([1, expected[1] === NO_EXPIRY ? 0 : 1])
        }
        expect(other.usedBytes).toBe(db.usedBytes)
      })
    }
  }

  it('stays the same object when it is taken, and becomes another when it is copied', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    setString(db, 'from', text(50_000, 'x'))
    const object = db.object(find(db, 'from')) as LargeString
    const copy = db.copyValue(find(db, 'from'), db)
    const taken = db.takeFound(find(db, 'from'))
    expect(taken.content).toBe(object)
    expect(copy.content).not.toBe(object)
    expect((copy.content as LargeString).bytes).not.toBe(object.bytes)
    expect([db.size, db.objectBytes]).toEqual([0, 0])
  })

  it('keeps its encoding: a string that was changed in place stays raw', () => {
    const db = new Database(0, new Owner())
    const key = fromLatin1('k')
    db.find(key, 0, 1)
    db.put(0, key, 0, 1, KIND_STRING_RAW, 2, NO_EXPIRY)
    const to = fromLatin1('to')
    const copied = db.copyValue(find(db, 'k'), db)
    db.putValue(db.lookupWrite(to, 0, 2), to, 0, 2, copied)
    expect(db.encoding(find(db, 'to'))).toBe(ENCODING_RAW)
    expect(db.type(find(db, 'to'))).toBe(TYPE_STRING)
  })

  it('gets blocks of its new database when it has any', () => {
    const owner = new Owner()
    const a = new Database(0, owner)
    const b = new Database(1, owner)
    const empty = a.usedBytes
    const live = Thing.live
    const key = fromLatin1('k')
    a.find(key, 0, 1)
    a.putObject(0, key, 0, 1, TYPE_MODULE, new Thing(7, 20, a.arena), NOW + 5)
    const value = a.takeFound(a.lookup(key, 0, 1))
    b.putValue(b.lookupWrite(key, 0, 1), key, 0, 1, value)
    const moved = b.object(find(b, 'k')) as Thing
    expect([moved.id, moved.arena === b.arena, Thing.live - live, a.usedBytes]).toEqual([7, true, 1, empty])
    expect([a.objectBytes, b.objectBytes, b.expiryMs(find(b, 'k'))]).toEqual([0, 20, NOW + 5])
    const copied = b.copyValue(find(b, 'k'), b)
    expect((copied.content as Thing).arena).toBe(b.arena)
    b.removeFound(find(b, 'k'))
    expect(Thing.live - live).toBe(1)
  })
})
