import type { BytesValue } from '@kvasir/server'
import type { Report } from '../report.ts'
import { KEY, lineOf, OTHER_KEY } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { changedKeys, type Stage, type State, shownValue } from '../stage.ts'
import { answers, type Subject, type Trial } from '../subject.ts'

const SOME_TIME_MS = 100_000

export const saveLoad: Rule = {
  name: 'save-load',
  title: 'has the same values after DUMP and RESTORE, in another engine, and from an RDB image',
  async check(subject, report) {
    const stage = subject.stage()
    for (const state of subject.values) {
      const changes = await subject.changesOf(state.type)
      for (const change of [undefined, ...changes]) await checkValue(subject, stage, state, change, report)
    }
    await stage.end(subject.name, report)
  },
}

/** @param change what is done to the value before it is saved */
async function checkValue(
  subject: Subject,
  stage: Stage,
  state: State,
  change: Trial | undefined,
  report: Report,
): Promise<void> {
  stage.setUp(state)
  if (change !== undefined) stage.run(change.words)
  if (stage.must('TYPE', KEY) !== state.type) return
  const after = change === undefined ? '' : ` after '${lineOf(change.words)}'`
  const add: Add = (text, about = state.type) =>
    report.add(about, `${text}${after}: save() and load() must keep all of a value`)
  const readers = await subject.readersOf(state.type)
  const before = answers(stage, readers, KEY)
  checkRestored(stage, readers, before, add)
  await checkElsewhere(subject, stage, readers, before, add)
  stage.must('PEXPIRE', KEY, String(SOME_TIME_MS))
  const snapshot = stage.snapshot()
  const { error } = stage.run(['DEBUG', 'RELOAD'])
  if (error !== undefined) return add(`DEBUG RELOAD is answered with ${error}`)
  const [lost] = changedKeys(snapshot, stage.snapshot())
  if (lost !== undefined) add(`'${lost}' is not the same after DEBUG RELOAD`)
  compare(readers, before, answers(stage, readers, KEY), 'after DEBUG RELOAD', add)
}

/** @param about what complains, if it is not the type */
type Add = (text: string, about?: string) => void

function checkRestored(stage: Stage, readers: readonly Trial[], before: readonly BytesValue[], add: Add): void {
  const payload = stage.payload(KEY) ?? ''
  const expiryMs = Math.max(0, Number(stage.must('PEXPIRETIME', KEY)))
  const { error } = stage.run(['RESTORE', 'restored', `${expiryMs}`, payload, 'ABSTTL'])
  if (error !== undefined) return add(`RESTORE refuses what DUMP gave, with ${error}`)
  if (stage.payload('restored') !== payload) add('DUMP gives another payload of the restored value')
  if (stage.digest('restored') !== stage.digest(KEY)) add('DEBUG DIGEST-VALUE of the restored value is another one')
  compare(readers, before, answers(stage, readers, 'restored'), 'of the restored value', add)
  stage.must('DEL', 'restored')
}

/** Another engine has nothing of the value but its payload. */
async function checkElsewhere(
  subject: Subject,
  stage: Stage,
  readers: readonly Trial[],
  before: readonly BytesValue[],
  add: Add,
): Promise<void> {
  const elsewhere = subject.stage()
  const refused = [KEY, OTHER_KEY].some((key) => {
    return elsewhere.run(['RESTORE', key, '0', stage.payload(key) ?? '']).error !== undefined
  })
  if (!refused) compare(readers, before, answers(elsewhere, readers, KEY), 'in another engine', add)
  await elsewhere.engine.close()
}

function compare(
  readers: readonly Trial[],
  before: readonly BytesValue[],
  after: readonly BytesValue[],
  where: string,
  add: Add,
): void {
  for (const [i, { command, words }] of readers.entries()) {
    const [was, is] = [shownValue(before[i] ?? null), shownValue(after[i] ?? null)]
    if (was !== is) add(`'${lineOf(words)}' answers ${is} ${where}, and not ${was}`, command.name)
  }
}
