/**
 * Set value: the set behind a key, whichever of its forms it has now, for one command.
 *
 *     intset      in the entry, while all members are whole numbers
 *     run         of elements, in the entry
 *     large       a SetObject (types/set-object.ts)
 *
 * types/set-form.ts says which of the three Valkey would have; ours is the same, but a set longer than PACKED_BYTES_MAX
 * is large in any case. A SetValue is good from the look-up of its key until something else changes the database, or an
 * event is sent: make it, use it, let it go.
 *
 * A place is where a member is: an intset's index, a run's position, a large set's record. It holds until the set
 * changes.
 */

import { scanBuckets } from '../structures/bucket-scan.ts'
import { element, encoded, readElement } from '../structures/element.ts'
import {
  findElement,
  firstElement,
  nextElement,
  positionInRun,
  RUN_COUNT_BYTES,
  runCount,
} from '../structures/element-run.ts'
import {
  findNumber,
  INTSET_HEADER_BYTES,
  intsetBytes,
  intsetCount,
  intsetWidth,
  numberText,
  numberWidth,
  parseNumber,
  readNumber,
  setIntsetHeader,
  widenIntset,
  widestNumber,
  writeNumber,
} from '../structures/intset.ts'
import {
  FORM_HASHTABLE,
  FORM_INTSET,
  FORM_LISTPACK,
  formExpecting,
  formOfNew,
  formWith,
  type SetForm,
} from '../types/set-form.ts'
import { SetObject } from '../types/set-object.ts'
import { type Database, KEEP_EXPIRY } from './database.ts'
import { ENCODING_INTSET, ENCODING_OBJECT, TYPE_SET } from './entry.ts'
import { PACKED_BYTES_MAX, putRun, splicePacked, spliceRun } from './packed-value.ts'
import { KIND_INTSET, packedSet } from './set-content.ts'

/** How often what is left of a hash table goes into what SPOP took out, for Valkey to make it anew. */
const REBUILD_FACTOR = 5

export type VisitMember = (buf: Uint8Array, start: number, length: number, place: number) => void

export class SetValue {
  readonly #db: Database
  readonly #key: Uint8Array
  readonly #keyStart: number
  readonly #keyLength: number
  #address: number
  #object: SetObject | undefined
  /** Which of the packed forms it has; without a key, the one that it will begin with. */
  #form: SetForm = FORM_INTSET

  /** Bytes of the member that `read` or `sample` found; valid until the next one, or a change. */
  memberBuf: Uint8Array = NO_BYTES
  memberStart = 0
  memberLength = 0

  /**
   * @param address the key's entry, just looked up; 0 for a key that does not exist
   * @param key in a buffer outside the database's arena
   */
  constructor(db: Database, address: number, key: Uint8Array, keyStart: number, keyLength: number) {
    this.#db = db
    this.#address = address
    this.#key = key
    this.#keyStart = keyStart
    this.#keyLength = keyLength
    if (address === 0) return
    const encoding = db.encoding(address)
    if (encoding === ENCODING_OBJECT) this.#object = db.object(address) as SetObject
    else if (encoding !== ENCODING_INTSET) this.#form = FORM_LISTPACK
  }

  /** The large form, if the set has it. */
  get object(): SetObject | undefined {
    return this.#object
  }

  get form(): SetForm {
    return this.#object === undefined ? this.#form : this.#object.form
  }

  get size(): number {
    if (this.#object !== undefined) return this.#object.size
    if (this.#address === 0) return 0
    const db = this.#db
    db.value(this.#address)
    return this.#form === FORM_INTSET ? intsetCount(db.valueBuf, db.valueStart) : runCount(db.valueBuf, db.valueStart)
  }

  has(member: Uint8Array, start: number, length: number): boolean {
    if (this.#object !== undefined) return this.#object.find(member, start, length) !== 0
    return this.#address !== 0 && this.#findPacked(member, start, length) >= 0
  }

  /** Place of a member of a packed set, negative for none; leaves it in `encoded`, or as the parsed number. */
  #findPacked(member: Uint8Array, start: number, length: number): number {
    const db = this.#db
    db.value(this.#address)
    if (this.#form === FORM_INTSET) {
      return parseNumber(member, start, length) ? findNumber(db.valueBuf, db.valueStart) : -1
    }
    encoded.clear()
    encoded.add(member, start, length)
    const end = db.valueStart + db.valueLength
    return findElement(db.valueBuf, firstElement(db.valueStart), end, 1, encoded.buf, encoded.length)
  }

  // --- adding

  /**
   * Tells that up to `expected` members will be added, of which this is the first: a set that is told of many is large
   * from the beginning, as in Valkey.
   */
  expect(expected: number, member: Uint8Array, start: number, length: number): void {
    const { limits } = this.#db.owner
    if (this.#address === 0) {
      this.#form = formOfNew(parseNumber(member, start, length), expected, limits)
      return
    }
    if (this.#object !== undefined) this.#object.expect(limits, expected)
    else if (formExpecting(this.#form, expected, limits) === FORM_HASHTABLE) this.#enlarge(FORM_HASHTABLE)
  }

  /** Adds a member, which may not lie in the database's arena. @returns whether it is new */
  add(member: Uint8Array, start: number, length: number): boolean {
    if (this.#object === undefined) {
      const isNew = this.#addPacked(member, start, length)
      if (isNew !== undefined) return isNew
    }
    const object = this.#object as SetObject
    const before = object.externalBytes
    const isNew = object.addWithin(this.#db.owner.limits, member, start, length)
    this.#db.accountObject(object, before)
    return isNew
  }

  /** @returns undefined, with nothing added, when the set is a large one now */
  #addPacked(member: Uint8Array, start: number, length: number): boolean | undefined {
    const db = this.#db
    if (this.#address !== 0 && this.#findPacked(member, start, length) >= 0) return false
    const { size } = this
    const isNumber = this.#form === FORM_INTSET && parseNumber(member, start, length)
    const leavesIntset = this.#form === FORM_INTSET && !isNumber && size > 0
    const widest = leavesIntset ? widestNumber(db.valueBuf, db.valueStart) : 0
    const form = formWith(this.#form, size, isNumber, length, widest, db.owner.limits)
    if (form === FORM_INTSET) {
      if (this.#insertNumber(size)) return true
    } else if (form === FORM_LISTPACK) {
      if (leavesIntset && !this.#becomeRun()) return undefined
      this.#form = FORM_LISTPACK
      if (this.#append(member, start, length)) return true
    }
    this.#enlarge(form)
    return undefined
  }

  /** Adds the parsed number to the intset. @returns false when that would become too long */
  #insertNumber(size: number): boolean {
    const db = this.#db
    if (this.#address === 0) {
      const width = numberWidth()
      const bytes = intsetBytes(width, 1)
      db.put(0, this.#key, this.#keyStart, this.#keyLength, KIND_INTSET, bytes, KEEP_EXPIRY)
      setIntsetHeader(db.valueBuf, db.valueStart, width, 1)
      writeNumber(db.valueBuf, db.valueStart, 0)
      this.#address = db.find(this.#key, this.#keyStart, this.#keyLength)
      return true
    }
    const width = Math.max(numberWidth(), intsetWidth(db.valueBuf, db.valueStart))
    if (intsetBytes(width, size + 1) > PACKED_BYTES_MAX) return false
    if (width > intsetWidth(db.valueBuf, db.valueStart)) {
      this.#splice(db.valueLength, 0, intsetBytes(width, size) - db.valueLength)
      widenIntset(db.valueBuf, db.valueStart, width)
    }
    const index = -1 - findNumber(db.valueBuf, db.valueStart)
    this.#splice(INTSET_HEADER_BYTES + index * width, 0, width)
    setIntsetHeader(db.valueBuf, db.valueStart, width, size + 1)
    writeNumber(db.valueBuf, db.valueStart, index)
    return true
  }

  #splice(at: number, removed: number, inserted: number): void {
    const key = this.#key
    this.#address = splicePacked(this.#db, this.#address, key, this.#keyStart, this.#keyLength, at, removed, inserted)
  }

  /** Makes the intset a run. @returns false when it had to become a large set */
  #becomeRun(): boolean {
    encoded.clear()
    const { valueBuf, valueStart } = this.#db
    const count = intsetCount(valueBuf, valueStart)
    for (let i = 0; i < count; i++) {
      readNumber(valueBuf, valueStart, i)
      encoded.add(numberText.buf, 0, numberText.length)
    }
    if (encoded.length + RUN_COUNT_BYTES > PACKED_BYTES_MAX) {
      this.#enlarge(FORM_INTSET)
      return false
    }
    this.#address = putRun(this.#db, this.#address, TYPE_SET, this.#key, this.#keyStart, this.#keyLength, encoded)
    return true
  }

  /** Adds a member to the run. @returns false when that would become too long */
  #append(member: Uint8Array, start: number, length: number): boolean {
    const db = this.#db
    encoded.clear()
    encoded.add(member, start, length)
    const key = this.#key
    if (this.#address === 0) {
      if (encoded.length + RUN_COUNT_BYTES > PACKED_BYTES_MAX) return false
      this.#address = putRun(db, 0, TYPE_SET, key, this.#keyStart, this.#keyLength, encoded)
      return true
    }
    db.value(this.#address)
    if (db.valueLength + encoded.length > PACKED_BYTES_MAX) return false
    this.#spliceRun(db.valueLength, 0, 0)
    return true
  }

  /** Makes the packed set a large one. */
  #enlarge(form: SetForm): void {
    const db = this.#db
    const object = new SetObject(db.arena, db.owner, form)
    this.forEach((buf, start, length) => {
      object.add(buf, start, length)
    })
    const key = this.#key
    this.#address = db.putObject(this.#address, key, this.#keyStart, this.#keyLength, TYPE_SET, object, KEEP_EXPIRY)
    this.#object = object
  }

  // --- removing

  /** @returns whether the member was there. When it was the last one, the caller deletes the key. */
  delete(member: Uint8Array, start: number, length: number): boolean {
    const object = this.#object
    if (object !== undefined) {
      const before = object.externalBytes
      const deleted = object.delete(member, start, length)
      this.#db.accountObject(object, before)
      return deleted
    }
    const place = this.#address === 0 ? -1 : this.#findPacked(member, start, length)
    if (place < 0) return false
    this.#deletePacked(place)
    return true
  }

  /** Takes out the member at a place. */
  deleteAt(place: number): void {
    const object = this.#object
    if (object === undefined) {
      this.#db.value(this.#address)
      return this.#deletePacked(place)
    }
    const before = object.externalBytes
    object.deleteAt(place)
    this.#db.accountObject(object, before)
  }

  #deletePacked(place: number): void {
    const db = this.#db
    const { valueBuf, valueStart } = db
    if (this.#form === FORM_INTSET) {
      const width = intsetWidth(valueBuf, valueStart)
      const count = intsetCount(valueBuf, valueStart)
      this.#splice(INTSET_HEADER_BYTES + place * width, width, 0)
      return setIntsetHeader(db.valueBuf, db.valueStart, width, count - 1)
    }
    encoded.clear()
    this.#spliceRun(place - valueStart, nextElement(valueBuf, place) - place, 1)
  }

  #spliceRun(at: number, removedBytes: number, removedCount: number): void {
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

  /**
   * After `count` members were taken out at once: a set that has lost five parts of six is made anew. A hash table
   * becomes a listpack where the limits allow it, and what goes beyond the limits, lowered meanwhile, a hash table.
   */
  shrinkAfter(count: number): void {
    const { form, size } = this
    const { setIntsetEntries, setEntries, setValueBytes } = this.#db.owner.limits
    if (size * REBUILD_FACTOR > count) return
    const fits =
      form === FORM_INTSET ? size <= setIntsetEntries : size <= setEntries && this.#widestMember() <= setValueBytes
    if (fits === (form !== FORM_HASHTABLE)) return
    if (fits) this.#pack(this.#object as SetObject)
    else if (this.#object === undefined) this.#enlarge(FORM_HASHTABLE)
    else this.#object.form = FORM_HASHTABLE
  }

  #widestMember(): number {
    let widest = 0
    this.forEach((_buf, _start, length) => {
      widest = Math.max(widest, length)
    })
    return widest
  }

  /** Makes a large set a listpack, by its name, and if that is not too long, in the entry. */
  #pack(object: SetObject): void {
    const db = this.#db
    object.form = FORM_LISTPACK
    const packed = packedSet(object)
    if (packed === undefined) return
    const { kind, content } = packed
    const address = db.find(this.#key, this.#keyStart, this.#keyLength)
    this.#address = db.put(address, this.#key, this.#keyStart, this.#keyLength, kind, content.length, KEEP_EXPIRY)
    db.valueBuf.set(content, db.valueStart)
    this.#object = undefined
    this.#form = FORM_LISTPACK
  }

  // --- reading

  /** Lets `memberBuf`, `memberStart` and `memberLength` be the member at a place. */
  read(place: number): void {
    if (this.#object !== undefined) {
      this.#object.locate(place)
      const { memberBuf, memberStart, memberLength } = this.#object
      return this.#found(memberBuf, memberStart, memberLength)
    }
    const db = this.#db
    db.value(this.#address)
    if (this.#form === FORM_INTSET) {
      readNumber(db.valueBuf, db.valueStart, place)
      return this.#found(numberText.buf, 0, numberText.length)
    }
    readElement(db.valueBuf, place)
    this.#found(element.buf, element.start, element.length)
  }

  #found(buf: Uint8Array, start: number, length: number): void {
    this.memberBuf = buf
    this.memberStart = start
    this.memberLength = length
  }

  /**
   * Finds a member by `random`, a function that returns 32 random bits; each has the same chance. The set is not empty.
   * @returns its place
   */
  sample(random: () => number): number {
    const place = this.#samplePlace(random)
    this.read(place)
    return place
  }

  #samplePlace(random: () => number): number {
    if (this.#object !== undefined) return this.#object.sample(random)
    const index = Math.floor((random() / 2 ** 32) * this.size)
    return this.#form === FORM_INTSET
      ? index
      : positionInRun(this.#db.valueBuf, firstElement(this.#db.valueStart), index)
  }

  /** Every member's place. */
  places(): Int32Array {
    const places = new Int32Array(this.size)
    let count = 0
    this.forEach((_buf, _start, _length, place) => {
      places[count++] = place
    })
    return places
  }

  /** Visits every member. The set may not change meanwhile; `has` of another set may be asked. */
  forEach(visit: VisitMember): void {
    const object = this.#object
    if (object !== undefined) {
      return object.forEach((record) => {
        object.locate(record)
        visit(object.memberBuf, object.memberStart, object.memberLength, record)
      })
    }
    this.#until((buf, start, length, place) => {
      visit(buf, start, length, place)
      return false
    })
  }

  /**
   * Visits some members: about `count` of a large set, all of a packed one.
   * @param cursor 0 to begin with @returns the next cursor, 0 when all have been visited
   */
  scan(cursor: number, count: number, visit: VisitMember): number {
    const object = this.#object
    // What Redis keeps packed it answers with at once.
    if (object === undefined || object.form !== FORM_HASHTABLE) {
      this.forEach(visit)
      return 0
    }
    return scanBuckets(object, cursor, count, (record) => {
      object.locate(record)
      visit(object.memberBuf, object.memberStart, object.memberLength, record)
    })
  }

  /** As `forEach`, until `visit` returns true. */
  some(visit: (buf: Uint8Array, start: number, length: number, place: number) => boolean): void {
    const object = this.#object
    if (object === undefined) return this.#until(visit)
    let stop = false
    const visitRecord = (record: number): void => {
      if (stop) return
      object.locate(record)
      stop = visit(object.memberBuf, object.memberStart, object.memberLength, record)
    }
    let cursor = 0
    do cursor = object.scan(cursor, visitRecord)
    while (cursor !== 0 && !stop)
  }

  #until(visit: (buf: Uint8Array, start: number, length: number, place: number) => boolean): void {
    if (this.#address === 0) return
    const db = this.#db
    db.value(this.#address)
    const { valueBuf, valueStart } = db
    if (this.#form === FORM_INTSET) {
      const count = intsetCount(valueBuf, valueStart)
      for (let i = 0; i < count; i++) {
        readNumber(valueBuf, valueStart, i)
        if (visit(numberText.buf, 0, numberText.length, i)) return
      }
      return
    }
    const end = valueStart + db.valueLength
    for (let pos = firstElement(valueStart); pos < end; pos = nextElement(valueBuf, pos)) {
      readElement(valueBuf, pos)
      if (visit(element.buf, element.start, element.length, pos)) return
    }
  }
}

const NO_BYTES = new Uint8Array(0)
