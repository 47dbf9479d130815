import type { Report } from '../report.ts'
import { KEY, lineOf, withKey } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { type Stage, type State, shownValue } from '../stage.ts'
import { answers, type Trial } from '../subject.ts'

const COPY = 'copy'

export const copy: Rule = {
  name: 'copy',
  title: 'has copies of values that change each on their own',
  async check(subject, report) {
    const stage = subject.stage()
    for (const state of subject.values) {
      checkCopy(stage, state, await subject.readersOf(state.type), report)
      for (const change of await subject.changesOf(state.type)) {
        for (const changed of [KEY, COPY]) checkApart(stage, change, changed, report)
      }
    }
    await stage.end(subject.name, report)
  },
}

function checkCopy(stage: Stage, state: State, readers: readonly Trial[], report: Report): void {
  stage.setUp(state)
  const { error } = stage.run(['COPY', KEY, COPY])
  if (error !== undefined) return report.add(state.type, `COPY is answered with ${error}: copy() must not throw`)
  const isSame = stage.payload(COPY) === stage.payload(KEY) && stage.digest(COPY) === stage.digest(KEY)
  if (!isSame) report.add(state.type, 'a copy is not the same as the value: copy() must take all of it')
  const [ours, theirs] = [KEY, COPY].map((key) => answers(stage, readers, key).map(shownValue))
  for (const [i, { command, words }] of readers.entries()) {
    if (ours?.[i] === theirs?.[i]) continue
    report.add(command.name, `'${lineOf(words)}' answers something else for a copy: copy() must take all of a value`)
  }
}

/** @param changed which of the two is changed */
function checkApart(stage: Stage, { words, state }: Trial, changed: string, report: Report): void {
  stage.setUp(state)
  if (stage.run(['COPY', KEY, COPY]).error !== undefined) return
  const kept = changed === KEY ? COPY : KEY
  const before = stage.payload(kept)
  stage.run(withKey(words, KEY, changed))
  if (stage.payload(kept) === before) return
  report.add(
    state.type,
    `'${lineOf(words)}' changes a value and its copy together: copy() must share nothing that changes`,
  )
}
