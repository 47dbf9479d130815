import type { CommandDefinition } from '@kvasir/module-api'
import { wordRange } from '../declared-words.ts'
import type { Report } from '../report.ts'
import { lineOf, type Words } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { changedKeys, type Stage } from '../stage.ts'
import { nameWords, type Trial } from '../subject.ts'

export const arity: Rule = {
  name: 'arity',
  title: 'refuses calls with too few or too many words',
  async check(subject, report) {
    const stage = subject.stage()
    for (const command of subject.commands) checkFew(stage, command, report)
    for (const trial of await subject.successes()) checkMany(stage, trial, report)
    await stage.end(subject.name, report)
  },
}

function checkFew(stage: Stage, command: CommandDefinition, report: Report): void {
  const name = nameWords(command)
  const fullName = name.join('|').toLowerCase()
  const arityMin = Math.abs(stage.commandInfo(command).arity)
  const declaredMin = name.length + wordRange(command.args).min
  for (let count = name.length; count < Math.max(arityMin, declaredMin); count++) {
    const words: Words = [...name, ...new Array<string>(count - name.length).fill('1')]
    const { error } = stage.run(words)
    const expected = count < arityMin ? `ERR wrong number of arguments for '${fullName}' command` : ''
    if (error?.startsWith(expected) && !error.startsWith('ERR internal')) continue
    const advice = "let its arity follow from its args, and do not read words beyond the call's argc"
    report.add(
      command.name,
      `'${lineOf(words)}' has too few words, and is answered with ${error ?? 'no error'}: ${advice}`,
    )
  }
}

function checkMany(stage: Stage, { command, words, state }: Trial, report: Report): void {
  const { max } = wordRange(command.args)
  const most = nameWords(command).length + max
  if (!Number.isFinite(max) || words.length > most) return
  const more = [...words, ...new Array<string>(most + 1 - words.length).fill('1')]
  stage.setUp(state)
  const before = stage.snapshot()
  const { error } = stage.run(more)
  if (error === undefined) {
    report.add(
      command.name,
      `'${lineOf(more)}' has too many words, and is taken: compare argc, and answer with an error`,
    )
  } else if (changedKeys(before, stage.snapshot()).length > 0) {
    report.add(command.name, `'${lineOf(more)}' is refused after something was changed: parse all words first`)
  }
}
