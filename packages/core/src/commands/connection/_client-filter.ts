/**
 * Filters of CLIENT LIST and CLIENT KILL. All must fit; of one given twice the last counts, but IDs add up. Most have
 * an opposite, `NOT-NAME` to `NAME`, which is a filter of its own. Source: observed behaviour of Valkey 9.1.
 */

import { type Argument, arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { ageSeconds, clientFlags, idleSeconds } from '../../engine/client-line.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { Session } from '../../engine/session.ts'

export type ClientFilter = (session: Session) => boolean

/** The declarations that both commands share, from USER on; `types` are the alternatives of NOT-TYPE. */
export function filterArguments(types: Argument<unknown>) {
  const since = { since: '9.0.0' }
  return {
    username: optionalAfter('USER', arg.string()),
    addr: optionalAfter('ADDR', arg.string({ display: 'ip:port' })),
    laddr: optionalAfter('LADDR', arg.string({ display: 'ip:port' })),
    skipme: optionalAfter('SKIPME', arg.oneOf({ yes: arg.token('YES'), no: arg.token('NO') })),
    maxage: optionalAfter('MAXAGE', arg.integer()),
    name: optionalAfter('NAME', arg.string(since)),
    idle: optionalAfter('IDLE', arg.integer(since)),
    flags: optionalAfter('FLAGS', arg.string(since)),
    libName: optionalAfter('LIB-NAME', arg.string(since)),
    libVer: optionalAfter('LIB-VER', arg.string(since)),
    db: optionalAfter('DB', arg.integer(since)),
    capa: optionalAfter('CAPA', arg.string(since)),
    ip: optionalAfter('IP', arg.string(since)),
    notClientType: optionalAfter('NOT-TYPE', { ...types, ...since }),
    notClientId: optionalAfter('NOT-ID', arg.repeated(arg.integer(since))),
    notUsername: optionalAfter('NOT-USER', arg.string(since)),
    notAddr: optionalAfter('NOT-ADDR', arg.string({ display: 'ip:port', ...since })),
    notLaddr: optionalAfter('NOT-LADDR', arg.string({ display: 'ip:port', ...since })),
    notName: optionalAfter('NOT-NAME', arg.string(since)),
    notFlags: optionalAfter('NOT-FLAGS', arg.string(since)),
    notLibName: optionalAfter('NOT-LIB-NAME', arg.string(since)),
    notLibVer: optionalAfter('NOT-LIB-VER', arg.string(since)),
    notDb: optionalAfter('NOT-DB', arg.integer(since)),
    notCapa: optionalAfter('NOT-CAPA', arg.string(since)),
    notIp: optionalAfter('NOT-IP', arg.string(since)),
  } as const
}

const optionalAfter = <T>(token: string, argument: Argument<T>) => arg.optional(arg.after(token, argument))

/** Makes a filter of an option's value, or tells what is wrong with the value. */
type FilterReader = (call: Call, index: number) => ClientFilter | FilterError

class FilterError {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The letters that a filter by flags may name, whether Kvasir gives them or not. */
const FLAG_LETTERS = 'ABEIMNOPRSTUbcdeirtux'
const CAPABILITY_LETTERS = 'r'

const TYPES: ReadonlyMap<string, string> = new Map([
  ['normal', 'normal'],
  ['pubsub', 'pubsub'],
  ['replica', 'replica'],
  ['slave', 'replica'],
  ['primary', 'primary'],
  ['master', 'primary'],
])

/** By their names in lower case. Those without an opposite are in `POSITIVE_ONLY`. */
const READERS: ReadonlyMap<string, FilterReader> = new Map(
  Object.entries({
    type: readType,
    user: readUser,
    addr: readText((session) => session.transport.address),
    laddr: readText((session) => session.transport.localAddress),
    name: readText((session) => session.name),
    flags: readLetters('flags', FLAG_LETTERS, clientFlags),
    'lib-name': readText((session) => session.libName),
    'lib-ver': readText((session) => session.libVersion),
    db: readDb,
    capa: readLetters('capa', CAPABILITY_LETTERS, (session) => session.capabilities),
    ip: readText((session) => hostOf(session.transport.address)),
  }),
)

const POSITIVE_ONLY: ReadonlyMap<string, FilterReader> = new Map(
  Object.entries({
    maxage: readSeconds('maxage', ageSeconds),
    idle: readSeconds('idle', idleSeconds),
  }),
)

/**
 * Reads the filters from the arguments behind `from`.
 * @param skipsMe whether the client that asks is left out unless it says otherwise
 * @returns undefined after the error
 */
export function readClientFilter(call: Call, from: number, skipsMe: boolean): ClientFilter | undefined {
  const filters = new Map<string, ClientFilter>()
  const ids = new Set<number>()
  const notIds = new Set<number>()
  let skipMe = skipsMe
  for (let i = from; i < call.argc; ) {
    const option = call.argLatin1(i).toLowerCase()
    if (++i === call.argc) return void call.syntaxError()
    if (option === 'id' || option === 'not-id') {
      const next = readIds(call, i, option === 'id' ? ids : notIds)
      if (typeof next !== 'number') return void call.reply.error(next.text)
      i = next
    } else if (option === 'skipme') {
      skipMe = call.argIs(i, 'yes')
      if (!skipMe && !call.argIs(i, 'no')) return void call.syntaxError()
      i++
    } else {
      const filter = readFilter(call, option, i++)
      if (filter instanceof FilterError) return void call.reply.error(filter.text)
      filters.set(option, filter)
    }
  }
  if (ids.size > 0) filters.set('id', (session) => ids.has(session.id))
  if (skipMe) notIds.add(call.session.id)
  const all = [...filters.values()]
  return (session) => !notIds.has(session.id) && all.every((filter) => filter(session))
}

function readFilter(call: Call, option: string, index: number): ClientFilter | FilterError {
  const isOpposite = option.startsWith('not-')
  const reader = isOpposite ? READERS.get(option.slice(4)) : (READERS.get(option) ?? POSITIVE_ONLY.get(option))
  if (reader === undefined) return new FilterError(ERRORS.syntax)
  const filter = reader(call, index)
  return filter instanceof FilterError || !isOpposite ? filter : (session) => !filter(session)
}

/** Takes numbers as long as there are any. @returns the index behind them */
function readIds(call: Call, from: number, ids: Set<number>): number | FilterError {
  let i = from
  for (; i < call.argc; i++) {
    const id = call.argInt64(i)
    if (id === undefined) break
    if (id < 1n) return new FilterError('ERR client-id should be greater than 0')
    // Beyond 2^53 it is nobody's, rounded or not.
    ids.add(Number(id))
  }
  return i === from ? new FilterError(ERRORS.syntax) : i
}

function readText(textOf: (session: Session) => string): FilterReader {
  return (call, index) => {
    const text = call.argLatin1(index)
    // No name is not a name that is empty.
    return (session) => text !== '' && textOf(session) === text
  }
}

function readLetters(what: string, known: string, lettersOf: (session: Session) => string): FilterReader {
  return (call, index) => {
    const letters = [...call.argLatin1(index)]
    if (!letters.every((letter) => known.includes(letter))) {
      return new FilterError(`ERR Unknown ${what} found in the provided filter: ${letters.join('')}`)
    }
    return (session) => letters.every((letter) => lettersOf(session).includes(letter))
  }
}

function readSeconds(what: string, secondsOf: (session: Session) => number): FilterReader {
  return (call, index) => {
    const seconds = call.argInt64(index)
    if (seconds === undefined) return new FilterError(`ERR ${what} is not an integer or out of range`)
    if (seconds < 1n) return new FilterError(`ERR ${what} should be greater than 0`)
    return (session) => secondsOf(session) >= seconds
  }
}

function readType(call: Call, index: number): ClientFilter | FilterError {
  const given = call.argLatin1(index)
  const type = TYPES.get(given.toLowerCase())
  if (type === undefined) return new FilterError(`ERR Unknown client type '${given}'`)
  return (session) => session.outputClass === type
}

function readUser(call: Call, index: number): ClientFilter | FilterError {
  const user = call.argLatin1(index)
  if (call.engine.acl.user(user) === undefined) return new FilterError(`ERR No such user '${user}'`)
  return (session) => session.user.name === user
}

function readDb(call: Call, index: number): ClientFilter | FilterError {
  const db = call.argInteger(index)
  const { databaseCount } = call.engine
  if (Number.isNaN(db)) return new FilterError('ERR DB is not an integer or out of range')
  if (db < 0 || db >= databaseCount)
    return new FilterError(`ERR DB number should be between 0 and ${databaseCount - 1}`)
  return (session) => session.dbIndex === db
}

/** `127.0.0.1` of `127.0.0.1:6379`, `::1` of `[::1]:6379`. */
function hostOf(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':'))
  return host.startsWith('[') ? host.slice(1, -1) : host
}
