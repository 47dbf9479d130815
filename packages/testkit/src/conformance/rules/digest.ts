import type { Report } from '../report.ts'
import { KEY, lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { type Stage, shownValue } from '../stage.ts'
import { answers, type Trial } from '../subject.ts'

export const digest: Rule = {
  name: 'digest',
  title: 'has a digest for each value that changes when the value does',
  async check(subject, report) {
    const stage = subject.stage()
    for (const { type } of subject.values) {
      const readers = await subject.readersOf(type)
      for (const change of await subject.changesOf(type)) {
        if (change.made.includes(type)) checkChange(stage, readers, change, report)
      }
    }
    await stage.end(subject.name, report)
  },
}

function checkChange(stage: Stage, readers: readonly Trial[], { words, state }: Trial, report: Report): void {
  stage.setUp(state)
  const look = () => ({
    payload: stage.payload(KEY),
    digest: stage.digest(KEY),
    answers: answers(stage, readers, KEY).map(shownValue).join('\n'),
  })
  const before = look()
  stage.run(words)
  if (stage.must('TYPE', KEY) !== state.type) return
  const after = look()
  const isOther = before.payload !== after.payload && before.answers !== after.answers
  if (isOther && before.digest === after.digest) {
    report.add(
      state.type,
      `'${lineOf(words)}' changes the value, not its digest: write all that save() does in digest()`,
    )
  }
}
