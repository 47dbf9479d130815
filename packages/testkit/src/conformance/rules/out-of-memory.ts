import { failAllocations } from '../../allocation-faults.ts'
import { checkEngine } from '../../engine-invariants.ts'
import type { Report } from '../report.ts'
import { lineOf, type Words } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Stage } from '../stage.ts'
import type { Trial } from '../subject.ts'

/** Allocations of a call that are made to fail, another one each time. */
const ALLOCATIONS_MAX = 20

export const outOfMemory: Rule = {
  name: 'out-of-memory',
  title: 'answers OOM when memory runs out in the middle of a command, and leaves the engine in order',
  async check(subject, report) {
    const stage = subject.stage()
    for (const trial of await subject.successes()) if (trial.changed.length > 0) checkTrial(stage, trial, report)
    await stage.end(subject.name, report)
  },
}

function checkTrial(stage: Stage, { command, words, state }: Trial, report: Report): void {
  for (let after = 0; after < ALLOCATIONS_MAX; after++) {
    stage.setUp(state)
    const error = runWith(stage, words, after)
    if (error === undefined) return
    if (!error.startsWith('OOM ')) {
      const advice = 'let exceptions that are not yours pass'
      report.add(command.name, `'${lineOf(words)}' is answered with ${error} when memory runs out, not OOM: ${advice}`)
    }
    try {
      checkEngine(stage.engine.engine)
    } catch (wrong) {
      return report.add(command.name, `'${lineOf(words)}', when memory runs out: ${(wrong as Error).message}`)
    }
  }
}

/** @returns the error reply, if there is one */
function runWith(stage: Stage, words: Words, allocations: number): string | undefined {
  using _ = failAllocations(stage.engine.engine, allocations)
  return stage.run(words).error
}
