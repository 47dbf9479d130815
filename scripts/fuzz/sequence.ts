/** Sequences: random commands of the chosen families, a few of all others, and what happens besides. */

import { AUDIT, type CommandSpec, type Family, SLEEP, type Step, type Words } from './command-spec.ts'
import { Draw } from './draw.ts'
import { drawTransaction } from './transactions.ts'

export interface SequenceOptions {
  /** The families that are tried. */
  readonly families: readonly Family[]
  /** What the rest of the commands is taken from, so that keys of all types exist. */
  readonly others: readonly Family[]
  /** Commands and settings that one of the servers does not know. */
  readonly unknown: ReadonlySet<string>
}

/** How often, in one command. */
const OTHER_FAMILY = 0.08
const NEW_SETTING = 0.004
const WRONG_ARITY = 0.012
const WRONG_WORD = 0.02
const OTHER_DATABASE = 0.01
const AUDITED = 0.001
const EXPIRES_SOON = 0.0015
const TRANSACTION = 0.008
/** Commands on one connection before it is the other's turn. */
const TURN_MAX = 400
const MUTATED_WORDS_MAX = 400

interface Choice {
  readonly name: string
  readonly spec: CommandSpec
  /** Sum of the weights up to this one. */
  readonly upTo: number
}

function choices({ commands }: Family, unknown: ReadonlySet<string>): Choice[] {
  let sum = 0
  return Object.entries(commands)
    .filter(([name]) => !unknown.has(name))
    .map(([name, spec]) => {
      sum += spec.weight ?? 10
      return { name, spec, upTo: sum }
    })
}

function weighted(draw: Draw, list: readonly Choice[]): Choice {
  const at = (draw.next() / 0x100000000) * (list.at(-1) as Choice).upTo
  return list.find(({ upTo }) => at < upTo) as Choice
}

/** One in some words changed, missing or too many. */
function mutated(draw: Draw, words: Words, fragile: boolean): Words {
  const changed = [...words]
  const at = 1 + draw.below(words.length - 1)
  if (draw.chance(WRONG_ARITY)) {
    if (draw.chance(0.5) && words.length > 1 && words.length < MUTATED_WORDS_MAX) changed.splice(at, 1)
    else changed.push(fragile ? 'nosuch' : draw.wrongWord())
    return changed
  }
  if (!fragile && words.length > 1 && draw.chance(WRONG_WORD)) changed[at] = draw.wrongWord()
  return changed
}

/** Valkey takes a key that is called FIELDS for the option, and HSETEX then writes what is not meant. */
const isMistaken = (words: Words): boolean => words[1] === 'FIELDS'

/** @returns `count` commands and a few more; the last step is an audit */
export function drawSequence(options: SequenceOptions, seed: number, count: number): Step[] {
  const draw = new Draw(seed)
  const usable = (families: readonly Family[]): Choice[][] =>
    families.map((family) => choices(family, options.unknown)).filter((list) => list.length > 0)
  const families = usable(options.families)
  const others = usable(options.others)
  const settings = options.families
    .flatMap((family) => Object.entries(family.settings ?? {}))
    .filter(([name]) => !options.unknown.has(name))
  if (families.length === 0) return []
  const steps: Step[] = []
  let protocol: 2 | 3 = 2
  let turn = 0
  const add = (...words: string[]): void => void steps.push({ words, protocol })
  const command = (): { words: Words; spec: CommandSpec } => {
    const { name, spec } = weighted(draw, draw.pick(draw.chance(OTHER_FAMILY) && others.length > 0 ? others : families))
    const drawn = [...name.split(' '), ...spec.args(draw)]
    const words = mutated(draw, drawn, spec.fragile === true)
    return { words: isMistaken(words) ? drawn : words, spec }
  }
  for (let i = 0; i < count; i++) {
    if (turn-- <= 0) {
      protocol = draw.chance(0.5) ? 2 : 3
      turn = draw.between(20, TURN_MAX)
    }
    const { words, spec } = command()
    const elsewhere = draw.chance(OTHER_DATABASE)
    if (elsewhere) add('SELECT', '1')
    for (const ahead of spec.ahead?.(words) ?? []) add(...ahead)
    add(...words)
    if (elsewhere) add('SELECT', '0')
    if (draw.chance(NEW_SETTING) && settings.length > 0) {
      const [parameter, values] = draw.pick(settings)
      add('CONFIG', 'SET', parameter, ...draw.pick(values).split(' '))
    }
    if (draw.chance(EXPIRES_SOON)) expireSoon(draw, add)
    if (draw.chance(TRANSACTION)) {
      const on = (onOther: boolean): 2 | 3 => (onOther === (protocol === 2) ? 3 : 2)
      drawTransaction(draw, {
        command,
        add: (words, onOther = false) => void steps.push({ words, protocol: on(onOther) }),
      })
    }
    if (draw.chance(AUDITED)) add(AUDIT)
  }
  add(AUDIT)
  return steps
}

/**
 * Some keys get a time to live that is over before the next command. EXISTS makes sure that they are gone from DBSIZE
 * too, which counts keys whose time is over until somebody comes by.
 */
function expireSoon(draw: Draw, add: (...words: string[]) => void): void {
  const keys = new Set(draw.times(draw.few(), () => draw.anyKey()))
  for (const key of keys) add('PEXPIRE', key, String(draw.between(1, 3)))
  add(SLEEP, '12')
  add('EXISTS', ...keys)
}
