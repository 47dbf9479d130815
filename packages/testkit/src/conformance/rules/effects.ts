import { setTimeout } from 'node:timers/promises'
import type { Report } from '../report.ts'
import { KEY, lineOf, OTHER_KEY, type Words, withKey } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { type Stage, shownValue } from '../stage.ts'
import { isWrite, nameWords, type Subject } from '../subject.ts'

/** Real time between the engines, by which Date.now() would tell them apart. */
const PAUSE_MS = 20
const ROUNDS = 2

export const effects: Rule = {
  name: 'effects',
  title: 'comes to the same state on a second engine that runs the same commands from the same seed',
  async check(subject, report) {
    const script = await scriptOf(subject)
    const first = subject.stage()
    const seen = script.map((words) => step(first, words))
    await first.end(subject.name, report)
    await setTimeout(PAUSE_MS)
    const second = subject.stage()
    for (const [i, words] of script.entries()) {
      if (step(second, words) === seen[i]) continue
      complain(subject, words, report)
      break
    }
    await second.end(subject.name, report)
  },
}

function complain(subject: Subject, words: Words, report: Report): void {
  const command = subject.commands.find((each) => nameWords(each).every((word, i) => words[i]?.toUpperCase() === word))
  report.add(
    command?.name ?? subject.name,
    `'${lineOf(words)}' does something else on a second engine: take time and chance ` +
      'from ctx.nowMs and ctx.random(), and keep state in values, or in what a function makes for each engine',
  )
}

/** Every change that the samples make, of a value of each type and of none. */
async function scriptOf(subject: Subject): Promise<readonly Words[]> {
  const writes = (await subject.successes()).filter(({ command }) => isWrite(command))
  const script: Words[] = []
  for (const { type, lines } of [...subject.values, { type: '', lines: [] }]) {
    for (const key of [KEY, OTHER_KEY]) script.push(...lines.map((words) => withKey(words, KEY, key)))
    for (let round = 0; round < ROUNDS; round++) {
      script.push(...writes.filter(({ state }) => state.type === type).map(({ words }) => words))
    }
    script.push(['FLUSHALL'])
  }
  return script
}

/** @returns the reply and the state after it */
function step(stage: Stage, words: Words): string {
  const { value } = stage.run(words)
  stage.engine.clock.advance(1)
  return `${shownValue(value)}\n${[...stage.snapshot()].join('\n')}`
}
