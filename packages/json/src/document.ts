/**
 * Document: one JSON value in a buffer of its own, and changes to it.
 *
 * A document is either nodes (node.ts) or, up to 8 KiB and until somebody asks for a part of it, its canonical text
 * (canonical-text.ts). Clients that write and read whole documents, as a cache does, so pay for looking through the
 * text once and for two copies. The first path makes nodes of the text, where it lies as a rule. It is text again when
 * it is written anew, or read whole twice with no path between. Both forms say the same to everyone: saved, hashed or
 * written, they give the same bytes. design/json-documents.md has the figures.
 *
 * A change is a list of edits, each of which replaces some bytes within one container by others. What keeps its length
 * is written over; a single edit that leaves every header wide enough moves what is behind it, within the buffer while
 * there is room; all else is written anew, once for all edits, from the containers that they touch and whole runs of
 * bytes between. So a change costs the bytes of the document at most, whatever number of values it is made to.
 */

import { CANONICAL_BYTES_MAX, canonicalText } from './canonical-text.ts'
import { JsonParser, parseJson } from './json-parser.ts'
import { type JsonWriter, jsonText } from './json-writer.ts'
import {
  contentSize,
  contentStart,
  countAt,
  DEPTH_MAX,
  DOCUMENT_BYTES_MAX,
  headerBytes,
  isContainer,
  KIND_OBJECT,
  kindAt,
  nodeEnd,
  widthFor,
  writeHeader,
} from './node.ts'
import { decodeString } from './string-text.ts'

/** Bytes of the JavaScript objects of a document, for MEMORY USAGE. */
const OBJECT_BYTES = 160
/** A buffer that grows gets this part of its length as room. */
const ROOM_SHIFT = 3
/** Nodes that are read whole so often, with no path between, become text again. */
const WHOLE_READS = 2

/** Replaces the bytes from `start` to `end`: whole elements, members or values of the container at `owner`. */
export interface Edit {
  /** The container; -1 for the root itself. */
  readonly owner: number
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
  /** How many elements or members more there are afterwards. */
  readonly countDelta: number
  /** Containers within each other in `bytes`. */
  readonly depth: number
}

/** Why a change cannot be made. */
export const TOO_LARGE = 'ERR the document would be larger than 512 MB'
export const TOO_DEEP = 'ERR the document would be nested deeper than 128 levels'

const NO_BYTES = new Uint8Array(0)
/** Not the shared one: nodes are made of a document while a command has values of its own in that. */
const parser = new JsonParser()

export class JsonDocument {
  /** Nodes or text, and room behind them. Not a typed array: one that lives as long takes a hundred bytes more. */
  #bytes: ArrayBufferLike
  #isText = false
  /** Bytes of the nodes, or of the text. */
  #length: number
  /** How often the nodes have been read whole since anything else was done with them. */
  #wholeReads = 0

  /** @param nodes the document's own from now on; left out, something must be assigned before anything else */
  constructor(nodes: Uint8Array = NO_BYTES) {
    this.#bytes = ownBuffer(nodes)
    this.#length = nodes.length
  }

  /** The bytes, of which the first `length` are the nodes. A view of its own at every call. */
  get buf(): Uint8Array {
    if (this.#isText) this.#makeNodes()
    this.#wholeReads = 0
    return new Uint8Array(this.#bytes)
  }

  /** Bytes of the nodes. */
  get length(): number {
    if (this.#isText) this.#makeNodes()
    return this.#length
  }

  /** The canonical text, while the document is that; a view of its own. */
  get text(): Uint8Array | undefined {
    return this.#isText ? new Uint8Array(this.#bytes, 0, this.#length) : undefined
  }

  /** The canonical text, whatever the document is; to be read before the document changes. */
  toText(): Uint8Array {
    return this.text ?? jsonText(this.buf, 0)
  }

  /** Writes the whole document, which is how it becomes text again. @param writer one without a format */
  writeText(writer: JsonWriter): void {
    const bytes = new Uint8Array(this.#bytes)
    if (this.#isText) return writer.raw(bytes.subarray(0, this.#length))
    const start = writer.length
    writer.node(bytes, 0)
    const length = writer.length - start
    if (++this.#wholeReads < WHOLE_READS || length > CANONICAL_BYTES_MAX || length > bytes.length) return
    bytes.set(writer.buf.subarray(start, writer.length))
    this.#isText = true
    this.#length = length
  }

  #makeNodes(): void {
    const bytes = new Uint8Array(this.#bytes)
    parser.begin()
    if (!parser.parse(bytes, 0, this.#length)) throw new Error(`canonical text is no JSON: ${parser.error}`)
    this.#isText = false
    if (parser.length > bytes.length) return this.replace(parser.bytes())
    bytes.set(parser.out.subarray(0, parser.length))
    this.#length = parser.length
  }

  copy(): JsonDocument {
    const copy = new JsonDocument(new Uint8Array(this.#bytes).slice(0, this.#length))
    copy.#isText = this.#isText
    return copy
  }

  get memoryBytes(): number {
    return this.#bytes.byteLength + OBJECT_BYTES
  }

  /** The bytes for a new content of this length: those that are there when it fits well. */
  #roomForAll(length: number): Uint8Array {
    const size = this.#bytes.byteLength
    if (length > size || length < size - (size >> ROOM_SHIFT)) this.#bytes = new ArrayBuffer(length)
    this.#length = length
    return new Uint8Array(this.#bytes)
  }

  /** Makes a copy of these nodes the whole document. */
  assign(nodes: Uint8Array): void {
    this.#isText = false
    this.#roomForAll(nodes.length).set(nodes)
  }

  /** Makes a copy of a canonical text the whole document. */
  assignText(text: Uint8Array): void {
    this.#isText = true
    this.#roomForAll(text.length).set(text)
  }

  /** Makes these nodes the whole document; they are its own from now on. */
  replace(nodes: Uint8Array): void {
    this.#bytes = ownBuffer(nodes)
    this.#length = nodes.length
    this.#isText = false
  }

  /** Makes another document's content this one's; the other is not to be used again. */
  become(other: JsonDocument): void {
    this.#bytes = other.#bytes
    this.#length = other.#length
    this.#isText = other.#isText
  }

  /** The containers that hold a position, from the root inwards; the last is the one at `to`, or that around it. */
  pathTo(to: number): number[] {
    const { buf } = this
    const path: number[] = []
    let at = 0
    while (isContainer(buf, at)) {
      path.push(at)
      if (at === to) break
      const isObject = kindAt(buf, at) === KIND_OBJECT
      let child = contentStart(buf, at)
      if (to < child) break
      const end = nodeEnd(buf, at)
      while (child < end) {
        const value = isObject ? nodeEnd(buf, child) : child
        const childEnd = nodeEnd(buf, value)
        if (to < childEnd) {
          child = value
          break
        }
        child = childEnd
      }
      if (child >= end || child > to) break
      at = child
    }
    return path
  }

  /** The value that begins at this place in its container, with its key or without. */
  valueAt(owner: number, start: number): number {
    const { buf } = this
    if (kindAt(buf, owner) !== KIND_OBJECT) return start
    for (let key = contentStart(buf, owner); ; key = nodeEnd(buf, nodeEnd(buf, key))) {
      const value = nodeEnd(buf, key)
      if (start <= value) return value
    }
  }

  /** The place of a value as a normalized path of RFC 9535: `$['a'][0]`. */
  normalizedPath(to: number): string {
    const { buf } = this
    const chain = this.pathTo(to)
    let text = '$'
    chain.forEach((at, i) => {
      const next = chain[i + 1] ?? to
      if (next === at) return
      const isObject = kindAt(buf, at) === KIND_OBJECT
      let index = 0
      for (let child = contentStart(buf, at); child < nodeEnd(buf, at); index++) {
        const value = isObject ? nodeEnd(buf, child) : child
        if (value === next) {
          text += isObject ? `['${quotedName(decodeString(buf, child) ?? '')}']` : `[${index}]`
          break
        }
        child = nodeEnd(buf, value)
      }
    })
    return text
  }

  /** Makes the edits, which must not overlap; their positions are those before. @returns the error, if it cannot be */
  apply(edits: readonly Edit[]): string | undefined {
    let growth = 0
    let keepsLengths = true
    for (const { start, end, bytes, countDelta, depth } of edits) {
      growth += bytes.length - (end - start)
      if (bytes.length !== end - start || countDelta !== 0 || depth > 0) keepsLengths = false
    }
    if (this.length + growth > DOCUMENT_BYTES_MAX) return TOO_LARGE
    if (keepsLengths) {
      const { buf } = this
      for (const { start, bytes } of edits) buf.set(bytes, start)
      return undefined
    }
    if (edits.length === 1) {
      const [{ owner, depth, bytes }] = edits
      if (owner < 0) {
        this.replace(bytes.slice())
        return undefined
      }
      const chain = this.pathTo(owner)
      if (chain.length + depth > DEPTH_MAX) return TOO_DEEP
      if (this.#splice(edits[0], chain)) return undefined
    }
    const sorted = [...edits].sort((a, b) => a.start - b.start || b.owner - a.owner)
    const rewritten = new Rewriter(this, sorted, growth).run()
    if (rewritten === undefined) return TOO_DEEP
    this.replace(rewritten)
    return undefined
  }

  /** One edit within the buffer. @returns false when a header is too narrow for that */
  #splice({ owner, start, end, bytes, countDelta }: Edit, chain: readonly number[]): boolean {
    const delta = bytes.length - (end - start)
    const { buf } = this
    for (const at of chain) if (widthFor(contentSize(buf, at) + delta) > (buf[at] & 31)) return false
    const length = this.length + delta
    const target = this.#roomFor(buf, length)
    target.copyWithin(end + delta, end, this.length)
    target.set(bytes, start)
    for (const at of chain) {
      const size = contentSize(target, at) + delta
      const count = countAt(target, at) + (at === owner ? countDelta : 0)
      writeHeader(target, at, kindAt(target, at), target[at] & 31, size, count)
    }
    this.#bytes = length < target.length >> 1 ? target.slice(0, length).buffer : target.buffer
    this.#length = length
    return true
  }

  /** The buffer, or a larger copy when this one is too small. */
  #roomFor(buf: Uint8Array, length: number): Uint8Array {
    if (length <= buf.length) return buf
    const larger = new Uint8Array(length + (length >> ROOM_SHIFT) + 16)
    larger.set(buf.subarray(0, this.length))
    return larger
  }
}

/** The document of a JSON text; the error otherwise. */
export function parseDocument(text: Uint8Array): JsonDocument | string {
  const canonical = canonicalText(text, 0, text.length)
  if (canonical === undefined) {
    const nodes = parseJson(text)
    return typeof nodes === 'string' ? nodes : new JsonDocument(nodes)
  }
  const document = new JsonDocument()
  document.assignText(canonical)
  return document
}

/** Edits that do not lie within the bytes that another one takes out. @param edits of one command, in any order */
export function outermost(edits: readonly Edit[]): Edit[] {
  const sorted = [...edits].sort((a, b) => a.start - b.start || b.end - a.end || a.owner - b.owner)
  const kept: Edit[] = []
  let end = -1
  for (const edit of sorted) {
    if (edit.start < end) continue
    kept.push(edit)
    end = Math.max(end, edit.end)
  }
  return kept
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't' }

/** A name as normalized paths have it, between single quotes. */
export function quotedName(name: string): string {
  let text = ''
  for (const c of name) {
    if (c === "'" || c === '\\') text += `\\${c}`
    else if (c >= ' ') text += c
    else text += `\\${SHORT_ESCAPES[c] ?? `u00${c.charCodeAt(0).toString(16).padStart(2, '0')}`}`
  }
  return text
}

/** The buffer of a typed array that is all of it. */
function ownBuffer(nodes: Uint8Array): ArrayBufferLike {
  if (nodes.length !== nodes.buffer.byteLength) throw new Error('a document needs bytes of its own')
  return nodes.buffer
}

/** Writes a document anew with edits made to it. */
class Rewriter {
  readonly #source: Uint8Array
  readonly #edits: readonly Edit[]
  #out: Uint8Array
  #length = 0
  #tooDeep = false

  constructor(document: JsonDocument, edits: readonly Edit[], growth: number) {
    this.#source = document.buf
    this.#edits = edits
    // A header grows by six bytes at most; those that do are the edits' containers and the ones around them.
    this.#out = new Uint8Array(document.length + Math.max(growth, 0) + 1024)
  }

  /** @returns undefined when it would be nested too deep */
  run(): Uint8Array | undefined {
    this.#container(0, 0, this.#edits.length, 1)
    return this.#tooDeep ? undefined : this.#out.slice(0, this.#length)
  }

  #ensure(bytes: number): void {
    const needed = this.#length + bytes
    if (needed <= this.#out.length) return
    const larger = new Uint8Array(needed + (needed >> 2))
    larger.set(this.#out.subarray(0, this.#length))
    this.#out = larger
  }

  #copy(start: number, end: number): void {
    this.#append(this.#source.subarray(start, end))
  }

  #append(bytes: Uint8Array): void {
    this.#ensure(bytes.length)
    this.#out.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** A container with the edits from `from` to `to`: its own, and those of containers in it. */
  #container(at: number, from: number, to: number, depth: number): void {
    const source = this.#source
    const header = this.#length
    const kind = kindAt(source, at)
    const isObject = kind === KIND_OBJECT
    const end = nodeEnd(source, at)
    this.#ensure(16)
    this.#length += 3
    let count = countAt(source, at)
    let copied = contentStart(source, at)
    let child = copied
    for (let e = from; e < to; ) {
      const edit = this.#edits[e]
      if (edit.owner === at) {
        if (depth + edit.depth > DEPTH_MAX) this.#tooDeep = true
        this.#copy(copied, edit.start)
        this.#append(edit.bytes)
        copied = edit.end
        count += edit.countDelta
        e++
        continue
      }
      let value = isObject ? nodeEnd(source, child) : child
      while (nodeEnd(source, value) <= edit.owner) {
        child = nodeEnd(source, value)
        value = isObject ? nodeEnd(source, child) : child
      }
      const valueEnd = nodeEnd(source, value)
      let last = e
      while (last < to && this.#edits[last].owner >= value && this.#edits[last].owner < valueEnd) last++
      this.#copy(copied, value)
      this.#container(value, e, last, depth + 1)
      copied = valueEnd
      e = last
    }
    this.#copy(copied, end)
    this.#close(header, kind, count)
  }

  #close(header: number, kind: number, count: number): void {
    const size = this.#length - header - 3
    const width = widthFor(size)
    const moved = headerBytes(width) - 3
    if (moved > 0) {
      this.#ensure(moved)
      this.#out.copyWithin(header + 3 + moved, header + 3, this.#length)
      this.#length += moved
    }
    writeHeader(this.#out, header, kind, width, size, count)
  }
}
