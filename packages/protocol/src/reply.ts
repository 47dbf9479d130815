/**
 * A reply as a value that keeps its RESP type, so that two servers' replies can be compared exactly; and the plain
 * JavaScript value that a program would rather have.
 *
 *     RESP                       Reply                                                     simpleValue
 *     +OK                        { type: 'simple', value: 'OK' }                           'OK'
 *     -ERR no                    { type: 'error', value: 'ERR no' }                        ReplyError (not thrown)
 *     !6 ERR no                  { type: 'bulkError', value: 'ERR no' }                    ReplyError (not thrown)
 *     :7                         { type: 'integer', value: 7 }                             7; bigint beyond 2^53
 *     $2 hi                      { type: 'bulk', value: bytes or 'hi' }                    the same
 *     =6 txt:hi                  { type: 'verbatim', format: 'txt', value: as bulk }       as bulk
 *     _   $-1   *-1              { type: 'null', form: 'null' | 'bulk' | 'array' }         null
 *     #t                         { type: 'boolean', value: true }                          true
 *     ,1.5                       { type: 'double', value: 1.5, text: '1.5' }               1.5
 *     (123                       { type: 'bigNumber', value: 123n }                        123n
 *     *2   >2                    { type: 'array' | 'push', value: [a, b] }                 [a, b]
 *     ~2                         { type: 'set', value: [a, b] }                            Set
 *     %1                         { type: 'map', value: [[key, value]] }                    Map
 *     |1 before any of them      its `attributes: [[key, value]]`                          left out
 */

/** `S` is what bulk strings are: bytes or text. */
export type Reply<S extends Uint8Array | string = Uint8Array> = (
  | { type: 'simple' | 'error' | 'bulkError'; value: string }
  | { type: 'integer'; value: number | bigint }
  | { type: 'bulk'; value: S }
  | { type: 'verbatim'; format: string; value: S }
  | { type: 'null'; form: 'null' | 'bulk' | 'array' }
  | { type: 'boolean'; value: boolean }
  /** `text` is how the server printed the number. */
  | { type: 'double'; value: number; text: string }
  | { type: 'bigNumber'; value: bigint }
  /** A set's elements stand in the order in which they came. */
  | { type: 'array' | 'push' | 'set'; value: Reply<S>[] }
  | { type: 'map'; value: ReplyEntry<S>[] }
) & { attributes?: ReplyEntry<S>[] }

export type ReplyEntry<S extends Uint8Array | string = Uint8Array> = [key: Reply<S>, value: Reply<S>]

export type SimpleValue<S extends Uint8Array | string = Uint8Array> =
  | S
  | string
  | number
  | bigint
  | boolean
  | null
  | ReplyError
  | SimpleValue<S>[]
  | Set<SimpleValue<S>>
  | Map<SimpleValue<S>, SimpleValue<S>>

/** An error that a server replied. */
export class ReplyError extends Error {
  override name = 'ReplyError'

  /** The first word: `ERR`, `WRONGTYPE`, `MOVED` and so on. */
  get code(): string {
    const blank = this.message.indexOf(' ')
    return blank < 0 ? this.message : this.message.slice(0, blank)
  }
}

/**
 * The plain JavaScript value of a reply: see the table at the top of this file. Keys of a Map and elements of a Set
 * that are bytes are found by identity only: parse with `strings: 'text'` to look them up.
 */
export function simpleValue<S extends Uint8Array | string>(reply: Reply<S>): SimpleValue<S> {
  // A stack of our own, because the depth is the server's choice.
  const stack: Frame<S>[] = []
  let frame: Frame<S> = { type: 'array', parts: [reply], done: [] }
  for (;;) {
    const part = frame.parts[frame.done.length]
    if (part !== undefined) {
      const parts = partsOf(part)
      if (parts === undefined) frame.done.push(scalarValue(part))
      else {
        stack.push(frame)
        frame = { type: part.type, parts, done: [] }
      }
      continue
    }
    const parent = stack.pop()
    if (parent === undefined) return frame.done[0]
    parent.done.push(aggregateValue(frame.type, frame.done))
    frame = parent
  }
}

/** An aggregate of which `done` are the values of the first parts. */
interface Frame<S extends Uint8Array | string> {
  type: Reply<S>['type']
  parts: Reply<S>[]
  done: SimpleValue<S>[]
}

function partsOf<S extends Uint8Array | string>(reply: Reply<S>): Reply<S>[] | undefined {
  if (reply.type === 'map') return reply.value.flat()
  return reply.type === 'array' || reply.type === 'push' || reply.type === 'set' ? reply.value : undefined
}

function scalarValue<S extends Uint8Array | string>(reply: Reply<S>): SimpleValue<S> {
  if (reply.type === 'null') return null
  if (reply.type === 'error' || reply.type === 'bulkError') return new ReplyError(reply.value)
  return reply.value as SimpleValue<S>
}

function aggregateValue<S extends Uint8Array | string>(type: string, done: SimpleValue<S>[]): SimpleValue<S> {
  if (type === 'set') return new Set(done)
  if (type !== 'map') return done
  const map = new Map<SimpleValue<S>, SimpleValue<S>>()
  for (let i = 0; i < done.length; i += 2) map.set(done[i], done[i + 1])
  return map
}
