import type { CommandDefinition } from '@kvasir/module-api'
import type { BytesValue } from '@kvasir/server'
import { wordRange } from '../declared-words.ts'
import { vaguePart } from '../reply-shape.ts'
import type { Report } from '../report.ts'
import { lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { shownValue } from '../stage.ts'
import { nameWords, type Trial } from '../subject.ts'

type Docs = ReadonlyMap<string, BytesValue>

const VERSION = /^\d+\.\d+\.\d+/
const NAME = /^[A-Za-z0-9][\w-]*$/

export const docs: Rule = {
  name: 'docs',
  title: 'tells COMMAND DOCS everything about every command and argument',
  async check(subject, report) {
    const stage = subject.stage()
    const successes = await subject.successes()
    for (const command of subject.commands) {
      const reply = stage.must('COMMAND', 'DOCS', nameWords(command).join('|'))
      const [entry] = [...textMap(reply).values()]
      checkEntry(command, textMap(entry), report)
      checkWords(
        command,
        successes.filter((trial) => trial.command === command),
        report,
      )
      const vague = vaguePart(command.reply)
      if (vague !== undefined) report.add(command.name, `${vague}: declare its shape, or describe it`)
    }
    await stage.end(subject.name, report)
  },
}

function checkEntry({ name }: CommandDefinition, entry: Docs, report: Report): void {
  const text = (field: string): string => shownValue(entry.get(field) ?? '')
  if (!/^[A-Z].*\.$/s.test(text('summary'))) report.add(name, 'its summary should be a sentence: `Returns ... .`')
  if (!VERSION.test(text('since'))) report.add(name, `since '${text('since')}' is no version such as 1.0.0`)
  if (!/^O\(.+\)/.test(text('complexity'))) report.add(name, `complexity '${text('complexity')}' should begin as O(1)`)
  checkArguments(name, '', entry.get('arguments'), report)
}

function checkArguments(command: string, place: string, list: BytesValue | undefined, report: Report): void {
  const seen = new Set<string>()
  for (const argument of (list ?? []) as readonly BytesValue[]) {
    const entry = textMap(argument)
    const name = shownValue(entry.get('name') ?? '')
    const path = `${place}${name}`
    if (!NAME.test(name)) report.add(command, `argument '${path}' needs a name of letters and digits: set docsName`)
    if (seen.has(name)) report.add(command, `two arguments are called '${path}': set docsName`)
    seen.add(name)
    checkArguments(command, `${path}.`, entry.get('arguments'), report)
  }
}

/** Only a raw command can take words that its arguments do not tell of. */
function checkWords(command: CommandDefinition, trials: readonly Trial[], report: Report): void {
  const { min, max } = wordRange(command.args)
  const nameCount = nameWords(command).length
  for (const { words } of trials) {
    const count = words.length - nameCount
    if (count >= min && count <= max) continue
    const declared = min === max ? `${min}` : `${min} to ${max === Number.POSITIVE_INFINITY ? 'any number' : max}`
    report.add(command.name, `takes '${lineOf(words)}', but its args tell of ${declared} words: declare all of them`)
    return
  }
}

/** A reply's map, found by text. */
function textMap(value: BytesValue | undefined): Docs {
  return new Map([...(value as ReadonlyMap<BytesValue, BytesValue>)].map(([key, item]) => [shownValue(key), item]))
}
