/** Sessions of commands and the replies that they are to get. */

import type { RespClient } from '@kvasir/testkit'
import { expect } from 'vitest'

/** Requests, each with its reply as a plain value; an error is its text. */
export type SessionLines = readonly (readonly [words: readonly (string | number)[], reply: unknown])[]

export async function expectReplies(client: RespClient, lines: SessionLines): Promise<void> {
  for (const [words, reply] of lines) {
    const value: unknown = await client.value(...words.map(String))
    expect([words, isError(value) ? value.message : value]).toEqual([words, reply])
  }
}

const isError = (value: unknown): value is Error => typeof value === 'object' && value !== null && 'message' in value
