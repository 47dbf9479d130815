/**
 * The configuration file: text becomes directives, each with the line that it stands in.
 *
 *     port 6379                     one directive a line: its name, in any case, and its words
 *     # maxclients 100              a comment, when it is the first character of the line
 *     save 900 1 300 10             quotes and escapes as in config/line.ts of the core
 *     include /etc/kvasir/*.conf    takes the place of the line; a pattern without any file is passed over
 *
 * The peers make one text of the file, standard input and the command line, and count the lines of its errors through
 * all of it: `Segment` is a part of that text. The files of one `include` are counted together, for themselves.
 *
 * Text has one character per byte. A relative path of `include` starts from the working directory, which a `dir`
 * before it has changed. Source: the comments of redis.conf and valkey.conf, and observed behaviour of Valkey 9.1.
 */

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type ConfigFile, splitWords, trimLine } from '@kvasir/core'
import { expandGlob, hasGlob } from './file-glob.ts'

/** Where a directive comes from. */
export interface Origin {
  /** Path of the file, `standard input` or `command line`. */
  readonly source: string
  /** From 1, as the peers count. */
  readonly line: number
  /** The line, without the space around it. */
  readonly text: string
}

export interface Directive {
  /** Lower case. */
  readonly name: string
  readonly words: readonly string[]
  readonly origin: Origin
}

/** A part of the text that the server is configured with. */
export interface Segment {
  readonly source: string
  readonly text: string
}

/** Why the configuration cannot be read or used. */
export type ConfigFailure =
  | { readonly kind: 'directive'; readonly origin: Origin; readonly reason: string }
  /** `path` as it was given. */
  | { readonly kind: 'open'; readonly path: string; readonly reason: string }
  | { readonly kind: 'whole'; readonly reason: string }

export interface Reading {
  readonly directives: readonly Directive[]
  /** What ended the reading; the directives before it are there. */
  readonly failure?: ConfigFailure
}

const INCLUDE_DEPTH_MAX = 32

/** Reads text into directives, and the files that it includes. @param directory where relative paths start */
export function readDirectives(segments: readonly Segment[], directory: string): Reading {
  const reader = new DirectiveReader(directory)
  reader.readSegments(segments)
  const { directives, failure } = reader
  return failure === undefined ? { directives } : { directives, failure }
}

class DirectiveReader {
  readonly directives: Directive[] = []
  failure: ConfigFailure | undefined
  #directory: string
  #depth = 0

  constructor(directory: string) {
    this.#directory = directory
  }

  readSegments(segments: readonly Segment[]): void {
    let newlines = 0
    for (const { source, text } of segments) {
      const lines = text.split('\n')
      for (const [index, line] of lines.entries()) {
        this.#readLine({ source, line: newlines + index + 1, text: trimLine(line) })
        if (this.failure !== undefined) return
      }
      newlines += lines.length - 1
    }
  }

  #readLine(origin: Origin): void {
    if (origin.text === '' || origin.text.startsWith('#')) return
    const words = splitWords(origin.text)
    if (words === undefined) {
      this.failure = { kind: 'directive', origin, reason: 'Unbalanced quotes in configuration line' }
      return
    }
    const [first, ...rest] = words
    if (first === undefined) return
    const name = first.toLowerCase()
    if (name === 'include' && rest.length === 1) return this.#include(rest[0] as string, origin)
    this.directives.push({ name, words: rest, origin })
    if (name === 'dir' && rest.length === 1) this.#directory = resolve(this.#directory, pathOf(rest[0] as string))
  }

  #include(word: string, origin: Origin): void {
    const path = pathOf(word)
    const paths = hasGlob(path) ? expandGlob(path, this.#directory) : [path]
    if (this.#depth === INCLUDE_DEPTH_MAX) {
      this.failure = { kind: 'directive', origin, reason: `more than ${INCLUDE_DEPTH_MAX} files include one another` }
      return
    }
    const segments: Segment[] = []
    for (const each of paths) {
      const source = resolve(this.#directory, each)
      const text = each === '' ? { reason: 'No such file or directory' } : readText(source)
      if (typeof text === 'string') segments.push({ source, text })
      else this.failure = { kind: 'open', path: each, reason: text.reason }
      if (this.failure !== undefined) return
    }
    this.#depth++
    this.readSegments(segments)
    this.#depth--
  }
}

/** A path that stands in the configuration, where it is UTF-8 with one character per byte. */
export function pathOf(word: string): string {
  return Buffer.from(word, 'latin1').toString('utf8')
}

/** A file's contents, one character per byte, or why it cannot be read. */
export function readText(path: string | number): string | { readonly reason: string } {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    return { reason: systemReason(error) }
  }
}

/** `No such file or directory`: what the system says about an error, in C's words. */
export function systemReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EISDIR') return 'Is a directory'
  const words = /^[A-Z]+: ([^,]*)/.exec(error.message)?.[1] ?? error.message
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What the peers print on standard error when they do not start, or write into the log for `open`. */
export function failureText(failure: ConfigFailure, version: string): string {
  if (failure.kind === 'open') return `Fatal error, can't open config file '${failure.path}': ${failure.reason}`
  const head = `\n*** FATAL CONFIG FILE ERROR (Version ${version}) ***\n`
  if (failure.kind === 'whole') return `${head}${failure.reason}\n`
  const { origin, reason } = failure
  return `${head}Reading the configuration file, at line ${origin.line}\n>>> '${origin.text}'\n${reason}\n`
}

/** The file for CONFIG REWRITE: written beside and renamed, so that a crash leaves the old one or the new one. */
export function openConfigFile(path: string): ConfigFile {
  return {
    read() {
      const text = readText(path)
      return typeof text === 'string' ? text : ''
    },
    write(contents) {
      const written = join(dirname(path), `.${process.pid}.${Date.now()}.conf.tmp`)
      try {
        const file = openSync(written, 'wx', 0o644)
        try {
          writeSync(file, Buffer.from(contents, 'latin1'))
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
        renameSync(written, path)
      } catch (error) {
        rmSync(written, { force: true })
        throw new Error(systemReason(error))
      }
    },
  }
}
