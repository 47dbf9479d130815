/**
 * Reply values: writes what modules' handlers return, reads what a nested call answered. See `ReplyValue` in the API.
 */

import { type CommandArgument, ReplyDouble, ReplyError, ReplyStatus, type ReplyValue } from '@kvasir/module-api'
import { dropLargeBuffer, ReplyWriter } from '@kvasir/protocol'
import { latin1 } from '../structures/bytes.ts'
import { toBytes } from './argument-bytes.ts'
import { followPromise } from './late-failure.ts'

/** Deeper nesting is taken for a cycle. */
const DEPTH_MAX = 64

export function writeReply(reply: ReplyWriter, value: ReplyValue, depth = 0): void {
  if (depth > DEPTH_MAX) throw new Error('the reply is nested too deep')
  switch (typeof value) {
    case 'number':
      if (Number.isSafeInteger(value)) reply.integer(value)
      else reply.double(value)
      return
    case 'bigint':
      return reply.bigInteger(value)
    case 'string':
      return reply.bulkString(value)
    case 'boolean':
      return reply.boolean(value)
    case 'undefined':
      return reply.nil()
    default:
      writeObject(reply, value, depth)
  }
}

function writeObject(
  reply: ReplyWriter,
  value: Exclude<ReplyValue, string | number | bigint | boolean | undefined>,
  depth: number,
): void {
  if (value === null) return reply.nil()
  if (value instanceof Uint8Array) return reply.bulk(value)
  if (Array.isArray(value)) {
    reply.array(value.length)
    for (const item of value as readonly ReplyValue[]) writeReply(reply, item, depth + 1)
  } else if (value instanceof Map) {
    reply.map(value.size)
    for (const [key, item] of value as ReadonlyMap<ReplyValue, ReplyValue>) {
      writeReply(reply, key, depth + 1)
      writeReply(reply, item, depth + 1)
    }
  } else if (value instanceof Set) {
    reply.set(value.size)
    for (const item of value as ReadonlySet<ReplyValue>) writeReply(reply, item, depth + 1)
  } else if (followPromise(value, () => {})) {
    throw new Error('a handler returned a promise: it must answer at once')
  } else writeMarked(reply, value as ReplyError | ReplyStatus | ReplyDouble)
}

/** By their `kind`, not their class: a module may bring a copy of the API package of its own. */
function writeMarked(reply: ReplyWriter, value: ReplyError | ReplyStatus | ReplyDouble): void {
  switch (value.kind) {
    case 'error':
      return reply.error(value.text)
    case 'status':
      return reply.simple(value.text)
    case 'double':
      return reply.double(value.value)
    default:
      throw new Error(`a handler returned what is no reply value: ${typeof value}`)
  }
}

/** A command as a client would send it. */
export function encodeCommand(words: readonly CommandArgument[]): Uint8Array {
  const writer = new ReplyWriter(256)
  writer.array(words.length)
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (typeof word === 'string') writer.bulkString(word)
    else writer.bulk(toBytes(word, i))
  }
  const request = writer.buf.slice(0, writer.pos)
  dropLargeBuffer(writer.buf)
  return request
}

/**
 * Reads back one RESP3 reply that the engine has just written: bulk strings become bytes, statuses ReplyStatus, no
 * reply null.
 */
export function readReply(buf: Uint8Array, start: number, end: number): ReplyValue {
  const reader = { buf, at: start, end }
  return readOne(reader)
}

interface Reader {
  readonly buf: Uint8Array
  at: number
  readonly end: number
}

function readLine(reader: Reader): string {
  const { buf } = reader
  const start = reader.at
  let i = start
  while (buf[i] !== 13) i++
  reader.at = i + 2
  return latin1(buf, start, i - start)
}

function readOne(reader: Reader): ReplyValue {
  if (reader.at >= reader.end) return null
  const type = String.fromCharCode(reader.buf[reader.at++])
  const line = readLine(reader)
  switch (type) {
    case '+':
      return new ReplyStatus(line)
    case '-':
      return new ReplyError(line)
    case ':':
      return Number.isSafeInteger(Number(line)) ? Number(line) : BigInt(line)
    case ',':
      return new ReplyDouble(line === 'inf' ? Infinity : line === '-inf' ? -Infinity : Number(line))
    case '#':
      return line === 't'
    case '(':
      return BigInt(line)
    case '_':
      return null
    case '$':
    case '=':
      return readBulk(reader, Number(line), type === '=' ? 4 : 0)
    default:
      return readAggregate(reader, type, Number(line))
  }
}

function readBulk(reader: Reader, length: number, skip: number): Uint8Array | null {
  if (length < 0) return null
  const start = reader.at
  reader.at += length + 2
  return reader.buf.slice(start + skip, start + length)
}

function readAggregate(reader: Reader, type: string, count: number): ReplyValue {
  if (count < 0) return null
  if (type === '%') {
    const map = new Map<ReplyValue, ReplyValue>()
    for (let i = 0; i < count; i++) map.set(readOne(reader), readOne(reader))
    return map
  }
  const items: ReplyValue[] = []
  for (let i = 0; i < count; i++) items.push(readOne(reader))
  return type === '~' ? new Set(items) : items
}
