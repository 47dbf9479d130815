/** Keyspace events: what happened to a key, told to modules as it happens. */

/** Classes of events, as in `notify-keyspace-events`, with its letters. */
export const EVENT_CLASSES = {
  generic: 'g',
  string: '$',
  list: 'l',
  set: 's',
  hash: 'h',
  zset: 'z',
  stream: 't',
  expired: 'x',
  evicted: 'e',
  miss: 'm',
  new: 'n',
  module: 'd',
} as const

export type EventClass = keyof typeof EVENT_CLASSES

export interface KeyEvent {
  readonly class: EventClass
  /** `set`, `del`, `expire`, `rename_from`, `expired` ... as Redis publishes them. */
  readonly event: string
  readonly key: Uint8Array
  readonly db: number
  /**
   * Which parts of the value may have changed, where the command says so: the fields that it names in a hash, one
   * character a byte; in JSON documents normalized paths as of RFC 9535. Absent: any part may have.
   */
  readonly changed?: readonly string[]
}

/** A key that a command is about to change. */
export interface PendingChange {
  readonly key: Uint8Array
  readonly db: number
  /** The command, in lower case; a subcommand behind its container: `xgroup|create`. */
  readonly command: string
}

/** Changes of a whole database, and of the engine. A flush of database -1 is one of all databases. */
export type EngineEvent =
  | { readonly event: 'flushed'; readonly db: number }
  | { readonly event: 'swapped'; readonly db: number; readonly withDb: number }

export interface EventSubscription {
  /** Classes to hear of; empty or absent: all. */
  readonly classes?: readonly EventClass[]
  /** Glob pattern of keys, absent: all keys. */
  readonly pattern?: string
}
