import type { Report } from '../report.ts'
import { KEY, lineOf, OTHER_KEY, parseLine } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Stage, State } from '../stage.ts'
import type { Trial } from '../subject.ts'

const GROWTH_STEPS = 200
/** What a value takes is at least this part of its payload, however small its form in memory is. */
const PAYLOAD_PART = 1 / 4
/** Payloads differ by so much without any difference in memory. */
const SLACK_BYTES = 64
/** What may stay behind of the key space's own. */
const LEFT_BYTES_MAX = 256

const STRINGS: State = { type: 'string', lines: [parseLine('SET key 1')] }

export const memory: Rule = {
  name: 'memory',
  title: 'counts the memory of values as they grow, and gives it back',
  async check(subject, report) {
    const stage = subject.stage()
    for (const state of subject.values) {
      const grow = subject.given.growth?.[state.type]
      checkReturn(stage, state, grow, report)
      if (grow !== undefined) checkGrowth(stage, state, grow, report)
      for (const change of await subject.changesOf(state.type)) checkChange(stage, change, report)
    }
    await stage.end(subject.name, report)
  },
}

type Grow = (i: number) => string

function growValue(stage: Stage, grow: Grow | undefined): void {
  for (let i = 0; grow !== undefined && i < GROWTH_STEPS; i++) stage.must(...parseLine(grow(i)))
}

function size(stage: Stage): { memory: number; payload: number } {
  return { memory: stage.memoryBytes(KEY), payload: stage.payload(KEY)?.length ?? 0 }
}

const ADVICE = 'count what it takes in memoryBytes(), and call changed() after a change in place'

function checkGrowth(stage: Stage, state: State, grow: Grow, report: Report): void {
  stage.setUp(state)
  const before = size(stage)
  growValue(stage, grow)
  const after = size(stage)
  const least = Math.max(1, (after.payload - before.payload) * PAYLOAD_PART)
  if (after.memory - before.memory >= least) return
  const grown = `its payload grew from ${before.payload} to ${after.payload} bytes by '${grow(0)}' and so on`
  report.add(state.type, `${grown}, MEMORY USAGE from ${before.memory} to ${after.memory}: ${ADVICE}`)
}

function checkReturn(stage: Stage, state: State, grow: Grow | undefined, report: Report): void {
  // What the key space keeps for itself once it had these keys.
  stage.setUp(STRINGS)
  stage.must('DEL', KEY, OTHER_KEY)
  const before = stage.usedBytes()
  stage.make(state)
  growValue(stage, grow)
  stage.must('DEL', KEY)
  stage.must('UNLINK', OTHER_KEY)
  const left = stage.usedBytes() - before
  if (left <= LEFT_BYTES_MAX) return
  report.add(state.type, `${left} bytes stay in used_memory when its key is gone: leave nothing behind in other keys`)
}

function checkChange(stage: Stage, { words, state }: Trial, report: Report): void {
  stage.setUp(state)
  const before = size(stage)
  stage.run(words)
  if (stage.must('TYPE', KEY) !== state.type) return
  const after = size(stage)
  const least = after.payload * PAYLOAD_PART - SLACK_BYTES
  if (after.memory < least) {
    report.add(state.type, `MEMORY USAGE of a payload of ${after.payload} bytes is ${after.memory}: ${ADVICE}`)
  }
  const isGrown = after.payload - before.payload > SLACK_BYTES
  // A value may have taken its room in advance.
  if (!isGrown || after.memory > before.memory || after.memory >= after.payload) return
  report.add(state.type, `'${lineOf(words)}' adds to the payload, nothing to MEMORY USAGE: ${ADVICE}`)
}
