import { describe, expect, it } from 'vitest'
import { type SeededRandom, seeded } from '../structures/_test-random.ts'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { find, KEY_LENGTHS, NOW, Owner, setString, stringAt, Thing, text, VALUE_LENGTHS } from './_test-owner.ts'
import { Database, KEEP_EXPIRY, NO_EXPIRY } from './database.ts'
import { ENCODING_OBJECT, TYPE_MODULE } from './entry.ts'

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
    for (let steps = 0, quiet = 0; steps < 100_000 && quiet < 3; steps++) quiet = db.defragmenter.step() ? 0 : quiet + 1
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
