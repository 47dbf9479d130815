import { seededRandom } from '../../virtual-clock.ts'
import type { Report } from '../report.ts'
import { KEY, lineOf, textOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Stage, State } from '../stage.ts'
import type { Trial } from '../subject.ts'

const DAMAGED_COUNT = 400
const CUT_COUNT_MAX = 60
/** RDB version and checksum, which DUMP puts behind the value. */
const FOOTER_BYTES = 10
/** What a few hundred bytes may take to be refused, CPU time. */
const PATIENCE_MS = 1000

export const payloads: Rule = {
  name: 'payloads',
  title: 'refuses a damaged payload, or makes a value of it that every command takes',
  async check(subject, report) {
    const stage = subject.stage()
    // As if each payload had the checksum that belongs to it.
    stage.must('DEBUG', 'SET-SKIP-CHECKSUM-VALIDATION', '1')
    for (const state of subject.values) {
      const calls = [...(await subject.readersOf(state.type)), ...(await subject.changesOf(state.type))]
      stage.setUp(state)
      const payload = stage.payload(KEY) ?? ''
      for (const damaged of damagedPayloads(payload)) checkPayload(stage, state, calls, damaged, report)
    }
    await stage.end(subject.name, report)
  },
}

/** Bits flipped, bytes replaced, and the end, or some of the middle, cut off. */
function damagedPayloads(payload: string): readonly string[] {
  const random = seededRandom(payload.length)
  const draw = (limit: number): number => random.next() % limit
  const footer = payload.slice(-FOOTER_BYTES)
  const body = payload.slice(0, -FOOTER_BYTES)
  const flipped = Array.from({ length: DAMAGED_COUNT }, () => {
    let damaged = body
    for (let i = 1 + draw(2); i > 0; i--) {
      const at = draw(body.length)
      const byte = draw(4) === 0 ? [0, 0x7f, 0x80, 0xff][draw(4)] : damaged.charCodeAt(at) ^ (1 << draw(8))
      damaged = damaged.slice(0, at) + String.fromCharCode(byte ?? 0) + damaged.slice(at + 1)
    }
    return damaged
  })
  const step = Math.max(1, Math.floor(body.length / CUT_COUNT_MAX))
  const cuts = Array.from({ length: Math.ceil(body.length / step) }, (_, i) => i * step)
  const short = cuts.flatMap((at) => [body.slice(0, at), body.slice(0, at) + body.slice(at + step)])
  return [...flipped, ...short].map((damaged) => damaged + footer)
}

function checkPayload(stage: Stage, state: State, calls: readonly Trial[], damaged: string, report: Report): void {
  const shown = (): string => Buffer.from(damaged.slice(0, 60), 'latin1').toString('hex')
  const before = process.cpuUsage()
  const { error } = stage.run(['RESTORE', KEY, '0', damaged, 'REPLACE'])
  const { user, system } = process.cpuUsage(before)
  if ((user + system) / 1000 > PATIENCE_MS) {
    report.add(state.type, `load() takes seconds for the payload ${shown()}: compare counts with what is left of it`)
  }
  if (error?.startsWith('ERR internal')) {
    report.add(state.type, `load() throws for the payload ${shown()}: throw PayloadError for what save() never writes`)
  }
  if (error !== undefined) return
  checkTaken(stage, state, calls, shown, report)
}

/** The value must be one that every command can work on, and that is saved as it is. */
function checkTaken(stage: Stage, { type }: State, calls: readonly Trial[], shown: () => string, report: Report): void {
  for (const { words } of calls) {
    const { error } = stage.run(words)
    if (!error?.startsWith('ERR internal')) continue
    report.add(
      type,
      `'${lineOf(words)}' fails inside after RESTORE of ${shown()}: load() must check every field it reads`,
    )
  }
  const { value: saved, error: unsaved } = stage.run(['DUMP', KEY])
  if (unsaved !== undefined) {
    report.add(type, `DUMP fails inside after RESTORE of ${shown()}: load() must check every field it reads`)
  }
  if (!(saved instanceof Uint8Array)) return
  const { error } = stage.run(['RESTORE', KEY, '0', textOf(saved), 'REPLACE'])
  if (error === undefined) return
  report.add(
    type,
    `what load() made of ${shown()} is saved as what it refuses, with ${error}: load() must check every field it reads`,
  )
}
