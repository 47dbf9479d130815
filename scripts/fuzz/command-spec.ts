/** What the fuzzer knows of a command: how to draw one, and in what its replies may differ between two servers. */

import type { Draw } from './draw.ts'
import type { Reply } from './reply.ts'

export type Words = readonly string[]

/** What was asked, for a comparison that must know. */
export interface Asked {
  readonly words: Words
  /** Our reply to the command of `before`. */
  readonly before?: Reply
}

/** @returns whether two replies that are not the same bytes mean the same */
export type Compare = (ours: Reply, peer: Reply, asked: Asked) => boolean

export interface CommandSpec {
  /** How often it is drawn, compared with the other commands of its family; 10 when left out. */
  readonly weight?: number
  /** The words behind the command's name. */
  readonly args: (draw: Draw) => Words
  /** Without it, replies must be the same bytes. */
  readonly compare?: Compare
  /** A reading command that is sent right before, for `compare`: what a random choice is made from, say. */
  readonly before?: (words: Words) => Words | undefined
  /** Of a command by which the datasets may come to differ: what makes them equal again. */
  readonly settle?: (words: Words) => ((ours: Reply, peer: Reply) => readonly Words[]) | undefined
  /** Of a command of which one server is asked first: what the other one is asked then. XADD's `*`. */
  readonly lead?: (words: Words) => ((reply: Reply) => Words) | undefined
  /** A cursor is followed to its end: where the cursor stands among the words. */
  readonly cursorAt?: number
  /** Commands sent ahead as steps of their own: a push, so that a blocking pop is answered at once. */
  readonly ahead?: (words: Words) => readonly Words[]
  /** A word replaced at random could block, or need gigabytes: only words too few or too many. */
  readonly fragile?: boolean
}

export interface Family {
  readonly name: string
  readonly commands: Readonly<Record<string, CommandSpec>>
  /** Parameters that change how values are kept, and values to give them, with other parameters behind if need be. */
  readonly settings?: Readonly<Record<string, Words>>
}

/** A command to send, and on which connection. */
export interface Step {
  readonly words: Words
  /** RESP version of the connection. */
  readonly protocol: 2 | 3
}

/** A step for the fuzzer itself: let time pass. */
export const SLEEP = '#sleep'
/** A step for the fuzzer itself: compare, or check, the whole dataset. */
export const AUDIT = '#audit'
