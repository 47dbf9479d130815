/**
 * Kinds that belong to one parameter each: save, client-output-buffer-limit, bind, replicaof, notify-keyspace-events,
 * latency-tracking-info-percentiles, oom-score-adj-values.
 *
 * Source: the comments of valkey.conf; forms and error texts as observed on Valkey 9.1. Where that cuts a number to 32
 * bits (`save 1 99999999999` becomes 1215752191 changes), and beyond 2^53, the number is refused here.
 */

import { INT_MAX, memoryText, type ParameterKind, parseMemory, WRONG_WORD_COUNT } from './kind.ts'
import { quoteWord } from './line.ts'

/** A whole number as C's strtoll reads one: with a sign, with leading zeros; nothing at all is 0. */
const LOOSE_INTEGER = /^[+-]?[0-9]{0,19}$/

function looseInteger(word: string): bigint | undefined {
  if (!LOOSE_INTEGER.test(word)) return undefined
  const digits = word.replace(/^\+/, '')
  return digits === '' || digits === '-' ? 0n : BigInt(digits)
}

// --- save ------------------------------------------------------------------------------------------------------------

/** Save once `changes` keys have changed and `seconds` have passed. */
export interface SavePoint {
  readonly seconds: number
  readonly changes: number
}

/** Directives of one start-up add up; an empty one takes back those before it. */
export const saveKind: ParameterKind<readonly SavePoint[]> = {
  name: 'list',
  isList: true,
  parse(words, before, again) {
    const wrong = 'Invalid save parameters'
    if (words.length % 2 !== 0) return wrong
    const points: SavePoint[] = words.length > 0 && again ? [...before] : []
    for (let i = 0; i < words.length; i += 2) {
      const seconds = words[i] === '' ? undefined : looseInteger(words[i])
      const changes = looseInteger(words[i + 1])
      if (seconds === undefined || seconds < 1n || seconds > Number.MAX_SAFE_INTEGER) return wrong
      if (changes === undefined || changes < 0n || changes > INT_MAX) return wrong
      points.push({ seconds: Number(seconds), changes: Number(changes) })
    }
    return { value: points, text: this.text(points) }
  },
  text: (value) => value.map(({ seconds, changes }) => `${seconds} ${changes}`).join(' '),
  rewrite: ({ text }) => [{ words: text === '' ? '""' : text, force: true }],
}

// --- client-output-buffer-limit --------------------------------------------------------------------------------------

/** 0 is no limit. The soft limit is one that a client may exceed for `softSeconds` at most. */
export interface OutputBufferLimit {
  readonly hardBytes: number
  readonly softBytes: number
  readonly softSeconds: number
}

export interface OutputBufferLimits {
  readonly normal: OutputBufferLimit
  readonly replica: OutputBufferLimit
  readonly pubsub: OutputBufferLimit
}

const CLIENT_CLASSES = ['normal', 'replica', 'pubsub'] as const

function clientClass(word: string): (typeof CLIENT_CLASSES)[number] | undefined {
  const lower = word.toLowerCase()
  return lower === 'slave' ? 'replica' : CLIENT_CLASSES.find((name) => name === lower)
}

/** A directive changes the classes that it names and leaves the others. CONFIG GET says `slave`, as it always has. */
export const outputBufferLimitKind: ParameterKind<OutputBufferLimits> = {
  name: 'list',
  isList: true,
  parse(words, before) {
    if (words.length % 4 !== 0) return 'Wrong number of arguments in buffer limit configuration.'
    const limits = { ...before }
    for (let i = 0; i < words.length; i += 4) {
      const name = clientClass(words[i])
      if (name === undefined) return 'Invalid client class specified in buffer limit configuration.'
      const limit = parseLimit(words[i + 1], words[i + 2], words[i + 3])
      if (limit === undefined) return 'Error in hard, soft or soft_seconds setting in buffer limit configuration.'
      limits[name] = limit
    }
    return { value: limits, text: this.text(limits) }
  },
  text: (value) =>
    CLIENT_CLASSES.map((name) => {
      const { hardBytes, softBytes, softSeconds } = value[name]
      return `${name === 'replica' ? 'slave' : name} ${hardBytes} ${softBytes} ${softSeconds}`
    }).join(' '),
  rewrite: ({ value }, initial) =>
    CLIENT_CLASSES.map((name) => {
      const words = limitWords(name, value[name])
      return { words, force: words !== limitWords(name, initial[name]) }
    }),
}

function parseLimit(hard: string, soft: string, seconds: string): OutputBufferLimit | undefined {
  const hardBytes = parseMemory(hard) ?? -1n
  const softBytes = parseMemory(soft) ?? -1n
  const softSeconds = looseInteger(seconds) ?? -1n
  if (hardBytes < 0n || hardBytes > Number.MAX_SAFE_INTEGER) return undefined
  if (softBytes < 0n || softBytes > Number.MAX_SAFE_INTEGER) return undefined
  if (softSeconds < 0n || softSeconds > INT_MAX) return undefined
  return { hardBytes: Number(hardBytes), softBytes: Number(softBytes), softSeconds: Number(softSeconds) }
}

function limitWords(name: string, { hardBytes, softBytes, softSeconds }: OutputBufferLimit): string {
  return `${name} ${memoryText(String(hardBytes))} ${memoryText(String(softBytes))} ${softSeconds}`
}

// --- bind ------------------------------------------------------------------------------------------------------------

const BIND_ADDRESSES_MAX = 16

/** Addresses; one with `-` in front may be missing on this machine. */
export const bindKind: ParameterKind<readonly string[]> = {
  name: 'list',
  isList: true,
  parse(words) {
    if (words.length > BIND_ADDRESSES_MAX) return 'Too many bind addresses specified.'
    const value = [...words]
    return { value, text: this.text(value) }
  },
  text: (value) => value.join(' '),
  rewrite({ text }, initial) {
    if (text === this.text(initial)) return []
    return [{ words: text === '' ? '""' : text, force: true }]
  },
}

// --- replicaof -------------------------------------------------------------------------------------------------------

export interface Primary {
  readonly host: string
  readonly port: number
}

export const replicaOfKind: ParameterKind<Primary | undefined> = {
  name: 'list',
  isList: true,
  parse(words) {
    if (words.length !== 2) return WRONG_WORD_COUNT
    const [host, word] = words
    if (host.toLowerCase() === 'no' && word.toLowerCase() === 'one') return { value: undefined, text: '' }
    const port = looseInteger(word)
    if (port === undefined || port < 0n || port > 65535n) return 'Invalid primary port'
    const value = { host, port: Number(port) }
    return { value, text: this.text(value) }
  },
  text: (value) => (value === undefined ? '' : `${value.host} ${value.port}`),
  rewrite: ({ value, text }) => (value === undefined ? [] : [{ words: text, force: true }]),
}

// --- notify-keyspace-events ------------------------------------------------------------------------------------------

/** What `A` stands for. New keys (n) and missed ones (m) are not in it. */
export const ALL_EVENTS = 'g$lshzxetd'
const EVENT_LETTERS = `${ALL_EVENTS}nKEm`

/** Letters, each a class of events; the value has them in one order, with `A` for all classes. */
export const notifyKind: ParameterKind<string> = {
  name: 'text',
  parse([word]) {
    const given = new Set(word.replaceAll('A', ALL_EVENTS))
    for (const letter of given) {
      if (!EVENT_LETTERS.includes(letter)) return "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."
    }
    const all = [...ALL_EVENTS].every((letter) => given.has(letter))
    const letters = [...EVENT_LETTERS].filter((letter) => given.has(letter)).join('')
    // With A, Valkey leaves `n` out of what it shows, and so out of what it writes back; here it stays.
    const text = all ? `A${letters.slice(ALL_EVENTS.length)}` : letters
    return { value: text, text }
  },
  text: (value) => value,
  rewrite: ({ text }, initial) => [{ words: quoteWord(text), force: text !== initial }],
}

// --- latency-tracking-info-percentiles -------------------------------------------------------------------------------

const DECIMAL = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i
const INFINITE = /^[+-]?inf(inity)?$/i

export const percentilesKind: ParameterKind<readonly number[]> = {
  name: 'list',
  isList: true,
  parse(words) {
    const value: number[] = []
    for (const word of words) {
      const isInfinite = INFINITE.test(word)
      if (!DECIMAL.test(word) && !isInfinite) return 'Invalid latency-tracking-info-percentiles parameters'
      const percentile = isInfinite ? Number.POSITIVE_INFINITY : Number(word)
      if (percentile < 0 || percentile > 100) {
        return 'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]'
      }
      value.push(percentile)
    }
    return { value, text: this.text(value) }
  },
  text: (value) => value.map((percentile) => percentile.toFixed(6).replace(/\.?0+$/, '')).join(' '),
  rewrite: ({ text }) => [{ words: text === '' ? '""' : text, force: true }],
}

// --- oom-score-adj-values --------------------------------------------------------------------------------------------

const OOM_SCORES = 3
const OOM_SCORE_MAX = 2000

/** Scores of a primary, a replica and a background child. */
export const oomScoresKind: ParameterKind<readonly number[]> = {
  name: 'list',
  isList: true,
  parse(words) {
    if (words.length !== OOM_SCORES) return WRONG_WORD_COUNT
    const value: number[] = []
    for (const word of words) {
      const score = looseInteger(word)
      if (score === undefined || word === '' || score < -OOM_SCORE_MAX || score > OOM_SCORE_MAX) {
        return `Invalid oom-score-adj-values, elements must be between -${OOM_SCORE_MAX} and ${OOM_SCORE_MAX}.`
      }
      value.push(Number(score))
    }
    return { value, text: this.text(value) }
  },
  text: (value) => value.join(' '),
}
