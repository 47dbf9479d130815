/**
 * Conformance: what holds for every module, tested from its declaration and a few samples.
 *
 *     import { conformance } from '@kvasir/testkit'
 *     import { it } from 'vitest'
 *
 *     conformance(it, ratelimit, {
 *       values: { ratelimit: ['RL.TAKE key 5 60000'] },
 *       calls: ['RL.TAKE key 5 60000 COST 2'],
 *     })
 *
 * Each rule is a test of its own, whose message says which command or type breaks it, by which request, and what to do.
 * The requests come from the samples and from the declarations: names, arity, keys, arguments, flags, replies and
 * types. Every call is tried on a value of every type and on no keys at all; what it does there is what the rules look
 * at. Nothing is random: the clock stands still, and what is drawn comes from a seed.
 */

import type { ModuleDefinition } from '@kvasir/module-api'
import { Report } from './report.ts'
import type { Rule } from './rule.ts'
import { acl } from './rules/acl.ts'
import { arity } from './rules/arity.ts'
import { copy } from './rules/copy.ts'
import { denyoom } from './rules/denyoom.ts'
import { digest } from './rules/digest.ts'
import { docs } from './rules/docs.ts'
import { effects } from './rules/effects.ts'
import { errors } from './rules/errors.ts'
import { events } from './rules/events.ts'
import { expire } from './rules/expire.ts'
import { keys } from './rules/keys.ts'
import { memory } from './rules/memory.ts'
import { outOfMemory } from './rules/out-of-memory.ts'
import { payloads } from './rules/payloads.ts'
import { readonly } from './rules/readonly.ts'
import { rename } from './rules/rename.ts'
import { replies } from './rules/replies.ts'
import { samples } from './rules/samples.ts'
import { saveLoad } from './rules/save-load.ts'
import { wrongType } from './rules/wrong-type.ts'
import { type ConformanceSamples, Subject } from './subject.ts'

const RULES: readonly Rule[] = [
  samples,
  docs,
  acl,
  keys,
  arity,
  wrongType,
  replies,
  readonly,
  errors,
  events,
  denyoom,
  saveLoad,
  digest,
  copy,
  rename,
  expire,
  memory,
  outOfMemory,
  effects,
  payloads,
]

/** Registers one test, as `it` of vitest and `test` of node:test do. */
export type RegisterTest = (title: string, run: () => Promise<void>) => unknown

/**
 * Registers a test for each rule.
 * @param it the test runner's function
 * @param module the module, or what makes one: each engine of the tests gets its own then
 * @param given what cannot be told from the declarations
 */
export function conformance(
  it: RegisterTest,
  module: ModuleDefinition | (() => ModuleDefinition),
  given: ConformanceSamples = {},
): void {
  const unknown = Object.keys(given.exceptions ?? {}).find((name) => !RULES.some((rule) => rule.name === name))
  if (unknown !== undefined) throw new Error(`exceptions: there is no rule '${unknown}'`)
  const subject = new Subject(module, given)
  for (const rule of RULES) {
    it(`${subject.name} ${rule.title} (${rule.name})`, async () => {
      const report = new Report(given.exceptions?.[rule.name] ?? {})
      await rule.check(subject, report)
      report.end(rule.name)
    })
  }
}
