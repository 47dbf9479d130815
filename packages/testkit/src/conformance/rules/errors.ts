import type { Report } from '../report.ts'
import { KEY, lineOf, OTHER_KEY, type Words } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { changedKeys, type Snapshot, type Stage, type State } from '../stage.ts'
import { isWrite, nameWords, type Trial } from '../subject.ts'

/** What is put in the place of each word. */
const BAD_WORDS: readonly string[] = [
  '',
  '0',
  '-1',
  '1.5',
  '2147483648',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '1e308',
  '-inf',
  'nan',
  '\xff\xfe',
  'a\0b',
  'no such thing',
  'x'.repeat(70_000),
]

export const errors: Rule = {
  name: 'errors',
  title: 'changes nothing when it refuses a call, whatever the words are, and never fails inside',
  async check(subject, report) {
    const errands = new Errands(subject.stage(), report)
    const seen = new Set<string>()
    for (const trial of await subject.trials()) {
      errands.run(trial, trial.words, trial.state)
      if (trial.error !== undefined) continue
      for (let at = nameWords(trial.command).length; at < trial.words.length; at++) {
        if (trial.words[at] === KEY || trial.words[at] === OTHER_KEY) continue
        for (const bad of BAD_WORDS) {
          const words = trial.words.with(at, bad)
          const call = `${trial.state.type}\0${words.join('\0')}`
          if (!seen.has(call)) errands.run(trial, words, trial.state)
          seen.add(call)
        }
      }
    }
    await errands.stage.end(subject.name, report)
  },
}

/** Calls one after another; the state is made anew only when the last call has changed it. */
class Errands {
  readonly stage: Stage
  readonly #report: Report
  #state: State | undefined
  #before: Snapshot = new Map()

  constructor(stage: Stage, report: Report) {
    this.stage = stage
    this.#report = report
  }

  run({ command }: Trial, words: Words, state: State): void {
    const { stage } = this
    if (this.#state !== state) {
      stage.setUp(state)
      this.#before = stage.snapshot()
      this.#state = state
    }
    const { error } = stage.run(words)
    const events = stage.takeEvents()
    if (error === undefined) {
      if (isWrite(command)) this.#state = undefined
      return
    }
    if (error.startsWith('ERR internal')) {
      this.#report.add(command.name, `'${lineOf(words)}' fails inside: an exception is answered with '${error}'`)
    }
    const changed = changedKeys(this.#before, stage.snapshot())
    if (changed.length > 0) this.#state = undefined
    if (changed.length > 0 || events.length > 0) {
      const what = changed.length > 0 ? `changes '${changed[0]}'` : `tells of '${events[0]?.event}'`
      this.#report.add(
        command.name,
        `'${lineOf(words)}' ${what}, though refused: check everything before the first change`,
      )
    }
  }
}
