import { describe, expect, it } from 'vitest'
import { fromLatin1 } from '../structures/bytes.ts'
import { NO_FIELD_EXPIRY } from '../types/hash-object.ts'
import { find, lookup, NOW, Owner, setString } from './_test-owner.ts'
import { Database } from './database.ts'
import { expireElements } from './element-expiry.ts'
import { HashValue } from './hash-value.ts'

function setField(db: Database, key: string, field: string, expiryMs: number): void {
  const bytes = fromLatin1(key)
  const address = db.lookupWrite(bytes, 0, bytes.length)
  const hash = new HashValue(db, address, bytes, 0, bytes.length)
  hash.set(fromLatin1(field), 0, field.length, fromLatin1('v'), 0, 1, expiryMs)
}

function hashAt(db: Database, key: string): HashValue {
  const bytes = fromLatin1(key)
  return new HashValue(db, db.find(bytes, 0, bytes.length), bytes, 0, bytes.length)
}

function putCopy(from: Database, source: string, to: Database, target: string): void {
  const value = from.copyValue(find(from, source), to)
  const bytes = fromLatin1(target)
  to.putValue(to.lookupWrite(bytes, 0, bytes.length), bytes, 0, bytes.length, value)
}

function rename(from: Database, source: string, to: Database, target: string): void {
  const value = from.takeFound(find(from, source))
  const bytes = fromLatin1(target)
  to.putValue(to.lookupWrite(bytes, 0, bytes.length), bytes, 0, bytes.length, value)
}

describe('Elements that expire', () => {
  it('are taken out in order, a few at a time, and the key with the last one', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    for (let i = 0; i < 10; i++) setField(db, 'a', `f${i}`, NOW + 10 + i)
    setField(db, 'b', 'f', NOW + 12)
    setField(db, 'b', 'stays', NO_FIELD_EXPIRY)
    expect(db.waitingObjectCount).toBe(2)
    expect(expireElements(db, 100)).toBe(0)
    owner.nowMs = NOW + 12
    expect(expireElements(db, 100)).toBe(4)
    expect(owner.expired.sort()).toEqual(['a 3', 'b 1'])
    expect([db.waitingObjectCount, hashAt(db, 'a').size, hashAt(db, 'b').size]).toEqual([1, 7, 1])
    owner.nowMs = NOW + 1000
    owner.expired.length = 0
    expect(expireElements(db, 5)).toBe(5)
    expect(expireElements(db, 5)).toBe(2)
    expect(owner.expired).toEqual(['a 5', 'a 2 all'])
    expect([find(db, 'a'), db.waitingObjectCount]).toEqual([0, 0])
  })

  it('wait under any key that their collection gets, and in any database', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    const other = new Database(1, owner)
    setField(db, 'a', 'f', NOW + 10)
    putCopy(db, 'a', db, 'copy')
    putCopy(db, 'a', other, 'away')
    rename(db, 'a', db, 'renamed')
    rename(db, 'copy', other, 'moved')
    expect([db.waitingObjectCount, other.waitingObjectCount]).toEqual([1, 2])
    owner.nowMs = NOW + 10
    expect(expireElements(db, 100) + expireElements(other, 100)).toBe(3)
    expect(owner.expired.sort()).toEqual(['away 1 all', 'moved 1 all', 'renamed 1 all'])
  })

  it('are forgotten with their collection: deleted, overwritten, flushed, or made permanent', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    for (const key of ['deleted', 'overwritten', 'permanent', 'emptied', 'flushed']) setField(db, key, 'f', NOW + 10)
    expect(db.waitingObjectCount).toBe(5)
    db.removeFound(find(db, 'deleted'))
    setString(db, 'overwritten', 'x')
    setField(db, 'permanent', 'f', NO_FIELD_EXPIRY)
    hashAt(db, 'emptied').delete(fromLatin1('f'), 0, 1)
    expect(db.waitingObjectCount).toBe(1)
    db.clear()
    expect(db.waitingObjectCount).toBe(0)
    owner.nowMs = NOW + 10
    expect(expireElements(db, 100)).toBe(0)
    expect(owner.expired).toEqual([])
  })

  it('go with the key when its own time is over too, and stay while nothing may be deleted', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    setField(db, 'a', 'f', NOW + 10)
    db.setExpiry(find(db, 'a'), NOW + 5)
    owner.nowMs = NOW + 10
    owner.canDeleteExpired = false
    expect(expireElements(db, 100)).toBe(0)
    expect(find(db, 'a')).not.toBe(0)
    owner.canDeleteExpired = true
    expireElements(db, 100)
    expect(owner.expired).toEqual(['a'])
    expect([find(db, 'a'), db.waitingObjectCount]).toEqual([0, 0])
  })

  it('may be changed by whoever hears of them', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    for (const key of ['a', 'b', 'c']) setField(db, key, 'f', NOW + 10)
    owner.nowMs = NOW + 10
    owner.heard = () => db.clear()
    expect(expireElements(db, 100)).toBe(1)
    expect([db.size, db.waitingObjectCount]).toEqual([0, 0])
    for (let i = 0; i < 2000; i++) setField(db, `k${i}`, 'f', NOW + 20)
    owner.heard = (_, key) => setField(db, `${key.length}`, 'again', NO_FIELD_EXPIRY)
    owner.nowMs = NOW + 20
    expect(expireElements(db, 5000)).toBe(2000)
    expect([db.size, lookup(db, '2') !== 0, db.waitingObjectCount]).toEqual([4, true, 0])
  })
})
