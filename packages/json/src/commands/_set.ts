/** Setting a value at a path: JSON.SET, JSON.MSET and JSON.MERGE. */

import { type Edit, type JsonDocument, outermost, quotedName } from '../document.ts'
import { KIND_ARRAY, KIND_OBJECT, kindAt, nodeEnd } from '../node.ts'
import type { JsonPath } from '../path.ts'
import { findOne, TOO_COSTLY } from '../path-match.ts'
import { stringNode } from '../path-parser.ts'
import { matchesOnce, type Values } from './_document.ts'

export const NEW_AT_ROOT = 'ERR new objects must be created at the root'
export const WRONG_STATIC_PATH = 'Err wrong static path'
export const INDEX_OUT_OF_RANGE = 'ERR array index out of range'

export type Condition = 'NX' | 'XX' | undefined

/** What is to be done; no edits: the condition is not met, or there is nothing to put the value in. */
export interface Setting {
  readonly edits: readonly Edit[]
  /** The place of what is new. */
  readonly created?: () => string
}

const NOTHING: Setting = { edits: [] }

/** Where a path leads to something, that is replaced; else the value is added to the object that it leads to. */
export function settingOf(
  path: JsonPath,
  document: JsonDocument,
  { nodes, depth }: Values,
  condition: Condition,
): Setting | string {
  const matches = matchesOnce(path, document)
  if (matches === undefined) return TOO_COSTLY
  if (matches.at.length > 0) {
    if (condition === 'NX') return NOTHING
    const edits = matches.at.map((at, i) => replacement(document.buf, at, matches.owner[i], nodes, depth))
    return { edits: outermost(edits) }
  }
  return condition === 'XX' ? NOTHING : addition(path, document, { nodes, depth })
}

/** Another value in the place of one. */
export function replacement(buf: Uint8Array, at: number, owner: number, bytes: Uint8Array, depth: number): Edit {
  return { owner, start: at, end: nodeEnd(buf, at), bytes, countDelta: 0, depth }
}

/** Without an element, or a member with its key. */
export function removal(buf: Uint8Array, at: number, owner: number, member: number): Edit {
  return { owner, start: member, end: nodeEnd(buf, at), bytes: NO_BYTES, countDelta: -1, depth: 0 }
}

const NO_BYTES = new Uint8Array(0)

/** A member for the last name of a path, which leads nowhere yet. */
export function addition(path: JsonPath, document: JsonDocument, { nodes, depth }: Values): Setting | string {
  if (!path.isStatic) return WRONG_STATIC_PATH
  const last = path.segments.at(-1)?.selectors[0]
  const parentPath = { ...path, segments: path.segments.slice(0, -1) }
  const { buf } = document
  const parent = findOne(parentPath, buf)
  if (parent < 0 || last === undefined) return NOTHING
  if (last.is !== 'name') return kindAt(buf, parent) === KIND_ARRAY ? INDEX_OUT_OF_RANGE : NOTHING
  if (kindAt(buf, parent) !== KIND_OBJECT) return NOTHING
  const key = stringNode(last.name)
  const bytes = new Uint8Array(key.length + nodes.length)
  bytes.set(key)
  bytes.set(nodes, key.length)
  const end = nodeEnd(buf, parent)
  const created = (): string => `${document.normalizedPath(parent)}['${quotedName(last.name)}']`
  return { edits: [{ owner: parent, start: end, end, bytes, countDelta: 1, depth }], created }
}
