import { lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Stage } from '../stage.ts'
import { isWrite } from '../subject.ts'

/** Values may shift by a block's size without holding more. */
const SLACK_BYTES = 32

export const denyoom: Rule = {
  name: 'denyoom',
  title: 'lets nothing grow at maxmemory, by the flag denyoom',
  async check(subject, report) {
    const stage = subject.stage()
    for (const { command, words, state, changed } of await subject.successes()) {
      if (!isWrite(command) || command.flags.includes('denyoom') || changed.length === 0) continue
      stage.setUp(state)
      const before = valueBytes(stage)
      stage.run(words)
      const grown = valueBytes(stage) - before
      if (grown <= SLACK_BYTES) continue
      report.add(command.name, `'${lineOf(words)}' takes ${grown} bytes of memory: give it the flag 'denyoom'`)
    }
    await stage.end(subject.name, report)
  },
}

function valueBytes(stage: Stage): number {
  let total = 0
  for (const key of stage.snapshot().keys()) total += stage.memoryBytes(key)
  return total
}
