import type { ArgumentMap } from '@kvasir/module-api'
import { hasKey } from '../declared-words.ts'
import { lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { isWrite, type Trial } from '../subject.ts'

export const samples: Rule = {
  name: 'samples',
  title: 'has a sample of every data type, and a call of every command that does something',
  async check(subject, report) {
    const stage = subject.stage()
    for (const type of subject.types) {
      const state = subject.values.find((value) => value.type === type)
      if (state === undefined) {
        report.add(type, `no sample: give requests that make one at the key 'key', as values: { '${type}': ['...'] }`)
        continue
      }
      stage.setUp(state)
      const made = stage.must('TYPE', 'key')
      if (made !== type) report.add(type, `its sample makes a value of the type '${made}' at 'key'`)
    }
    await stage.end(subject.name, report)
    const trials = await subject.trials()
    for (const command of subject.commands) {
      const own = trials.filter((trial) => trial.command === command)
      const works = own.some(
        ({ error, state, changed }) =>
          error === undefined && (isWrite(command) ? changed.length > 0 : state.type !== '' || !takesKey(command)),
      )
      if (works) continue
      const tried = mostTelling(own)
      const because = tried?.error === undefined ? 'does nothing' : `is answered with: ${tried.error}`
      const line = lineOf(tried?.words ?? [])
      report.add(command.name, `give a call of it that does something in calls: '${line}' ${because}`)
    }
  },
}

/** A refusal that is not about the type of the value, if there is one. */
function mostTelling(trials: readonly Trial[]): Trial | undefined {
  const refused = trials.filter(({ error }) => error !== undefined && !error.startsWith('WRONGTYPE'))
  return refused.find(({ state }) => state.type !== '') ?? refused[0] ?? trials[0]
}

function takesKey(command: { readonly args: ArgumentMap; readonly keySpecs?: readonly object[] }): boolean {
  return hasKey(command.args) || (command.keySpecs ?? []).length > 0
}
