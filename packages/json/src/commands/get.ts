import { arg, defineCommand, type RawCall, reply } from '@kvasir/module-api'
import { jsonType } from '../data-type.ts'
import type { JsonDocument } from '../document.ts'
import { type JsonFormat, type JsonWriter, sharedWriter, TEXT_TOO_LARGE, TextTooLarge } from '../json-writer.ts'
import type { JsonPath } from '../path.ts'
import { findMatches, findOne, findValues, TOO_COSTLY } from '../path-match.ts'
import { compilePath, stringNode } from '../path-parser.ts'
import { ACL, readKey } from './_declaration.ts'
import { noSuchPath } from './_document.ts'
import { textOf } from './set.ts'

const COMMA = 44
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93

export default defineCommand({
  name: 'JSON.GET',
  summary: 'Gets the value at one or more paths in JSON serialized form.',
  since: '1.0.0',
  group: 'module',
  complexity: 'O(N), N: the bytes of the values and of what the path steps over',
  flags: ['readonly'],
  acl: ACL,
  args: {
    key: readKey,
    indent: arg.optional(arg.after('INDENT', arg.text())),
    newline: arg.optional(arg.after('NEWLINE', arg.text())),
    space: arg.optional(arg.after('SPACE', arg.text())),
    path: arg.optional(arg.repeated(arg.text())),
  },
  reply: reply.oneOf([reply.string('JSON: an array of values for a path with $'), reply.nil('no such key')]),
  raw: getRaw,
})

interface Request {
  readonly paths: readonly JsonPath[]
  readonly format: JsonFormat | undefined
}

function getRaw(call: RawCall): void {
  const request = requestOf(call)
  if (typeof request === 'string') return call.reply.error(request)
  const document = call.value(1, jsonType)
  if (document === undefined) return call.reply.nil()
  const { paths, format } = request
  const writer = sharedWriter(format)
  const error = write(writer, document, paths)
  if (error !== undefined) call.reply.error(error)
  else call.reply.bulk(writer.buf, 0, writer.length)
  writer.release()
}

/** @returns the error when there is one */
function write(writer: JsonWriter, document: JsonDocument, paths: readonly JsonPath[]): string | undefined {
  try {
    return paths.length === 1 ? writePath(writer, document, paths[0]) : writePaths(writer, document, paths)
  } catch (error) {
    if (error instanceof TextTooLarge) return TEXT_TOO_LARGE
    throw error
  }
}

function requestOf(call: RawCall): Request | string {
  const paths: JsonPath[] = []
  const format: { indent?: Uint8Array; newline?: Uint8Array; space?: Uint8Array } = {}
  for (let i = 2; i < call.argc; i++) {
    const text = textOf(call, i)
    const word = text.toUpperCase()
    if (word === 'INDENT' || word === 'NEWLINE' || word === 'SPACE') {
      if (++i >= call.argc) return "ERR wrong number of arguments for 'json.get' command"
      format[word.toLowerCase() as keyof JsonFormat] = call.argBytes(i)
      continue
    }
    // RedisJSON 1 had it; since then nothing but JSON's own escapes is escaped.
    if (word === 'NOESCAPE') continue
    const path = compilePath(text)
    if (typeof path === 'string') return path
    paths.push(path)
  }
  if (paths.length === 0) paths.push(compilePath(call.context.client.resp === 3 ? '$' : '.') as JsonPath)
  const { indent = EMPTY, newline = EMPTY, space = EMPTY } = format
  const isPlain = indent.length === 0 && newline.length === 0 && space.length === 0
  return { paths, format: isPlain ? undefined : { indent, newline, space } }
}

const EMPTY = new Uint8Array(0)

/** JSONPath: an array of what it leads to. Legacy: the first. @returns the error when there is none */
export function writePath(writer: JsonWriter, document: JsonDocument, path: JsonPath): string | undefined {
  if (path.segments.length === 0 && writer.format === undefined) {
    if (!path.isLegacy) writer.byte(OPEN_ARRAY)
    document.writeText(writer)
    if (!path.isLegacy) writer.byte(CLOSE_ARRAY)
    return undefined
  }
  if (!path.isLegacy) return writeMatches(writer, document, path, 0)
  const { buf } = document
  const at = path.isStatic ? findOne(path, buf) : firstMatch(path, buf)
  if (at < 0) return at === COSTLY ? TOO_COSTLY : noSuchPath(path.fullText).text
  writer.node(buf, at)
  return undefined
}

/** Neither the place of a match nor that of none. */
const COSTLY = -2

function firstMatch(path: JsonPath, buf: Uint8Array): number {
  const matches = findMatches(path, buf)
  return matches === undefined ? COSTLY : (matches.at[0] ?? -1)
}

/** An object with a member for each path: arrays when one of them is JSONPath, else single values. */
function writePaths(writer: JsonWriter, document: JsonDocument, paths: readonly JsonPath[]): string | undefined {
  const isLegacy = paths.every((path) => path.isLegacy)
  const distinct = new Map(paths.map((path) => [path.text, path]))
  let isFirst = true
  writer.byte(123)
  for (const path of distinct.values()) {
    if (!isFirst) writer.byte(COMMA)
    isFirst = false
    writer.line(1)
    writer.node(stringNode(path.text), 0)
    writer.colon()
    const error = isLegacy ? writePath(writer, document, path) : writeMatches(writer, document, path, 1)
    if (error !== undefined) return error
  }
  writer.line(0)
  writer.byte(125)
  return undefined
}

/** All that a path leads to, as a JSON array. */
function writeMatches(writer: JsonWriter, document: JsonDocument, path: JsonPath, level: number): string | undefined {
  const { buf } = document
  const matches = findValues(path, buf)
  if (matches === undefined) return TOO_COSTLY
  writer.byte(OPEN_ARRAY)
  for (let i = 0; i < matches.at.length; i++) {
    if (i > 0) writer.byte(COMMA)
    writer.line(level + 1)
    writer.node(buf, matches.at[i], level + 1)
  }
  if (matches.at.length > 0) writer.line(level)
  writer.byte(CLOSE_ARRAY)
  return undefined
}
