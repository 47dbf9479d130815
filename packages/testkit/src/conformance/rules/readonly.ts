import { lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { isWrite } from '../subject.ts'

export const readonly: Rule = {
  name: 'readonly',
  title: 'changes keys by commands with the flag write only',
  async check(subject, report) {
    const stage = subject.stage()
    for (const { command, words, state, changed } of await subject.trials()) {
      if (isWrite(command)) continue
      const line = lineOf(words)
      if (changed.length > 0) {
        report.add(command.name, `'${line}' changes '${changed[0]}': give it the flag 'write', or work on a copy`)
      }
      stage.setUp(state)
      stage.run(words)
      const [event] = stage.takeEvents()
      if (event === undefined) continue
      report.add(command.name, `'${line}' tells of '${event.event}', as only a command with the flag 'write' may`)
    }
    await stage.end(subject.name, report)
  },
}
