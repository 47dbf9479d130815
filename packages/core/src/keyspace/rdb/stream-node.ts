/**
 * Stream nodes in RDB: checks that a listpack from outside is one, and makes ours of it and back.
 *
 *     master    live entries, deleted entries, number of fields, the fields, 0
 *     entry     flags, ms, sequence, [number of fields, field, value, field, value ... or values only], elements
 *
 * Flags: 1 deleted, 2 the fields are the master's. Milliseconds and sequence are counted from the node's own ID and
 * added with 64 bits. The last number of an entry is how many elements it has before that.
 *
 * IDs ascend strictly, and none is below the node's. An ID is four words of 32 bits here, the highest first: their
 * order is that of the ID, and nothing is allocated for an entry.
 */

import { EncodedElements, integerAt, isIntegerElement } from '../../structures/element.ts'
import { nextElement } from '../../structures/element-run.ts'
import {
  decodeListpack,
  firstInListpack,
  isListpack,
  ListpackWriter,
  nextInListpack,
} from '../../structures/listpack.ts'
import { ID_WORDS, type StreamId } from '../../structures/stream-id.ts'
import { readWord } from '../../structures/word.ts'
import { StreamEntry } from '../../types/stream-entry.ts'
import {
  addEntry,
  DELETED,
  NODE_HEADER_BYTES,
  nodeBytes,
  nodeDeleted,
  nodeEntries,
  nodeListpackBytes,
  openNode,
  SAME_FIELDS,
  setDeleted,
} from '../../types/stream-node.ts'
import type { StreamNodes } from '../../types/stream-nodes.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { damaged } from './rdb-value.ts'

const INT64_ELEMENT = 0xf4
const TWO_32 = 2 ** 32

/** What `checkStreamNode` found. */
export class StreamNodeFacts {
  live = 0
  /** The last entry's ID, deleted or not; the node's own when there are none. */
  readonly last = new Uint32Array(ID_WORDS)
  /** IDs of the first and the last entry that are not deleted. */
  readonly firstLive = new Uint32Array(ID_WORDS)
  readonly lastLive = new Uint32Array(ID_WORDS)
}

export function compareIdWords(a: Uint32Array, b: Uint32Array): number {
  for (let i = 0; i < ID_WORDS; i++) if (a[i] !== b[i]) return a[i] - b[i]
  return 0
}

/** Reads an ID of 16 bytes, big-endian. */
export function readIdWords(buf: Uint8Array, at: number, id: Uint32Array): void {
  for (let i = 0; i < ID_WORDS; i++) {
    const k = at + 4 * i
    id[i] = (buf[k] << 24) | (buf[k + 1] << 16) | (buf[k + 2] << 8) | buf[k + 3]
  }
}

/** Walks one node. Throws RdbError for what is none. */
class NodeCheck {
  readonly #buf: Uint8Array
  readonly #end: number
  #pos: number
  readonly #master: Uint32Array
  readonly #id = new Uint32Array(ID_WORDS)
  readonly #facts: StreamNodeFacts

  constructor(buf: Uint8Array, start: number, length: number, master: Uint32Array, facts: StreamNodeFacts) {
    this.#buf = buf
    this.#pos = firstInListpack(start)
    this.#end = start + length - 1
    this.#master = master
    this.#facts = facts
  }

  run(): void {
    const live = this.#count('of live entries')
    const deleted = this.#count('of deleted entries')
    const fields = this.#count('of fields')
    this.#skip(fields)
    if (this.#integer() !== 0) bad('the fields of a node do not end')
    const facts = this.#facts
    facts.live = live
    facts.last.set(this.#master)
    let liveSeen = 0
    let seen = 0
    for (; this.#pos < this.#end; seen++) {
      if (this.#entry(fields, seen > 0)) continue
      if (liveSeen++ === 0) facts.firstLive.set(this.#id)
      facts.lastLive.set(this.#id)
    }
    if (liveSeen !== live || seen - liveSeen !== deleted) bad('a node does not have as many entries as it says')
  }

  /** @returns whether it is deleted */
  #entry(masterFields: number, hasPrevious: boolean): boolean {
    const { last } = this.#facts
    const flags = this.#integer()
    if (!(flags >= 0 && flags <= (DELETED | SAME_FIELDS))) bad('an entry has unknown flags')
    this.#readPart(0)
    this.#readPart(2)
    const order = compareIdWords(this.#id, last)
    if (order < 0 || (order === 0 && hasPrevious)) bad('entries are not in order')
    last.set(this.#id)
    const isSame = (flags & SAME_FIELDS) !== 0
    const fields = isSame ? masterFields : this.#count('of fields')
    if (fields === 0) bad('an entry has no fields')
    this.#skip(isSame ? fields : 2 * fields)
    const elements = isSame ? 3 + fields : 4 + 2 * fields
    if (this.#integer() !== elements) bad('an entry does not have as many elements as it says')
    return (flags & DELETED) !== 0
  }

  /** One half of the ID: words `at` and `at + 1`, the master's and a number of 64 bits, signed. */
  #readPart(at: number): void {
    const buf = this.#buf
    const pos = this.#next()
    if (!isIntegerElement(buf, pos)) bad('the ID of an entry is not a number')
    let low: number
    let high: number
    if (buf[pos] === INT64_ELEMENT) {
      low = readWord(buf, pos + 1)
      high = readWord(buf, pos + 5)
    } else {
      low = integerAt(buf, pos)
      high = low >> 31
    }
    const sum = this.#master[at + 1] + (low >>> 0)
    this.#id[at + 1] = sum
    this.#id[at] = this.#master[at] + high + (sum >= TWO_32 ? 1 : 0)
  }

  /** Position of the next element. */
  #next(): number {
    const pos = this.#pos
    if (pos >= this.#end) bad('a node ends within an entry')
    this.#pos = nextInListpack(this.#buf, pos)
    return pos
  }

  #integer(): number {
    return integerAt(this.#buf, this.#next())
  }

  #count(of: string): number {
    const count = this.#integer()
    // Each takes two bytes at least.
    if (!(count >= 0 && count <= this.#end)) bad(`the number ${of} of a node is none`)
    return count
  }

  #skip(elements: number): void {
    for (let i = 0; i < elements; i++) this.#next()
  }
}

/**
 * Checks the listpack of a node.
 * @param master the node's ID
 * @param facts gets what was found
 */
export function checkStreamNode(
  buf: Uint8Array,
  start: number,
  length: number,
  master: Uint32Array,
  facts: StreamNodeFacts,
): void {
  if (!isListpack(buf, start, length)) bad('a listpack is damaged')
  new NodeCheck(buf, start, length, master, facts).run()
}

const listpackRun = new EncodedElements()
const part = new EncodedElements()

/** Adds a node to a stream, made of a listpack that was checked. */
export function addStreamNode(stream: StreamObject, master: StreamId, buf: Uint8Array, start: number): void {
  listpackRun.clear()
  decodeListpack(buf, start, listpackRun)
  const { buf: run, length } = listpackRun
  const deletedPos = nextElement(run, 0)
  const fieldsPos = nextElement(run, deletedPos)
  const fields = integerAt(run, fieldsPos)
  // A node is never longer than its listpack and the header.
  const node = new Uint8Array(NODE_HEADER_BYTES + length)
  let pos = take(run, fieldsPos, 1 + fields)
  openNode(node, 0, part)
  // The 0 behind the fields.
  pos = nextElement(run, pos)
  while (pos < length) {
    const isSame = (integerAt(run, pos) & SAME_FIELDS) !== 0
    const ownFields = isSame ? 0 : integerAt(run, nextElement(run, nextElement(run, nextElement(run, pos))))
    pos = take(run, pos, isSame ? 3 + fields : 4 + 2 * ownFields)
    addEntry(node, 0, part)
    // How many elements the entry has.
    pos = nextElement(run, pos)
  }
  setDeleted(node, 0, integerAt(run, deletedPos))
  stream.pushNode(master, node, 0, nodeBytes(node, 0))
}

/** Copies elements of a run into `part`. @returns the position behind them */
function take(run: Uint8Array, start: number, count: number): number {
  let pos = start
  part.clear()
  for (let i = 0; i < count; i++) {
    part.addElement(run, pos)
    pos = nextElement(run, pos)
  }
  return pos
}

const entry = new StreamEntry()
const listpack = new ListpackWriter()

/** The listpack of a node; its bytes are good until the next one is asked for. */
export function streamNodeListpack(nodes: StreamNodes, node: number): ListpackWriter {
  entry.open(nodes, node)
  const { buf, end, nextPos: first } = entry
  const start = nodes.start(node)
  listpack.begin(nodeListpackBytes(buf, start))
  listpack.addInteger(nodeEntries(buf, start))
  listpack.addInteger(nodeDeleted(buf, start))
  listpack.addRun(buf, start + NODE_HEADER_BYTES, first)
  listpack.addInteger(0)
  entry.index()
  const { positions, count } = entry.places
  for (let i = 0; i < count; i++) {
    listpack.addInteger(listpack.addRun(buf, positions[i], i + 1 < count ? positions[i + 1] : end))
  }
  listpack.end()
  entry.close()
  return listpack
}

function bad(what: string): never {
  damaged(`Stream listpack integrity check failed: ${what}`)
}
