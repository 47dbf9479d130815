/**
 * Large sorted set: members and scores as records, found by a table, ordered by a counted tree.
 *
 *     record    8 bytes: score, a double, little-endian
 *               member, the rest
 *     order     by score, then by the bytes of the member
 *
 * About 17 bytes a member beyond member and score. The packed form is in keyspace/zset-value.ts, the face of both.
 *
 * Invariant: table and tree hold the same records. Complexity: by member O(1), changes and ranks O(log n).
 */

import { copyBytes } from '@kvasir/protocol'
import type { Arena } from '../structures/arena.ts'
import type { IsBelow } from '../structures/counted-nodes.ts'
import { CountedTree } from '../structures/counted-tree.ts'
import { RecordHeap } from '../structures/record-heap.ts'
import { RecordTable, type Seed } from '../structures/record-table.ts'
import { releaseAll, type ValueObject } from './value-object.ts'

const SCORE_BYTES = 8
/** The objects around the arena's blocks, roughly: this one, its heap, its table and its tree. */
const OBJECT_BYTES = 900

class MemberTable extends RecordTable {
  locateKey(address: number): void {
    this.keyBuf = this.heap.bufOf(address)
    this.keyStart = this.heap.startOf(address) + SCORE_BYTES
    this.keyLength = this.heap.bytesOf(address) - SCORE_BYTES
  }
}

export class ZsetObject implements ValueObject {
  readonly arena: Arena
  readonly #seed: Seed
  readonly #heap: RecordHeap
  readonly #table: MemberTable
  readonly #tree: CountedTree
  /** Whether Redis would still keep it as a listpack. */
  isNominallyPacked: boolean

  constructor(arena: Arena, seed: Seed, isNominallyPacked: boolean) {
    this.arena = arena
    this.#seed = seed
    this.#heap = new RecordHeap(arena)
    this.#table = new MemberTable(this.#heap, seed)
    this.#tree = new CountedTree(arena)
    this.isNominallyPacked = isNominallyPacked
  }

  get encodingName(): string {
    return this.isNominallyPacked ? 'listpack' : 'skiplist'
  }

  get externalBytes(): number {
    return OBJECT_BYTES + this.#heap.externalBytes
  }

  get tableSlots(): number {
    return this.#table.slots
  }

  get arenaBytes(): number {
    return this.#heap.arenaBytes + this.#table.indexBytes + this.#tree.bytes
  }

  get size(): number {
    return this.#table.size
  }

  /** The member's record, or 0. */
  find(member: Uint8Array, start: number, length: number): number {
    return this.#table.find(this.#table.hash(member, start, length), member, start, length)
  }

  /** Lets `memberBuf`, `memberStart` and `memberLength` be a record's. */
  locate(address: number): void {
    this.#table.locateKey(address)
  }

  get memberBuf(): Uint8Array {
    return this.#table.keyBuf
  }

  get memberStart(): number {
    return this.#table.keyStart
  }

  get memberLength(): number {
    return this.#table.keyLength
  }

  scoreOf(address: number): number {
    return this.#heap.doubleAt(address)
  }

  /** Adds a member that is not there. It may not lie in this sorted set. */
  add(member: Uint8Array, start: number, length: number, score: number): void {
    const address = this.#heap.alloc(SCORE_BYTES + length)
    this.#heap.setDouble(address, score)
    copyBytes(member, start, length, this.#heap.bufOf(address), this.#heap.startOf(address) + SCORE_BYTES)
    this.#table.insert(this.#table.hash(member, start, length), address)
    this.#tree.insert(address, prefixOf(score), this.#before(address, score))
  }

  /** Gives the member of a record another score. */
  setScore(address: number, score: number): void {
    const old = this.scoreOf(address)
    // Zero has two signs, which are one place.
    if (old === score) return this.#heap.setDouble(address, score)
    this.#tree.find(address, prefixOf(old), this.#before(address, old))
    this.#heap.setDouble(address, score)
    sought.score = score
    this.#tree.moveFound(prefixOf(score), this.#isBefore)
  }

  /** Makes every zero a positive one: in Redis's listpack zero has no sign. */
  dropZeroSigns(): void {
    const first = this.rankOfScore(0, false)
    this.#tree.walk(first, this.size, false, (address) => {
      if (this.scoreOf(address) !== 0) return false
      this.#heap.setDouble(address, 0)
      return true
    })
  }

  /** Tells of any other record whether it stands before one that has, or gets, this score: until the next call. */
  #before(address: number, score: number): IsBelow {
    sought.address = address
    sought.score = score
    return this.#isBefore
  }

  readonly #isBefore = (item: number): boolean => {
    const { address, score } = sought
    if (item === address) return false
    const other = this.scoreOf(item)
    if (other !== score) return other < score
    const { keyBuf, keyStart, keyLength } = this.#located(address)
    return this.compareMember(item, keyBuf, keyStart, keyLength) < 0
  }

  /** Byte order of a record's member and another one. @returns negative, 0 or positive */
  compareMember(address: number, other: Uint8Array, start: number, length: number): number {
    const buf = this.#heap.bufOf(address)
    const at = this.#heap.startOf(address) + SCORE_BYTES
    const own = this.#heap.bytesOf(address) - SCORE_BYTES
    const common = Math.min(own, length)
    for (let i = 0; i < common; i++) {
      const difference = buf[at + i] - other[start + i]
      if (difference !== 0) return difference
    }
    return own - length
  }

  /** @returns whether the member was there */
  delete(member: Uint8Array, start: number, length: number): boolean {
    const hash = this.#table.hash(member, start, length)
    const address = this.#table.find(hash, member, start, length)
    if (address === 0) return false
    const score = this.scoreOf(address)
    this.#tree.find(address, prefixOf(score), this.#before(address, score))
    this.#tree.removeFound()
    this.#table.removeFound(hash)
    this.#drop(address)
    return true
  }

  /** Takes out `count` members from a rank on. */
  removeRange(rank: number, count: number): void {
    const addresses: number[] = []
    this.#tree.walk(rank, count, false, (address) => addresses.push(address))
    this.#tree.remove(rank, addresses.length)
    for (const address of addresses) {
      const { keyBuf, keyStart, keyLength } = this.#located(address)
      const hash = this.#table.hash(keyBuf, keyStart, keyLength)
      this.#table.find(hash, keyBuf, keyStart, keyLength)
      this.#table.removeFound(hash)
      this.#heap.free(address)
    }
    // Not in between, because moves would change the addresses that are still to go.
    this.#heap.tidy(this.#moved)
  }

  #located(address: number): MemberTable {
    this.#table.locateKey(address)
    return this.#table
  }

  #drop(address: number): void {
    this.#heap.free(address)
    this.#heap.tidy(this.#moved)
  }

  readonly #moved = (from: number, to: number): void => {
    this.#table.relocate(from, to)
    const score = this.scoreOf(to)
    this.#tree.replace(prefixOf(score), this.#before(to, score), from, to)
  }

  /** How many members come before a record's. */
  rankOf(address: number): number {
    const score = this.scoreOf(address)
    return this.#tree.rank(prefixOf(score), this.#before(address, score))
  }

  /** How many members have a lower score. @param orEqual count those with this score too */
  rankOfScore(score: number, orEqual: boolean): number {
    return this.#tree.rank(prefixOf(score), (address) => {
      const other = this.scoreOf(address)
      return other < score || (orEqual && other === score)
    })
  }

  /** How many members come before these bytes, if all have the same score. @param orEqual count these bytes too */
  rankOfLex(bytes: Uint8Array, orEqual: boolean): number {
    if (this.size === 0) return 0
    const limit = orEqual ? 0 : -1
    return this.#tree.rank(
      prefixOf(this.scoreOf(this.at(0))),
      (address) => Math.sign(this.compareMember(address, bytes, 0, bytes.length)) <= limit,
    )
  }

  /** The record with a rank. */
  at(rank: number): number {
    return this.#tree.at(rank)
  }

  /** As `CountedTree.walk`. */
  walk(rank: number, count: number, isReverse: boolean, visit: (address: number) => unknown): void {
    this.#tree.walk(rank, count, isReverse, visit)
  }

  /** As `HashTable.scan`: one bucket's records. */
  scan(cursor: number, visit: (address: number) => void): number {
    return this.#table.scan(cursor, visit)
  }

  copy(arena: Arena): ZsetObject {
    const copy = new ZsetObject(arena, this.#seed, this.isNominallyPacked)
    this.walk(0, this.size, false, (address) => {
      const { keyBuf, keyStart, keyLength } = this.#located(address)
      copy.add(keyBuf, keyStart, keyLength, this.scoreOf(address))
    })
    return copy
  }

  free(): void {
    releaseAll(this.release())
  }

  *release(): Generator<void> {
    yield* this.#heap.release()
    yield* this.#table.release()
    yield* this.#tree.release()
  }

  leaveSegment(segment: number): void {
    this.#heap.leaveSegment(segment)
    this.#table.leaveSegment(segment)
    this.#tree.leaveSegment(segment)
  }
}

/** The record whose place a search means, and its score there. */
const sought = { address: 0, score: 0 }

const single = new Float32Array(1)
const singleBits = new Int32Array(single.buffer)

/** A score's place in the order, as near as a float of 32 bits tells: that as a signed integer in the same order. */
function prefixOf(score: number): number {
  // Zero has two signs, which are one place.
  single[0] = score + 0
  const bits = singleBits[0]
  return bits ^ ((bits >> 31) & 0x7fffffff)
}
