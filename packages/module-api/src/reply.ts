/** Replies: the values that handlers return, and the shapes that they declare. */

/** An error reply. Its text starts with a code in capitals: `ERR something is wrong`. */
export class ReplyError {
  readonly kind = 'error'
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A status reply such as `+OK`. */
export class ReplyStatus {
  readonly kind = 'status'
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A double, where a plain number would be written as an integer. */
export class ReplyDouble {
  readonly kind = 'double'
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/**
 * What a handler may return, and how it is written:
 *
 *     number, bigint   integer (what is not whole: double; beyond 64 bits: big number of RESP3, digits in RESP2)
 *     string           bulk string, UTF-8         Uint8Array   bulk string
 *     boolean          RESP3 boolean, RESP2 0/1   null         nil
 *     array            array                      Map          map (RESP2: flat array)
 *     Set              set (RESP2: array)         undefined    not to be returned: `call` gives it when a command sent
 *     no reply
 */
export type ReplyValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | ReplyError
  | ReplyStatus
  | ReplyDouble
  | readonly ReplyValue[]
  | ReadonlyMap<ReplyValue, ReplyValue>
  | ReadonlySet<ReplyValue>

export const REPLY_TYPES = [
  'integer',
  'double',
  'string',
  'status',
  'boolean',
  'nil',
  'array',
  'map',
  'set',
  'oneof',
  'any',
] as const
export type ReplyType = (typeof REPLY_TYPES)[number]

/** The shape of a reply as JSON Schema would say it. It documents: replies are not compared with it at run time. */
export interface ReplySchema {
  readonly type: ReplyType
  readonly description?: string
  readonly items?: readonly ReplySchema[]
  readonly each?: ReplySchema
}

/** Reply values that are not plain JavaScript values, and builders of reply shapes. */
export const reply = {
  OK: new ReplyStatus('OK'),
  error: (text: string): ReplyError => new ReplyError(text),
  status: (text: string): ReplyStatus => new ReplyStatus(text),
  double: (value: number): ReplyDouble => new ReplyDouble(value),

  /** Shapes, for a declaration's `reply`. */
  integer: (description?: string): ReplySchema => shape('integer', description),
  number: (description?: string): ReplySchema => shape('double', description),
  string: (description?: string): ReplySchema => shape('string', description),
  simple: (description?: string): ReplySchema => shape('status', description),
  boolean: (description?: string): ReplySchema => shape('boolean', description),
  nil: (description?: string): ReplySchema => shape('nil', description),
  any: (description?: string): ReplySchema => shape('any', description),
  /** An array with these items, in this order. */
  array: (items: readonly ReplySchema[], description?: string): ReplySchema => ({
    ...shape('array', description),
    items,
  }),
  /** An array of any length. */
  list: (each: ReplySchema, description?: string): ReplySchema => ({ ...shape('array', description), each }),
  map: (each: ReplySchema, description?: string): ReplySchema => ({ ...shape('map', description), each }),
  set: (each: ReplySchema, description?: string): ReplySchema => ({ ...shape('set', description), each }),
  oneOf: (items: readonly ReplySchema[], description?: string): ReplySchema => ({
    ...shape('oneof', description),
    items,
  }),
} as const

function shape(type: ReplySchema['type'], description: string | undefined): ReplySchema {
  return description === undefined ? { type } : { type, description }
}
