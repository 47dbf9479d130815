/** Opening documents, following paths, and changing what they lead to: the steps that the commands share. */

import { type Context, type Key, ReplyError, type ReplyValue, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import { type Edit, type JsonDocument, outermost, TOO_LARGE } from '../document.ts'
import { sharedParser } from '../json-parser.ts'
import { DOCUMENT_BYTES_MAX, typeNameAt } from '../node.ts'
import type { JsonPath } from '../path.ts'
import { findMatches, findValues, type Matches, TOO_COSTLY } from '../path-match.ts'
import { compilePath } from '../path-parser.ts'

export const MISSING_KEY = "ERR could not perform this operation on a key that doesn't exist"
/** A command that changes more values than this does not name them in its event. */
const NAMED_MAX = 1000

/** A path as given, or the root: `.` in RESP2, `$` in RESP3. */
export function pathOf(ctx: Context, text: string | undefined): JsonPath | ReplyError {
  const path = compilePath(text ?? (ctx.client.resp === 3 ? '$' : '.'))
  return typeof path === 'string' ? reply.error(path) : path
}

/** @param or what else may be the matter: `not an array` */
export function noSuchPath(path: string, or?: string): ReplyError {
  return reply.error(`ERR Path '${oneLine(path)}' does not exist${or === undefined ? '' : ` or ${or}`}`)
}

export function wrongType(expected: string, buf: Uint8Array, at: number): ReplyError {
  return reply.error(`WRONGTYPE wrong type of path value - expected ${expected} but found ${typeNameAt(buf, at)}`)
}

/** An error reply is one line. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, ' ')
}

/** Values that a command brings, one behind the other as nodes, and their deepest nesting. */
export interface Values {
  readonly nodes: Uint8Array
  readonly depth: number
}

export function parseValues(texts: readonly Uint8Array[]): Values | ReplyError {
  const parser = sharedParser()
  const isJson = texts.every((text) => parser.parse(text))
  const values = isJson ? { nodes: parser.bytes(), depth: parser.depth } : reply.error(parser.error)
  parser.release()
  return values
}

/** What a command that reads gives for one value; null: the value is of another type. */
export type Reader = (buf: Uint8Array, at: number) => ReplyValue

export interface Reading {
  /** For the error of a legacy path that leads to no such value: `not an array`; absent: the reply is nil. */
  readonly or?: string
  /** For the error of a legacy path that leads to something else, while one to nothing is nil: `object`. */
  readonly expected?: string
  /** The replies are as large as the values. */
  readonly isWhole?: boolean
  /** A missing key is nil for JSONPath too, not an error. */
  readonly missingIsNil?: boolean
}

/** JSONPath: what `read` gives for each value. Legacy: for the first one. */
export function readValues(
  ctx: Context,
  name: Uint8Array,
  pathText: string | undefined,
  read: Reader,
  { or, expected, isWhole, missingIsNil }: Reading = {},
): ReplyValue {
  const path = pathOf(ctx, pathText)
  if (path instanceof ReplyError) return path
  const document = ctx.key(name).getValue(jsonType)
  if (document === undefined) return path.isLegacy || missingIsNil === true ? null : reply.error(MISSING_KEY)
  const { buf } = document
  const matches = isWhole === true ? findValues(path, buf) : findMatches(path, buf)
  if (matches === undefined) return reply.error(TOO_COSTLY)
  if (!path.isLegacy) return matches.at.map((at) => read(buf, at))
  const first = matches.at[0]
  const value = first === undefined ? null : read(buf, first)
  if (value !== null) return value
  if (expected !== undefined && first !== undefined) return wrongType(expected, buf, first)
  return or === undefined ? null : noSuchPath(path.text, or)
}

/** What a command that changes does with one value. */
export interface Change {
  /** Absent: the value stays as it is. */
  readonly edit?: Edit
  /** null: the value is of another type. */
  readonly reply: ReplyValue
}

export interface Place {
  readonly buf: Uint8Array
  readonly at: number
  readonly owner: number
  readonly member: number
}

export interface Changing {
  readonly event: string
  /** For the error of a legacy path that leads to no such value: `not an array`. */
  readonly or: string
  /** Gives the change of one value, or the error that stops the command before anything is changed. */
  change(place: Place): Change | ReplyError
}

/** The replies for all values that a path leads to, or one of them for a legacy path. */
export interface Changed {
  readonly isLegacy: boolean
  readonly replies: readonly ReplyValue[]
}

/** Changes every value that a path leads to, all or none. */
export function changeValues(
  ctx: Context,
  name: Uint8Array,
  pathText: string | undefined,
  { event, or, change }: Changing,
): Changed | ReplyError {
  const path = pathOf(ctx, pathText)
  if (path instanceof ReplyError) return path
  const key = ctx.key(name)
  const document = key.getValue(jsonType)
  if (document === undefined) return reply.error(MISSING_KEY)
  const matches = matchesOnce(path, document)
  if (matches === undefined) return reply.error(TOO_COSTLY)
  const replies: ReplyValue[] = []
  const edits: Edit[] = []
  let bytes = 0
  for (let i = 0; i < matches.at.length; i++) {
    const changed = change({
      buf: document.buf,
      at: matches.at[i],
      owner: matches.owner[i],
      member: matches.member[i],
    })
    if (changed instanceof ReplyError) return changed
    replies.push(changed.reply)
    if (changed.edit === undefined) continue
    edits.push(changed.edit)
    bytes += changed.edit.bytes.length
    // None of these edits is within another: all their bytes would be in the document. To make the rest is in vain.
    if (bytes > DOCUMENT_BYTES_MAX) return reply.error(TOO_LARGE)
  }
  if (path.isLegacy && replies.every((value) => value === null)) return noSuchPath(path.fullText, or)
  const error = applyEdits(ctx, key, document, outermost(edits), event)
  return error ?? { isLegacy: path.isLegacy, replies }
}

/** As RedisJSON replies: a list for JSONPath; for a legacy path that of the last value that was of the right type. */
export function repliesOf(changed: Changed | ReplyError): ReplyValue {
  if (changed instanceof ReplyError || !changed.isLegacy) {
    return changed instanceof ReplyError ? changed : changed.replies
  }
  return changed.replies.findLast((value) => value !== null)
}

/** Each value once, in the order in which the path finds them. */
export function matchesOnce(path: JsonPath, document: JsonDocument): Matches | undefined {
  const matches = findMatches(path, document.buf)
  if (matches === undefined || matches.at.length < 2) return matches
  const seen = new Set<number>()
  const once: Matches = { at: [], member: [], owner: [] }
  for (let i = 0; i < matches.at.length; i++) {
    if (seen.has(matches.at[i])) continue
    seen.add(matches.at[i])
    once.at.push(matches.at[i])
    once.member.push(matches.member[i])
    once.owner.push(matches.owner[i])
  }
  return once
}

/** Makes edits and tells of them. @param extra the place of what is new, where the edits do not show it */
export function applyEdits(
  ctx: Context,
  key: Key,
  document: JsonDocument,
  edits: readonly Edit[],
  event: string,
  extra?: () => string,
): ReplyError | undefined {
  if (edits.length === 0) return undefined
  const changed = placesOf(ctx, document, edits, extra)
  const error = document.apply(edits)
  if (error !== undefined) return reply.error(error)
  key.changed()
  ctx.notify(event, key.name, 'module', changed)
  return undefined
}

/** The normalized paths of what is edited, when a module listens; undefined for too many. */
function placesOf(
  ctx: Context,
  document: JsonDocument,
  edits: readonly Edit[],
  extra: (() => string) | undefined,
): readonly string[] | undefined {
  if (edits.length > NAMED_MAX || !ctx.hasListeners('module')) return undefined
  if (extra !== undefined) return [extra()]
  return edits.map(({ owner, start, end }) => {
    if (owner < 0) return '$'
    // An insertion changes the container itself.
    return document.normalizedPath(start === end ? owner : document.valueAt(owner, start))
  })
}
