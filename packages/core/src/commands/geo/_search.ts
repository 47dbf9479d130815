/** GEOSEARCH, GEORADIUS and their like: one search, of which each command has its own words. */

import type { Call } from '../../engine/call.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { ZsetValue } from '../../keyspace/zset-value.ts'
import { decode, place } from '../../structures/geohash.ts'
import { rankArgument } from '../sorted-set/_range.ts'
import { readZset } from '../sorted-set/_zset.ts'
import { type Area, box, circle, polygon } from './_area.ts'
import { given, numberArgument, readPlace, readUnit } from './_coordinates.ts'
import { Matches } from './_matches.ts'

const VERTICES_MIN = 3
const INT32_MAX = 2 ** 31 - 1

/** The words of a command, which stand behind the keys. */
export interface SearchGrammar {
  /** Index of the sorted set's key. */
  readonly source: number
  /** What stands in front of the radius in GEORADIUS and GEORADIUSBYMEMBER; GEOSEARCH has it all in options. */
  readonly centre?: 'place' | 'member'
  /** Index of the key to store at; 0 for none; STORE and STOREDIST of GEORADIUS name one. */
  readonly destination: number
  readonly hasStore: boolean
  readonly event: string
}

class Search {
  readonly call: Call
  readonly grammar: SearchGrammar
  readonly zset: ZsetValue
  from: 'none' | 'place' | 'member' = 'none'
  shape: 'none' | 'circle' | 'box' | 'polygon' = 'none'
  longitude = 0
  latitude = 0
  /** In the unit given. */
  radius = 0
  width = 0
  height = 0
  longitudes: number[] = []
  latitudes: number[] = []
  /** Metres. */
  unit = 1
  withDistance = false
  withHash = false
  withPlace = false
  /** 0 for all. */
  count = 0
  isAny = false
  order: 'none' | 'ascending' | 'descending' = 'none'
  destination: number
  storesDistances = false

  constructor(call: Call, grammar: SearchGrammar, zset: ZsetValue) {
    this.call = call
    this.grammar = grammar
    this.zset = zset
    this.destination = grammar.destination
  }

  /** @returns false after the error */
  fail(text: string): false {
    this.call.reply.error(text)
    return false
  }

  get isMissing(): boolean {
    return this.zset.size === 0
  }

  /** The words in front of the options. @returns the index behind them, -1 after the error */
  readHead(): number {
    const { centre, source, destination } = this.grammar
    const behindKeys = Math.max(source, destination) + 1
    if (centre === undefined) return behindKeys
    this.from = centre
    this.shape = 'circle'
    if (centre === 'place') {
      const isRead = this.takePlace(behindKeys) && this.takeRadius(behindKeys + 2)
      return isRead ? behindKeys + 4 : -1
    }
    // As in Redis, which has nothing to ask for the member then.
    if (this.isMissing) return behindKeys + 3
    const isRead = this.takeMember(behindKeys) && this.takeRadius(behindKeys + 1)
    return isRead ? behindKeys + 3 : -1
  }

  takePlace(index: number): boolean {
    if (!readPlace(this.call, index)) return false
    this.longitude = given.longitude
    this.latitude = given.latitude
    return true
  }

  takeMember(index: number): boolean {
    const { call, zset } = this
    if (this.isMissing) return true
    if (!zset.find(call.buf, call.starts[index], call.lengths[index])) {
      return this.fail(`ERR member ${call.argLatin1(index)} does not exist`)
    }
    decode(zset.score)
    this.longitude = place.longitude
    this.latitude = place.latitude
    return true
  }

  takeRadius(index: number): boolean {
    this.radius = numberArgument(this.call, index)
    if (Number.isNaN(this.radius)) return this.fail('ERR need numeric radius')
    if (this.radius < 0) return this.fail('ERR radius cannot be negative')
    return this.takeUnit(index + 1)
  }

  takeBox(index: number): boolean {
    this.width = numberArgument(this.call, index)
    if (Number.isNaN(this.width)) return this.fail('ERR need numeric width')
    this.height = numberArgument(this.call, index + 1)
    if (Number.isNaN(this.height)) return this.fail('ERR need numeric height')
    if (this.width < 0 || this.height < 0) return this.fail('ERR height or width cannot be negative')
    return this.takeUnit(index + 2)
  }

  takeUnit(index: number): boolean {
    this.unit = readUnit(this.call, index)
    return this.unit > 0
  }

  /** @returns the words behind the count, -1 after the error */
  takePolygon(index: number): number {
    const vertices = rankArgument(this.call, index)
    if (!(vertices >= -INT32_MAX - 1 && vertices <= INT32_MAX)) this.fail('ERR invalid number of vertices')
    else if (vertices < VERTICES_MIN || index + 2 * vertices >= this.call.argc) {
      this.fail('ERR GEOSEARCH BYPOLYGON must have at least 3 vertices')
    } else {
      this.longitudes = []
      this.latitudes = []
      for (let i = 0; i < vertices; i++) {
        if (!readPlace(this.call, index + 1 + 2 * i)) return -1
        this.longitudes.push(given.longitude)
        this.latitudes.push(given.latitude)
      }
      return 2 * vertices
    }
    return -1
  }

  takeCount(index: number): boolean {
    this.count = rankArgument(this.call, index)
    if (Number.isNaN(this.count)) return this.fail(ERRORS.notInteger)
    return this.count > 0 || this.fail('ERR COUNT must be > 0')
  }

  get area(): Area {
    const { longitude, latitude, unit } = this
    if (this.shape === 'polygon') return polygon(this.longitudes, this.latitudes)
    if (this.shape === 'box') return box(longitude, latitude, this.width * unit, this.height * unit)
    return circle(longitude, latitude, this.radius * unit)
  }
}

/** Runs a search and answers, or stores what it found. */
export function search(call: Call, grammar: SearchGrammar): void {
  const zset = readZset(call, grammar.source)
  if (zset === undefined) return
  const query = new Search(call, grammar, zset)
  const index = query.readHead()
  if (index < 0 || !readOptions(query, index) || !isComplete(query)) return
  const matches = new Matches()
  const limit = query.count === 0 ? Infinity : query.count
  if (!query.isMissing) matches.collect(zset, query.area, query.isAny ? limit : Infinity)
  // Some of them are the nearest ones, unless any will do.
  const isSorted = query.order !== 'none' || (query.count > 0 && !query.isAny)
  if (isSorted) matches.sort(query.order === 'descending', limit)
  if (query.destination > 0) {
    matches.store(call, query.destination, grammar.event, query.storesDistances, query.unit)
  } else matches.reply(call, query.unit, query)
}

/** @returns false after the error */
function readOptions(query: Search, index: number): boolean {
  for (let i = index; i < query.call.argc; ) {
    let words = readReplyOption(query, i)
    if (words === 0) words = query.grammar.centre === undefined ? readSearchOption(query, i) : readStore(query, i)
    if (words < 0) return false
    if (words === 0) return query.fail(ERRORS.syntax)
    i += words
  }
  return true
}

/** Words that all have. @returns how many the option takes, 0 when it is none, -1 after another error */
function readReplyOption(query: Search, i: number): number {
  const { call } = query
  if (call.argIs(i, 'withdist')) query.withDistance = true
  else if (call.argIs(i, 'withhash')) query.withHash = true
  else if (call.argIs(i, 'withcoord')) query.withPlace = true
  else if (call.argIs(i, 'any')) query.isAny = true
  else if (call.argIs(i, 'asc')) query.order = 'ascending'
  else if (call.argIs(i, 'desc')) query.order = 'descending'
  else if (call.argIs(i, 'count') && i + 1 < call.argc) return query.takeCount(i + 1) ? 2 : -1
  else return 0
  return 1
}

/** STORE and STOREDIST of GEORADIUS; the last one counts. */
function readStore(query: Search, i: number): number {
  const { call } = query
  if (!query.grammar.hasStore || i + 1 >= call.argc) return 0
  const isDistance = call.argIs(i, 'storedist')
  if (!isDistance && !call.argIs(i, 'store')) return 0
  query.destination = i + 1
  query.storesDistances = isDistance
  return 2
}

/** What GEOSEARCH says the centre and the shape with. */
function readSearchOption(query: Search, i: number): number {
  const { call, from, shape } = query
  const left = call.argc - 1 - i
  if (call.argIs(i, 'frommember') && left >= 1 && from !== 'place' && shape !== 'polygon') {
    query.from = 'member'
    return query.takeMember(i + 1) ? 2 : -1
  }
  if (call.argIs(i, 'fromlonlat') && left >= 2 && from !== 'member' && shape !== 'polygon') {
    query.from = 'place'
    return query.takePlace(i + 1) ? 3 : -1
  }
  if (call.argIs(i, 'byradius') && left >= 2 && (shape === 'none' || shape === 'circle')) {
    query.shape = 'circle'
    return query.takeRadius(i + 1) ? 3 : -1
  }
  if (call.argIs(i, 'bybox') && left >= 3 && (shape === 'none' || shape === 'box')) {
    query.shape = 'box'
    return query.takeBox(i + 1) ? 4 : -1
  }
  const mayBePolygon = from === 'none' && (shape === 'none' || shape === 'polygon')
  if (call.argIs(i, 'bypolygon') && left >= 2 && mayBePolygon) {
    query.shape = 'polygon'
    const words = query.takePolygon(i + 1)
    return words < 0 ? words : 2 + words
  }
  if (query.grammar.hasStore && call.argIs(i, 'storedist')) {
    query.storesDistances = true
    return 1
  }
  return 0
}

/** @returns false after the error */
function isComplete(query: Search): boolean {
  const name = query.call.argLatin1(0)
  if (query.destination > 0 && (query.withDistance || query.withHash || query.withPlace)) {
    const words = query.grammar.centre === undefined ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS'
    return query.fail(`ERR ${words} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`)
  }
  if (query.from === 'none' && query.shape !== 'polygon') {
    return query.fail(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`)
  }
  if (query.shape === 'none') {
    return query.fail(`ERR exactly one of BYRADIUS, BYBOX and BYPOLYGON can be specified for ${name}`)
  }
  return !query.isAny || query.count > 0 || query.fail('ERR the ANY argument requires COUNT argument')
}
