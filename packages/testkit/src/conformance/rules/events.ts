import type { Report } from '../report.ts'
import { lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Stage } from '../stage.ts'
import type { Trial } from '../subject.ts'

export const events: Rule = {
  name: 'events',
  title: 'tells of every change of a key, to listeners and to clients that watch it',
  async check(subject, report) {
    const stage = subject.stage()
    for (const trial of await subject.successes()) {
      checkListeners(stage, trial, report)
      if (trial.changed.length > 0) await checkWatchers(stage, trial, report)
    }
    await stage.end(subject.name, report)
  },
}

function checkListeners(stage: Stage, { command, words, state, changed }: Trial, report: Report): void {
  const declared = stage.declaredKeys(words)
  stage.setUp(state)
  stage.run(words)
  const heard = stage.takeEvents()
  for (const key of changed) {
    if (heard.some((each) => each.key === key && each.event !== 'new')) continue
    report.add(
      command.name,
      `'${lineOf(words)}' changes '${key}', and no event tells of it: name one in setValue(), changed() or notify()`,
    )
  }
  for (const { event, key } of heard) {
    if (declared.has(key)) continue
    report.add(command.name, `'${lineOf(words)}' tells of '${event}' for the key '${key}', which it does not declare`)
  }
}

async function checkWatchers(stage: Stage, { command, words, state, changed }: Trial, report: Report): Promise<void> {
  using client = stage.engine.dial()
  for (const key of changed) {
    stage.setUp(state)
    await client.reply('WATCH', Buffer.from(key, 'latin1'))
    stage.run(words)
    await client.reply('MULTI')
    await client.reply('PING')
    const reply = await client.reply('EXEC')
    if (reply.type === 'null') continue
    report.add(
      command.name,
      `'${lineOf(words)}' changes '${key}' unseen by a client that watches it: call changed() after a change in place`,
    )
  }
}
