/** Intersection, union and difference of sets: what is in them, the reply with it, and the set that is stored. */

import type { Call } from '../../engine/call.ts'
import { EVENT_SET } from '../../engine/events.ts'
import { NO_EXPIRY } from '../../keyspace/database.ts'
import { setContent } from '../../keyspace/set-content.ts'
import type { SetValue } from '../../keyspace/set-value.ts'
import { isInt64 } from '../../structures/decimal.ts'
import { FORM_INTSET, FORM_LISTPACK } from '../../types/set-form.ts'
import { SetObject } from '../../types/set-object.ts'

const FIRST_KEY = 1
const DESTINATION = 1

export function bySize(sets: readonly SetValue[]): SetValue[] {
  return [...sets].sort((a, b) => a.size - b.size)
}

/** Whether all the sets but the first have a member. */
export function isInOthers(sets: readonly SetValue[], buf: Uint8Array, start: number, length: number): boolean {
  for (let i = 1; i < sets.length; i++) if (!sets[i].has(buf, start, length)) return false
  return true
}

function isInNone(sets: readonly SetValue[], buf: Uint8Array, start: number, length: number): boolean {
  for (const set of sets) if (set.has(buf, start, length)) return false
  return true
}

/** A set that is being built; it is in no key yet, so that it has to be freed or stored. */
function newSet(call: Call, form: typeof FORM_INTSET | typeof FORM_LISTPACK): SetObject {
  return new SetObject(call.db.arena, call.db.owner, form)
}

/** Answers with the members of a set that `isWanted` is true for. */
function replyPart(
  call: Call,
  set: SetValue,
  isWanted: (buf: Uint8Array, start: number, length: number) => boolean,
): void {
  const { reply: out } = call
  const places: number[] = []
  set.forEach((buf, start, length, place) => {
    if (isWanted(buf, start, length)) places.push(place)
  })
  out.set(places.length)
  for (const place of places) {
    set.read(place)
    out.bulk(set.memberBuf, set.memberStart, set.memberLength)
  }
}

/** Answers with all members of a set that was built, and frees it. */
function replyBuilt(call: Call, build: (built: SetObject) => void): void {
  const { reply: out } = call
  const built = newSet(call, FORM_INTSET)
  try {
    build(built)
    out.set(built.size)
    built.forEach((address) => {
      built.locate(address)
      out.bulk(built.memberBuf, built.memberStart, built.memberLength)
    })
  } finally {
    built.free()
  }
}

/** Makes a set that was built the destination's value, or deletes that key when there are no members; answers. */
function store(call: Call, built: SetObject, build: (built: SetObject) => void, event: string): void {
  const { db, buf, starts, lengths } = call
  try {
    build(built)
  } catch (error) {
    built.free()
    throw error
  }
  const { size } = built
  const old = call.lookupAgain(DESTINATION)
  if (size === 0) {
    built.free()
    if (old !== 0) call.deleteKey(old, DESTINATION)
    return call.reply.integer(0)
  }
  const value = { ...setContent(built), expiryMs: NO_EXPIRY }
  db.putValue(old, buf, starts[DESTINATION], lengths[DESTINATION], value)
  if (old === 0) call.created(DESTINATION)
  call.changed(EVENT_SET, event, DESTINATION)
  call.reply.integer(size)
}

// --- SINTER, SINTERSTORE

export function replyIntersection(call: Call, sets: readonly SetValue[]): void {
  const sorted = bySize(sets)
  if (sorted[0].size === 0) return call.reply.set(0)
  replyPart(call, sorted[0], (buf, start, length) => isInOthers(sorted, buf, start, length))
}

export function storeIntersection(call: Call, sets: readonly SetValue[]): void {
  const { limits } = call.db.owner
  const sorted = bySize(sets)
  const built = newSet(call, sorted[0].form === FORM_INTSET ? FORM_INTSET : FORM_LISTPACK)
  const build = (): void => {
    sorted[0].forEach((buf, start, length) => {
      if (isInOthers(sorted, buf, start, length)) built.addWithin(limits, buf, start, length)
    })
    // Whatever it became on the way.
    if (built.size <= limits.setIntsetEntries && isOfNumbers(built)) built.form = FORM_INTSET
  }
  store(call, built, build, 'sinterstore')
}

function isOfNumbers(set: SetObject): boolean {
  let others = 0
  set.forEach((address) => {
    set.locate(address)
    if (!isInt64(set.memberBuf, set.memberStart, set.memberLength)) others++
  })
  return others === 0
}

// --- SUNION, SUNIONSTORE

export function replyUnion(call: Call, sets: readonly SetValue[]): void {
  if (sets.length === 1) return replyPart(call, sets[0], () => true)
  replyBuilt(call, (built) => {
    for (const set of sets) {
      set.forEach((buf, start, length) => {
        built.add(buf, start, length)
      })
    }
  })
}

export function storeUnion(call: Call, sets: readonly SetValue[]): void {
  const build = (built: SetObject): void => {
    for (const set of sets) addAll(call, built, set)
  }
  store(call, newSet(call, FORM_INTSET), build, 'sunionstore')
}

function addAll(call: Call, built: SetObject, set: SetValue): void {
  const { limits } = call.db.owner
  set.forEach((buf, start, length) => {
    built.addWithin(limits, buf, start, length)
  })
}

// --- SDIFF, SDIFFSTORE

/** The sets that a difference takes members away for, the largest first: that one has most of them. */
function subtracted(sets: readonly SetValue[]): SetValue[] {
  return bySize(sets.slice(FIRST_KEY))
    .filter((set) => set.size > 0)
    .reverse()
}

/** Whether asking the others for each member takes less work than adding all and deleting those of the others. */
function isAskingCheaper(first: SetValue, others: readonly SetValue[]): boolean {
  const asking = Math.floor((first.size * (others.length + 1)) / 2)
  return asking <= others.reduce((sum, set) => sum + set.size, first.size)
}

function subtract(built: SetObject, others: readonly SetValue[]): void {
  for (const set of others) {
    set.some((buf, start, length) => {
      built.delete(buf, start, length)
      return built.size === 0
    })
  }
}

export function replyDifference(call: Call, sets: readonly SetValue[]): void {
  const [first] = sets
  const others = subtracted(sets)
  if (isAskingCheaper(first, others)) {
    return replyPart(call, first, (buf, start, length) => isInNone(others, buf, start, length))
  }
  replyBuilt(call, (built) => {
    addAll(call, built, first)
    subtract(built, others)
  })
}

export function storeDifference(call: Call, sets: readonly SetValue[]): void {
  const { limits } = call.db.owner
  const [first] = sets
  const others = subtracted(sets)
  const build = (built: SetObject): void => {
    if (isAskingCheaper(first, others)) {
      first.forEach((buf, start, length) => {
        if (isInNone(others, buf, start, length)) built.addWithin(limits, buf, start, length)
      })
    } else {
      addAll(call, built, first)
      subtract(built, others)
    }
  }
  store(call, newSet(call, FORM_INTSET), build, 'sdiffstore')
}
