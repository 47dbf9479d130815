/**
 * Key names: a key and its database as one string, by which clients that wait for it or watch it are found.
 *
 *     3 user:7     the number of the database, a blank, the key with one character for each byte
 */

import { fromLatin1 } from '../structures/bytes.ts'

/** @param key one character for each byte */
export function keyName(dbIndex: number, key: string): string {
  return `${dbIndex} ${key}`
}

export function parseKeyName(name: string): { readonly dbIndex: number; readonly key: Uint8Array } {
  const blank = name.indexOf(' ')
  return { dbIndex: Number(name.slice(0, blank)), key: fromLatin1(name.slice(blank + 1)) }
}
