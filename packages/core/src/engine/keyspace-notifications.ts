/**
 * Keyspace notifications: events of keys as messages of two channels, by the letters of `notify-keyspace-events`.
 *
 *     __keyspace@0__:user:7   del       with K
 *     __keyevent@0__:del      user:7    with E
 *
 * Listens to events only while the parameter asks for any. Source: https://valkey.io/topics/notifications/
 */

import { EVENT_CLASSES, type EventClass } from '@kvasir/module-api'
import type { Database } from '../keyspace/database.ts'
import { fromLatin1 } from '../structures/bytes.ts'
import { ALL_EVENTS } from './config/special-kinds.ts'
import type { Engine } from './engine.ts'
import { EVENT_BITS, type KeyEventListener } from './events.ts'

export function followNotifyParameter(engine: Engine): void {
  let stop: (() => void) | undefined
  engine.config.follow('notify-keyspace-events', (letters) => {
    stop?.()
    stop = undefined
    const notifications = new KeyspaceNotifications(engine, letters)
    if (notifications.isWanted) stop = engine.events.subscribe(notifications)
  })
}

class KeyspaceNotifications implements KeyEventListener {
  readonly classes: number
  readonly #engine: Engine
  readonly #byKey: boolean
  readonly #byEvent: boolean

  constructor(engine: Engine, letters: string) {
    this.#engine = engine
    this.#byKey = letters.includes('K')
    this.#byEvent = letters.includes('E')
    let classes = 0
    for (const [name, letter] of Object.entries(EVENT_CLASSES)) {
      const isInAll = letters.includes('A') && ALL_EVENTS.includes(letter)
      if (isInAll || letters.includes(letter)) classes |= EVENT_BITS[name as EventClass]
    }
    this.classes = classes
  }

  get isWanted(): boolean {
    return this.classes !== 0 && (this.#byKey || this.#byEvent)
  }

  onKeyEvent(_class: number, event: string, db: Database, keyBuf: Uint8Array, keyStart: number, length: number): void {
    const { pubsub } = this.#engine
    if (!pubsub.hasListeners) return
    const key = keyBuf.subarray(keyStart, keyStart + length)
    const name = fromLatin1(event)
    if (this.#byKey) pubsub.publish(joined(`__keyspace@${db.index}__:`, key), name)
    if (this.#byEvent) pubsub.publish(joined(`__keyevent@${db.index}__:`, name), key)
  }
}

function joined(prefix: string, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(prefix.length + rest.length)
  for (let i = 0; i < prefix.length; i++) bytes[i] = prefix.charCodeAt(i)
  bytes.set(rest, prefix.length)
  return bytes
}
