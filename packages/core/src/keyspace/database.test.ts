import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_seeded-random.ts'
import { type Arena, KIND_INDEX } from '../structures/arena.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import type { LargeString, ValueObject } from '../types/value-object.ts'
import { Database, KEEP_EXPIRY, type KeyspaceOwner, KIND_STRING_RAW, NO_EXPIRY } from './database.ts'
import {
  ENCODING_INLINE,
  ENCODING_OBJECT,
  ENCODING_RAW,
  ENCODING_SHIFT,
  INLINE_BYTES_MAX,
  TYPE_HASH,
  TYPE_MODULE,
  TYPE_STRING,
} from './entry.ts'

const NOW = 1_700_000_000_000
const KEY_LENGTHS = [0, 1, 10, 255, 256, 4096, 4097, 70_000]
const VALUE_LENGTHS = [0, 1, 20, 255, 256, 5000, 16_200, 16_352, 16_384, 100_000]

class Owner implements KeyspaceOwner {
  nowMs = NOW
  accessClock = 77
  seedLow = 1
  seedHigh = 2
  canDeleteExpired = true
  readonly expired: string[] = []
  readonly failures: unknown[] = []
  readonly discarded: Arena[] = []
  heard: (db: Database, key: Uint8Array) => void = () => {}

  onExpire(db: Database, key: Uint8Array): void {
    this.expired.push(latin1(key))
    this.heard(db, key)
  }

  freeFailed(error: unknown): void {
    this.failures.push(error)
  }

  touched(clock: number): number {
    return clock + 1
  }

  discard(arena: Arena): void {
    this.discarded.push(arena)
  }
}

/** An object that says when it is freed, and may hold a block of an arena. */
class Thing implements ValueObject {
  static live = 0
  readonly id: number
  readonly externalBytes: number
  readonly arena?: Arena
  readonly #block: number = 0

  constructor(id: number, externalBytes: number, arena?: Arena) {
    this.id = id
    this.externalBytes = externalBytes
    if (arena !== undefined) {
      this.arena = arena
      this.#block = arena.alloc(100, KIND_INDEX)
    }
    Thing.live++
  }

  copy(arena: Arena): Thing {
    return new Thing(this.id, this.externalBytes, this.arena === undefined ? undefined : arena)
  }

  free(): void {
    Thing.live--
    this.arena?.free(this.#block)
  }
}

function setString(db: Database, key: string, value: string, expiryMs = NO_EXPIRY): void {
  const bytes = fromLatin1(key)
  const address = db.lookupWrite(bytes, 0, bytes.length)
  db.putString(address, bytes, 0, bytes.length, fromLatin1(value), 0, value.length, expiryMs)
}

function find(db: Database, key: string): number {
  const bytes = fromLatin1(key)
  return db.find(bytes, 0, bytes.length)
}

function lookup(db: Database, key: string): number {
  const bytes = fromLatin1(key)
  return db.lookup(bytes, 0, bytes.length)
}

function stringAt(db: Database, address: number): string {
  db.value(address)
  return latin1(db.valueBuf, db.valueStart, db.valueLength)
}

function text(length: number, salt: string): string {
  return salt.repeat(Math.ceil(length / salt.length)).slice(0, length)
}

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

interface Model {
  /** A string's text, or the id of an object. */
  value: string | number
  expiryMs: number
}

describe('a database', () => {
  it('agrees with a Map after any sequence of changes, moves, expirations and jumps of the clock', () => {
    for (let seed = 1; seed <= 6; seed++) new Comparison(seed).run(3000)
  })

  it('writes new values where they belong though a snapshot reads others meanwhile', () => {
    const db = new Database(0, new Owner())
    for (let i = 0; i < 500; i++) setString(db, `old:${i}`, `old value ${i}`)
    const seen = new Set<string>()
    db.table.startSnapshot((address) => {
      expect(stringAt(db, address)).toBe(latin1(db.keyBytes(address)).replace(':', ' value '))
      seen.add(latin1(db.keyBytes(address)))
    })
    // Enough of them to make regions grow, which hands their keys to the snapshot.
    for (let i = 0; i < 3000; i++) setString(db, `new:${i}`, `new value ${i}`)
    while (db.table.snapshotStep(10)) {}
    expect(seen.size).toBe(500)
    for (let i = 0; i < 500; i++) expect(stringAt(db, find(db, `old:${i}`))).toBe(`old value ${i}`)
    for (let i = 0; i < 3000; i++) expect(stringAt(db, find(db, `new:${i}`))).toBe(`new value ${i}`)
  })

  it('survives the moving of its blocks out of emptying segments', () => {
    const owner = new Owner()
    const db = new Database(0, owner)
    const random = seeded(8)
    for (let i = 0; i < 25_000; i++) {
      setString(db, `key:${i}`, text(3000 + random.below(3000), 'v'), i % 2 === 0 ? NOW + 1000 + i : NO_EXPIRY)
    }
    for (let i = 0; i < 25_000; i++) if (i % 16 !== 0 && i % 16 !== 1) db.removeFound(find(db, `key:${i}`))
    const reserved = db.arena.reservedBytes
    // A step says no when it is done with a segment, too.
    for (let steps = 0, quiet = 0; steps < 100_000 && quiet < 3; steps++) quiet = db.defragStep() ? 0 : quiet + 1
    expect(db.arena.reservedBytes).toBeLessThan(reserved * 0.7)
    for (let i = 0; i < 25_000; i++) {
      const address = find(db, `key:${i}`)
      expect(address !== 0).toBe(i % 16 === 0 || i % 16 === 1)
      if (address !== 0) expect(latin1(db.keyBytes(address))).toBe(`key:${i}`)
    }
    owner.nowMs = NOW + 1_000_000
    while (db.expireDue(1000) >= 1000) {}
    expect(db.wheel.size).toBe(0)
    expect(owner.expired).toHaveLength(Math.ceil(25_000 / 16))
  })
})

/** A database and a Map that are changed alike. */
class Comparison {
  readonly owner = new Owner()
  readonly db = new Database(0, this.owner)
  readonly model = new Map<string, Model>()
  readonly random: SeededRandom
  readonly names: string[]
  readonly #empty = this.db.usedBytes
  readonly #liveBefore = Thing.live
  #snapshot: Map<string, string> | undefined

  constructor(seed: number) {
    this.random = seeded(seed)
    this.names = Array.from({ length: 150 }, (_, i) => {
      const length = this.random.below(8) === 0 ? KEY_LENGTHS[this.random.below(KEY_LENGTHS.length)] : 10
      return `${text(length, `${i},`)}${i}`
    })
  }

  run(steps: number): void {
    for (let step = 0; step < steps; step++) {
      this.#change()
      if (step % 100 === 0) this.#checkAll()
      if (step % 500 === 250) this.#beginSnapshot()
      if (this.#snapshot !== undefined && !this.db.table.snapshotStep(1)) this.#endSnapshot()
    }
    while (this.db.table.snapshotStep(100)) {}
    if (this.#snapshot !== undefined) this.#endSnapshot()
    this.#checkAll()
    for (const key of this.model.keys()) this.db.removeFound(find(this.db, key))
    expect(this.db.size).toBe(0)
    expect(this.db.usedBytes - this.#empty).toBeLessThan(1000)
    expect([this.db.objectBytes, this.db.wheel.size, Thing.live]).toEqual([0, 0, this.#liveBefore])
  }

  #name(): string {
    return this.names[this.random.below(this.names.length)]
  }

  #expiry(): number {
    return this.random.below(2) === 0 ? NO_EXPIRY : this.owner.nowMs + 1 + this.random.below(2 ** this.random.below(30))
  }

  /** The key's entry in both; what expired is gone from both. */
  #open(key: string): { readonly address: number; readonly entry: Model | undefined } {
    const bytes = fromLatin1(key)
    const address = this.db.lookupWrite(bytes, 0, bytes.length)
    let entry = this.model.get(key)
    if (entry !== undefined && entry.expiryMs !== NO_EXPIRY && entry.expiryMs <= this.owner.nowMs) {
      this.model.delete(key)
      entry = undefined
    }
    expect(address !== 0).toBe(entry !== undefined)
    return { address, entry }
  }

  #change(): void {
    const { random, owner, db, model } = this
    const key = this.#name()
    const action = random.below(20)
    if (action < 6) this.#setString(key)
    else if (action < 8) this.#setObject(key)
    else if (action < 10) this.#setExpiry(key)
    else if (action < 12) {
      const { address } = this.#open(key)
      if (address !== 0) db.removeFound(address)
      model.delete(key)
    } else if (action < 14) this.#resize(key)
    else if (action < 17) this.#transfer(key, this.#name(), random.below(2) === 0)
    else if (action === 17) owner.nowMs += random.below(2 ** random.below(28))
    else if (action === 18) owner.nowMs = Math.max(NOW, owner.nowMs - random.below(2 ** random.below(20)))
    else this.#expireDue()
  }

  #setString(key: string): void {
    const length = this.random.below(4) === 0 ? VALUE_LENGTHS[this.random.below(VALUE_LENGTHS.length)] : 12
    const value = text(length, `${this.random.below(1000)};`)
    const { entry } = this.#open(key)
    const keep = entry !== undefined && this.random.below(3) === 0
    const expiryMs = keep ? entry.expiryMs : this.#expiry()
    setString(this.db, key, value, keep ? KEEP_EXPIRY : expiryMs)
    this.model.set(key, { value, expiryMs })
  }

  #setObject(key: string): void {
    const { address } = this.#open(key)
    const bytes = fromLatin1(key)
    const id = this.random.below(100_000)
    const expiryMs = this.#expiry()
    const thing = new Thing(id, id, id % 2 === 0 ? this.db.arena : undefined)
    this.db.putObject(address, bytes, 0, bytes.length, TYPE_MODULE, thing, expiryMs)
    this.model.set(key, { value: id, expiryMs })
  }

  #setExpiry(key: string): void {
    const { address, entry } = this.#open(key)
    if (entry === undefined) return
    entry.expiryMs = this.#expiry()
    this.db.setExpiry(address, entry.expiryMs)
  }

  #resize(key: string): void {
    const { address, entry } = this.#open(key)
    if (entry === undefined || typeof entry.value === 'number') return
    const length = VALUE_LENGTHS[this.random.below(VALUE_LENGTHS.length)]
    const bytes = fromLatin1(key)
    this.db.resizeString(address, bytes, 0, bytes.length, length)
    entry.value = entry.value.slice(0, length).padEnd(length, '\0')
  }

  #transfer(from: string, to: string, copies: boolean): void {
    if (from === to || this.#open(from).address === 0) return
    const { db, model } = this
    const entry = model.get(from) as Model
    this.#open(to)
    const { address } = this.#open(from)
    const value = copies ? db.copyValue(address, db) : db.takeFound(address)
    if (!copies) model.delete(from)
    const bytes = fromLatin1(to)
    db.putValue(db.lookupWrite(bytes, 0, bytes.length), bytes, 0, bytes.length, value)
    model.set(to, { ...entry })
  }

  #expireDue(): void {
    while (this.db.expireDue(10) >= 10) {}
    for (const [key, { expiryMs }] of this.model) {
      if (expiryMs !== NO_EXPIRY && expiryMs <= this.owner.nowMs) this.model.delete(key)
    }
    expect(this.db.size).toBe(this.model.size)
  }

  #read(key: string): string {
    const { db } = this
    const address = find(db, key)
    const isObject = db.encoding(address) === ENCODING_OBJECT && db.type(address) === TYPE_MODULE
    return isObject ? `object ${(db.object(address) as Thing).id}` : stringAt(db, address)
  }

  #checkAll(): void {
    const { db, model } = this
    expect(db.size).toBe(model.size)
    let withTime = 0
    let external = 0
    let things = 0
    for (const [key, { value, expiryMs }] of model) {
      if (find(db, key) === 0) expect(key).toBe('found')
      expect(this.#read(key)).toBe(typeof value === 'number' ? `object ${value}` : value)
      expect(db.expiryMs(find(db, key))).toBe(expiryMs)
      if (expiryMs !== NO_EXPIRY) withTime++
      if (typeof value === 'number') things++
      const address = find(db, key)
      if (db.encoding(address) === ENCODING_OBJECT) external += db.object(address).externalBytes
      if (key.length > 4096 || (typeof value === 'string' && value.length < 20_000 && isOutside(db, address, key))) {
        external += key.length
      }
    }
    expect([db.wheel.size, Thing.live - this.#liveBefore, db.objectBytes]).toEqual([withTime, things, external])
  }

  #beginSnapshot(): void {
    const { db, model } = this
    if (this.#snapshot !== undefined) return
    this.#snapshot = new Map([...model.keys()].map((key) => [key, this.#read(key)]))
    const expected = this.#snapshot
    db.table.startSnapshot((address) => {
      const key = latin1(db.keyBytes(address))
      const isObject = db.type(address) === TYPE_MODULE
      const value = isObject ? `object ${(db.object(address) as Thing).id}` : stringAt(db, address)
      expect([key, value]).toEqual([key, expected.get(key)])
      expected.delete(key)
    })
  }

  #endSnapshot(): void {
    expect(this.#snapshot?.size).toBe(0)
    this.#snapshot = undefined
  }
}

/** Whether a key that is short enough for its entry was put outside all the same. */
function isOutside(db: Database, address: number, key: string): boolean {
  return key.length <= 4096 && db.keyBytes(address).buffer !== db.arena.u8[address >>> 22].buffer
}
