import type { Report } from '../report.ts'
import { KEY, lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { type Stage, type State, shownValue } from '../stage.ts'
import { answers, type Trial } from '../subject.ts'

const SOME_TIME_MS = '100000'
const RENAMED = 'renamed'

export const rename: Rule = {
  name: 'rename',
  title: 'has values that RENAME and MOVE keep as they are, with their time to live',
  async check(subject, report) {
    const stage = subject.stage()
    for (const state of subject.values) {
      const readers = await subject.readersOf(state.type)
      checkState(stage, state, readers, report)
    }
    await stage.end(subject.name, report)
  },
}

function checkState(stage: Stage, state: State, readers: readonly Trial[], report: Report): void {
  stage.setUp(state)
  stage.must('PEXPIRE', KEY, SOME_TIME_MS)
  const before = stage.snapshot().get(KEY)
  const answered = answers(stage, readers, KEY).map(shownValue)
  stage.must('RENAME', KEY, RENAMED)
  stage.takeEvents()
  if (stage.must('EXISTS', KEY) !== 0)
    report.add(state.type, 'the old name is still there after RENAME: do not make keys')
  checkSame(stage, state, { readers, answered, before }, RENAMED, report)
  stage.must('RENAME', RENAMED, KEY)
  stage.must('MOVE', KEY, '1')
  stage.must('SELECT', '1')
  checkSame(stage, state, { readers: [], answered: [], before }, KEY, report)
  stage.must('SELECT', '0')
}

interface Former {
  readonly readers: readonly Trial[]
  readonly answered: readonly string[]
  readonly before: string | undefined
}

function checkSame(stage: Stage, { type }: State, former: Former, key: string, report: Report): void {
  if (stage.snapshot().get(key) !== former.before) {
    report.add(type, 'another value or time to live under the new name: a listener must not change what was renamed')
  }
  for (const [i, value] of answers(stage, former.readers, key).entries()) {
    if (shownValue(value) === former.answered[i]) continue
    const { command, words } = former.readers[i] as Trial
    report.add(
      command.name,
      `'${lineOf(words)}' answers something else for a renamed key: keep nothing by the names of keys`,
    )
  }
}
