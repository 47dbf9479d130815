/** What a search found: members copied out of the sorted set, with their scores and distances. */

import type { Call } from '../../engine/call.ts'
import type { ZsetValue } from '../../keyspace/zset-value.ts'
import { decode, hashOf, place } from '../../structures/geohash.ts'
import { buildZset, storeResult } from '../sorted-set/_store.ts'
import { type Area, cellsOf } from './_area.ts'
import { replyDistance, replyPlace } from './_coordinates.ts'

const BYTES_FIRST = 1024

export interface ReplyOptions {
  readonly withDistance: boolean
  readonly withHash: boolean
  readonly withPlace: boolean
}

export class Matches {
  /** In metres. */
  readonly #distances: number[] = []
  readonly #scores: number[] = []
  /** Members one behind the other, and where each ends. */
  #bytes = new Uint8Array(BYTES_FIRST)
  readonly #ends: number[] = []
  /** The matches to answer with. */
  #order: number[] = []

  get size(): number {
    return this.#order.length
  }

  /** Adds the members of a sorted set that lie in an area, at most `limit`. */
  collect(zset: ZsetValue, area: Area, limit: number): void {
    for (const { from, to } of cellsOf(area)) {
      const rank = zset.rankOfScore(from, false)
      const count = zset.rankOfScore(to, false) - rank
      zset.walk(rank, count, false, (buf, start, length, score) => {
        decode(score)
        const metres = area.distanceWithin(place.longitude, place.latitude)
        if (metres >= 0) this.#add(buf, start, length, score, metres)
        return this.size < limit
      })
      if (this.size >= limit) return
    }
  }

  #add(buf: Uint8Array, start: number, length: number, score: number, metres: number): void {
    const at = this.#start(this.size)
    if (at + length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bytes.length, at + length))
      grown.set(this.#bytes)
      this.#bytes = grown
    }
    for (let i = 0; i < length; i++) this.#bytes[at + i] = buf[start + i]
    this.#order.push(this.size)
    this.#ends.push(at + length)
    this.#scores.push(score)
    this.#distances.push(metres)
  }

  #start(match: number): number {
    return match === 0 ? 0 : this.#ends[match - 1]
  }

  /** Puts the nearest first, or the farthest, and keeps `limit` of them. */
  sort(isDescending: boolean, limit: number): void {
    const distances = this.#distances
    this.#order.sort((a, b) => (isDescending ? distances[b] - distances[a] : distances[a] - distances[b]))
    this.#order = this.#order.slice(0, limit)
  }

  /** @param unit metres of the unit of distances */
  reply(call: Call, unit: number, { withDistance, withHash, withPlace }: ReplyOptions): void {
    const { reply: out } = call
    const parts = 1 + Number(withDistance) + Number(withHash) + Number(withPlace)
    out.array(this.size)
    for (const match of this.#order) {
      const start = this.#start(match)
      if (parts > 1) out.array(parts)
      out.bulk(this.#bytes, start, this.#ends[match] - start)
      if (withDistance) replyDistance(out, this.#distances[match] / unit)
      if (withHash) out.bigInteger(hashOf(this.#scores[match]))
      if (withPlace) {
        decode(this.#scores[match])
        replyPlace(out, place.longitude, place.latitude)
      }
    }
  }

  /** Stores them at the key at `index`, with their own scores or with distances for scores, and answers how many. */
  store(call: Call, index: number, event: string, asDistances: boolean, unit: number): void {
    const result = buildZset(call, (built) => {
      for (const match of this.#order) {
        const start = this.#start(match)
        const score = asDistances ? this.#distances[match] / unit : this.#scores[match]
        built.add(this.#bytes, start, this.#ends[match] - start, score)
      }
    })
    storeResult(call, result, event, index)
  }
}
