/**
 * Hash value: the hash behind a key, whichever of its two forms it has now, for one command.
 *
 *     packed    a counted run of elements in the entry: field, value, field, value ...
 *     large     a HashObject (types/hash-object.ts)
 *
 * A hash becomes large when it outgrows Redis's limits or PACKED_BYTES_MAX, or one of its fields is to expire, and
 * stays so. A field whose time is over is not found, not visited, and new when it is set; only `size` counts it until
 * it is taken out, as in Valkey.
 *
 * It is good from the look-up of its key until something else changes the database, or an event is sent: open it, use
 * it, let it go. A database has one, which every command opens anew, so that none of them makes an object.
 */

import { scanBuckets } from '../structures/bucket-scan.ts'
import { element, encoded, readElement } from '../structures/element.ts'
import { findElement, firstElement, nextElement, positionInRun, runCount } from '../structures/element-run.ts'
import { HashObject, NO_FIELD_EXPIRY } from '../types/hash-object.ts'
import { type Database, KEEP_EXPIRY } from './database.ts'
import { ENCODING_OBJECT, TYPE_HASH } from './entry.ts'
import { PACKED_BYTES_MAX, putRun, spliceRun } from './packed-value.ts'

export class HashValue {
  readonly #db: Database
  #key: Uint8Array = NO_BYTES
  #keyStart = 0
  #keyLength = 0
  #address = 0
  #object: HashObject | undefined

  /** Bytes of the value that was found last; valid until the next change. */
  valueBuf: Uint8Array = NO_BYTES
  valueStart = 0
  valueLength = 0
  /** Fields that `set` found with their time over, and counted as new. */
  expiredCount = 0
  #record = 0

  /**
   * @param address the key's entry, just looked up; 0 for a key that is to be created
   * @param key in a buffer outside the database's arena
   */
  constructor(db: Database, address: number, key: Uint8Array, keyStart: number, keyLength: number) {
    this.#db = db
    this.#open(address, key, keyStart, keyLength)
  }

  /** As the constructor, but makes no object: the database's own one is opened anew. */
  static at(db: Database, address: number, key: Uint8Array, keyStart: number, keyLength: number): HashValue {
    const hash = db.hashValue
    if (hash !== undefined) {
      hash.#open(address, key, keyStart, keyLength)
      return hash
    }
    db.hashValue = new HashValue(db, address, key, keyStart, keyLength)
    return db.hashValue
  }

  #open(address: number, key: Uint8Array, keyStart: number, keyLength: number): void {
    const db = this.#db
    this.#address = address
    this.#key = key
    this.#keyStart = keyStart
    this.#keyLength = keyLength
    this.#object =
      address !== 0 && db.encoding(address) === ENCODING_OBJECT ? (db.object(address) as HashObject) : undefined
    this.expiredCount = 0
  }

  /** The large form, if the hash has it. */
  get object(): HashObject | undefined {
    return this.#object
  }

  /** Fields that are visible. */
  get liveCount(): number {
    const object = this.#object
    if (object === undefined || object.volatileCount === 0) return this.size
    return object.size - object.expiredCount(this.#nowMs)
  }

  /** Fields, with those whose time is over but that are still there. */
  get size(): number {
    if (this.#object !== undefined) return this.#object.size
    if (this.#address === 0) return 0
    this.#db.value(this.#address)
    return runCount(this.#db.valueBuf, this.#db.valueStart) >> 1
  }

  /** What fields' times are compared with; for who sees what is over, before all of them. */
  get #nowMs(): number {
    const { owner } = this.#db
    return owner.seesExpired ? 0 : owner.nowMs
  }

  /** Whether the field is there; then `valueBuf`, `valueStart` and `valueLength` are its value's. */
  find(field: Uint8Array, start: number, length: number): boolean {
    if (this.#object !== undefined) {
      const address = this.#object.find(field, start, length)
      if (address === 0) return false
      if (this.#object.volatileCount > 0 && this.#object.isExpired(address, this.#nowMs)) return false
      this.#record = address
      this.#object.locate(address)
      this.#found(this.#object.fieldBuf, this.#object.valueStart, this.#object.valueLength)
      return true
    }
    const pos = this.#findPacked(field, start, length)
    if (pos < 0) return false
    readElement(this.#db.valueBuf, nextElement(this.#db.valueBuf, pos))
    this.#found(element.buf, element.start, element.length)
    return true
  }

  /** The expiry of the field that was found last, ms since the epoch, or NO_FIELD_EXPIRY. */
  get foundExpiryMs(): number {
    return this.#object === undefined ? NO_FIELD_EXPIRY : this.#object.expiryMs(this.#record)
  }

  #found(buf: Uint8Array, start: number, length: number): void {
    this.valueBuf = buf
    this.valueStart = start
    this.valueLength = length
  }

  /** Position of a field in the run, or -1; leaves the field in `encoded`. */
  #findPacked(field: Uint8Array, start: number, length: number): number {
    if (this.#address === 0) return -1
    const db = this.#db
    db.value(this.#address)
    encoded.clear()
    encoded.add(field, start, length)
    const end = db.valueStart + db.valueLength
    return findElement(db.valueBuf, firstElement(db.valueStart), end, 2, encoded.buf, encoded.length)
  }

  /** Tells that `count` fields will be set: a hash told of too many is large from the beginning, as in Valkey. */
  expect(count: number): void {
    if (count <= this.#db.owner.limits.hashEntries) return
    if (this.#object === undefined) this.#enlarge()
    const object = this.#object as HashObject
    object.isNominallyPacked = false
  }

  /**
   * Gives a field a value; neither may lie in the database's arena.
   * @param expiryMs a time, NO_FIELD_EXPIRY or KEEP_FIELD_EXPIRY
   * @returns whether the field is new
   */
  set(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
    expiryMs = NO_FIELD_EXPIRY,
  ): boolean {
    const { limits } = this.#db.owner
    const long = fieldLength > limits.hashValueBytes || valueLength > limits.hashValueBytes
    if (this.#object === undefined) {
      if (!long && expiryMs < 0) {
        const isNew = this.#setPacked(field, fieldStart, fieldLength, value, valueStart, valueLength)
        if (isNew !== undefined) return isNew
      }
      this.#enlarge()
    }
    const object = this.#object as HashObject
    const before = object.externalBytes
    if (object.volatileCount > 0) this.#dropExpired(object, field, fieldStart, fieldLength)
    const isNew = object.set(field, fieldStart, fieldLength, value, valueStart, valueLength, expiryMs)
    if (long || expiryMs >= 0 || object.size > limits.hashEntries) object.isNominallyPacked = false
    this.#changed(object, before)
    return isNew
  }

  #dropExpired(object: HashObject, field: Uint8Array, start: number, length: number): void {
    const address = object.find(field, start, length)
    if (address === 0 || !object.isExpired(address, this.#db.owner.nowMs)) return
    object.delete(field, start, length)
    this.expiredCount++
  }

  #changed(object: HashObject, externalBytesBefore: number): void {
    this.#db.accountObject(object, externalBytesBefore)
    if (object.volatileCount > 0 || object.expiryPlace >= 0) this.#db.elementsRetimed(object)
  }

  /** Gives a field that `find` finds an expiry, or with NO_FIELD_EXPIRY none; its name may not lie in the arena. */
  setExpiry(field: Uint8Array, start: number, length: number, expiryMs: number): void {
    if (this.#object === undefined) {
      if (expiryMs < 0) return
      this.#enlarge()
    }
    const object = this.#object as HashObject
    const before = object.externalBytes
    object.setExpiry(field, start, length, expiryMs)
    if (expiryMs >= 0) object.isNominallyPacked = false
    this.#changed(object, before)
  }

  /** @returns undefined, with nothing changed, when the run would grow too long */
  #setPacked(
    field: Uint8Array,
    fieldStart: number,
    fieldLength: number,
    value: Uint8Array,
    valueStart: number,
    valueLength: number,
  ): boolean | undefined {
    const db = this.#db
    const { hashEntries } = db.owner.limits
    if (this.#address === 0) {
      if (hashEntries === 0) return undefined
      encoded.clear()
      encoded.add(field, fieldStart, fieldLength)
      encoded.add(value, valueStart, valueLength)
      if (encoded.length > PACKED_BYTES_MAX) return undefined
      this.#address = putRun(db, 0, TYPE_HASH, this.#key, this.#keyStart, this.#keyLength, encoded)
      return true
    }
    const pos = this.#findPacked(field, fieldStart, fieldLength)
    const size = runCount(db.valueBuf, db.valueStart) >> 1
    if (pos < 0) {
      encoded.add(value, valueStart, valueLength)
      if (size >= hashEntries || db.valueLength + encoded.length > PACKED_BYTES_MAX) return undefined
      this.#splice(db.valueLength, 0, 0)
      return true
    }
    // The limit may have been lowered since.
    if (size > hashEntries) return undefined
    const at = nextElement(db.valueBuf, pos)
    const removed = nextElement(db.valueBuf, at) - at
    encoded.clear()
    encoded.add(value, valueStart, valueLength)
    if (db.valueLength - removed + encoded.length > PACKED_BYTES_MAX) return undefined
    this.#splice(at - db.valueStart, removed, 1)
    return false
  }

  #splice(at: number, removedBytes: number, removedCount: number): void {
    this.#address = spliceRun(
      this.#db,
      this.#address,
      this.#key,
      this.#keyStart,
      this.#keyLength,
      at,
      removedBytes,
      removedCount,
      encoded,
    )
  }

  /** Makes the packed hash a large one. */
  #enlarge(): void {
    const db = this.#db
    const object = new HashObject(db.arena, db.owner, true)
    this.forEach((fieldBuf, fieldStart, fieldLength, buf, start, length) => {
      object.set(fieldBuf, fieldStart, fieldLength, buf, start, length)
    })
    const address = this.#address
    this.#address = db.putObject(address, this.#key, this.#keyStart, this.#keyLength, TYPE_HASH, object, KEEP_EXPIRY)
    this.#object = object
  }

  /**
   * Takes a field out that `find` would find.
   * @returns whether it was there. When it was the last one, `size` being 0, the caller deletes the key.
   */
  delete(field: Uint8Array, start: number, length: number): boolean {
    const object = this.#object
    if (object !== undefined) {
      if (object.volatileCount > 0 && !this.find(field, start, length)) return false
      const before = object.externalBytes
      const deleted = object.delete(field, start, length)
      this.#changed(object, before)
      return deleted
    }
    const pos = this.#findPacked(field, start, length)
    if (pos < 0) return false
    const { valueBuf, valueStart } = this.#db
    encoded.clear()
    this.#splice(pos - valueStart, nextElement(valueBuf, nextElement(valueBuf, pos)) - pos, 2)
    return true
  }

  /**
   * Where the visible fields are, for `visitAt`: in the table's order or the run's; valid until the next change.
   */
  positions(): Int32Array {
    const positions = new Int32Array(this.size)
    let count = 0
    const object = this.#object
    if (object !== undefined) {
      const nowMs = this.#nowMs
      object.forEach((address) => {
        if (!object.isExpired(address, nowMs)) positions[count++] = address
      })
      return positions.subarray(0, count)
    }
    if (this.#address === 0) return positions
    const db = this.#db
    db.value(this.#address)
    const { valueBuf } = db
    for (let pos = firstElement(db.valueStart); count < positions.length; ) {
      positions[count++] = pos
      pos = nextElement(valueBuf, nextElement(valueBuf, pos))
    }
    return positions
  }

  /** Where a visible field is that `random`, a function that returns 32 random bits, chose. There must be one. */
  sample(random: () => number): number {
    const object = this.#object
    if (object === undefined) {
      this.#db.value(this.#address)
      const { valueBuf, valueStart } = this.#db
      return positionInRun(valueBuf, firstElement(valueStart), 2 * (random() % this.size))
    }
    const nowMs = this.#nowMs
    for (let attempt = 0; attempt < SAMPLE_ATTEMPTS_MAX; attempt++) {
      const address = object.sample(random)
      if (!object.isExpired(address, nowMs)) return address
    }
    const positions = this.positions()
    return positions[random() % positions.length]
  }

  /** Visits the field at a position. */
  visitAt(position: number, visit: VisitField): void {
    const object = this.#object
    if (object !== undefined) return visitRecord(object, position, visit)
    visitPair(this.#db.valueBuf, position, visit)
  }

  /**
   * Visits some visible fields.
   * @param cursor 0 to begin, then what the last call returned
   * @param count how many to look at, at least
   * @returns the next cursor, 0 at the end
   */
  scan(cursor: number, count: number, visit: VisitField): number {
    const object = this.#object
    // What Redis keeps as a listpack it answers with at once.
    if (object === undefined || object.isNominallyPacked) {
      this.forEach(visit)
      return 0
    }
    const nowMs = this.#nowMs
    return scanBuckets(object, cursor, count, (address) => {
      if (!object.isExpired(address, nowMs)) visitRecord(object, address, visit)
    })
  }

  /**
   * Visits every visible field and its value, in the order of the run or of the table. The hash may not change
   * meanwhile.
   */
  forEach(visit: VisitField): void {
    const object = this.#object
    if (object !== undefined) {
      const nowMs = object.volatileCount === 0 ? 0 : this.#nowMs
      return object.forEach((address) => {
        if (nowMs !== 0 && object.isExpired(address, nowMs)) return
        visitRecord(object, address, visit)
      })
    }
    if (this.#address === 0) return
    const db = this.#db
    db.value(this.#address)
    const { valueBuf } = db
    const end = db.valueStart + db.valueLength
    for (let pos = firstElement(db.valueStart); pos < end; ) {
      visitPair(valueBuf, pos, visit)
      pos = nextElement(valueBuf, nextElement(valueBuf, pos))
    }
  }
}

/** Most fields that a random choice looks at when it meets none but expired ones. */
const SAMPLE_ATTEMPTS_MAX = 100

function visitRecord(object: HashObject, address: number, visit: VisitField): void {
  object.locate(address)
  const { fieldBuf, fieldStart, fieldLength, valueStart, valueLength } = object
  visit(fieldBuf, fieldStart, fieldLength, fieldBuf, valueStart, valueLength)
}

function visitPair(buf: Uint8Array, pos: number, visit: VisitField): void {
  readElement(buf, pos)
  // The text of a number is overwritten when the next one is read.
  const field = element.buf === buf ? buf : element.buf.slice(0, element.length)
  const { start, length } = element
  readElement(buf, nextElement(buf, pos))
  visit(field, start, length, element.buf, element.start, element.length)
}

export type VisitField = (
  fieldBuf: Uint8Array,
  fieldStart: number,
  fieldLength: number,
  valueBuf: Uint8Array,
  valueStart: number,
  valueLength: number,
) => void

const NO_BYTES = new Uint8Array(0)
