import { KEY } from '../request-line.ts'
import type { Rule } from '../rule.ts'

const LIFE_MS = 1000

export const expire: Rule = {
  name: 'expire',
  title: 'has values that expire at their very millisecond, and not before',
  async check(subject, report) {
    const stage = subject.stage()
    const { clock } = stage.engine
    for (const state of subject.values) {
      stage.setUp(state)
      stage.must('PEXPIRE', KEY, `${LIFE_MS}`)
      const payload = stage.payload(KEY)
      clock.advance(LIFE_MS - 1)
      if (stage.payload(KEY) !== payload) {
        report.add(state.type, 'it is gone, or changed, a millisecond before it expires: leave that to the engine')
      }
      stage.takeEvents()
      clock.advance(1)
      if (stage.must('EXISTS', KEY) !== 0) {
        report.add(state.type, 'it is still there when it has expired: do not make keys anew, or take the time away')
      }
      if (!stage.takeEvents().some(({ event, key }) => event === 'expired' && key === KEY)) {
        report.add(state.type, "no event 'expired' tells that it expired")
      }
    }
    await stage.end(subject.name, report)
  },
}
