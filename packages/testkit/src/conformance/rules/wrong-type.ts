import type { Report } from '../report.ts'
import { KEY, lineOf, parseLine, type Words, withKey } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import { changedKeys, type Stage, type State } from '../stage.ts'
import type { Subject, Trial } from '../subject.ts'

const CORE_VALUES: readonly State[] = [
  ['string', 'SET key 1'],
  ['list', 'RPUSH key 1'],
  ['set', 'SADD key 1'],
  ['zset', 'ZADD key 1 1'],
  ['hash', 'HSET key 1 1'],
  ['stream', 'XADD key 1-1 1 1'],
].map(([type = '', line = '']) => ({ type, lines: [parseLine(line)] }))

const WRONG = 'wrong'

export const wrongType: Rule = {
  name: 'wrong-type',
  title: 'answers WRONGTYPE for keys of other types, and changes nothing',
  async check(subject, report) {
    const stage = subject.stage()
    for (const [trial, others] of await casesOf(subject)) {
      for (const key of replaceable(stage, trial)) {
        for (const other of others) checkCase(stage, trial, key, other, report)
      }
    }
    await stage.end(subject.name, report)
  },
}

/** One call of each that works, in the state of a value rather than none, with the types that are not the command's. */
async function casesOf(subject: Subject): Promise<(readonly [Trial, readonly State[]])[]> {
  const successes = await subject.successes()
  const own = Map.groupBy(successes, ({ command }) => command)
  return [...Map.groupBy(successes, ({ words }) => words).values()].map((trials) => {
    const trial = trials.find(({ state }) => state.type !== '') ?? (trials[0] as Trial)
    const types = own.get(trial.command)?.flatMap(({ state, made }) => [state.type, ...made])
    return [trial, [...CORE_VALUES, ...subject.values].filter(({ type }) => types?.includes(type) !== true)]
  })
}

/** Keys of a call, without those that it overwrites, of whatever type they are. */
function replaceable(stage: Stage, { words }: Trial): readonly string[] {
  return [...stage.declaredKeys(words)].filter(([, flags]) => !flags.includes('OW')).map(([key]) => key)
}

function checkCase(stage: Stage, { command, words, state }: Trial, key: string, other: State, report: Report): void {
  stage.setUp(state)
  for (const line of other.lines) stage.must(...withKey(line, KEY, WRONG))
  const before = stage.snapshot()
  const call: Words = withKey(words, key, WRONG)
  const { error, value } = stage.run(call)
  const line = lineOf(call)
  if (error === undefined || !error.startsWith('WRONGTYPE ')) {
    report.add(
      command.name,
      `'${line}', where '${WRONG}' is a ${other.type}, is answered with ${error ?? String(value)}, not WRONGTYPE: ` +
        'let what getValue() throws pass, and ask it before anything else can be refused',
    )
  }
  if (changedKeys(before, stage.snapshot()).length > 0) {
    report.add(
      command.name,
      `'${line}', where '${WRONG}' is a ${other.type}, changes something: look at all keys first`,
    )
  }
}
