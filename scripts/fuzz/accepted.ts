/**
 * Accepted differences: replies in which ours is known not to be Valkey's, each with the reason. The fewer the better.
 * Where the dataset differs afterwards, nothing can be accepted: do not draw such a command.
 */

import type { Words } from './command-spec.ts'

interface Accepted {
  readonly why: string
  /** @param name the command in capitals */
  is(name: string, words: Words, ours: string, peer: string): boolean
}

/** 2^48 ms after 1970, less what relative times may add. */
const FAR_SECONDS = 270_000_000_000

const ACCEPTED: readonly Accepted[] = [
  {
    why: 'what is quoted in an error ends at a zero byte in Valkey',
    is: (_name, _words, ours, peer) =>
      ours.startsWith('-') && peer.startsWith('-') && withoutZero(ours) === withoutZero(peer),
  },
  {
    why: 'times from the year 10000 on are all the same to us: the longest that an entry can hold',
    is: (name, words) => /EXPIRE(AT)?$/.test(name) && words.some((word) => Number(word) >= FAR_SECONDS),
  },
  {
    why: 'when sources do not fit, or are missing, Valkey does not ask for permission for the destination either',
    is: (name, [, , , command = ''], ours, peer) =>
      name === 'ACL' && MERGING.test(command) && ours.includes('access the') && peer !== ours,
  },
  {
    why: 'for permissions Valkey counts keys by what is no number to the command, which refuses it',
    is: (name, words, _ours, peer) =>
      name === 'ACL' && words.slice(4, 6).some((word) => LOOSE_COUNT.test(word)) && peer.includes('access the'),
  },
]

/** Commands with a destination, and sources that may be wrong or missing. */
const MERGING = /^(Z(UNION|INTER|DIFF)STORE|PFMERGE)$/i

/** What C's atoi takes for a number above 0, and our commands do not. */
const LOOSE_COUNT = /^(\s+\+?[1-9]|\+[1-9]|\s*\+?0+[1-9]|[1-9]\d*\D)/

const withoutZero = (error: string): string => error.replace(/\0[^' ]*/g, '')

export const isAccepted = (words: Words, ours: string, peer: string): boolean => {
  const name = (words[0] ?? '').toUpperCase()
  return ACCEPTED.some((accepted) => accepted.is(name, words, ours, peer))
}
