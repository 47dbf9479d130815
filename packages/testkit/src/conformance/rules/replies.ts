import type { Reply } from '@kvasir/protocol'
import type { RespClient } from '../../resp-client.ts'
import { misfit } from '../reply-shape.ts'
import { bytesOf, lineOf } from '../request-line.ts'
import type { Rule } from '../rule.ts'
import type { Trial } from '../subject.ts'

/** Turns of the event loop after which a reply will not come any more. */
const TURNS_MAX = 20

export const replies: Rule = {
  name: 'replies',
  title: 'sends one whole reply of the declared shape, in RESP2 and in RESP3',
  async check(subject, report) {
    const stage = subject.stage()
    for (const resp of [2, 3] as const) {
      let client = stage.engine.dial()
      for (const trial of await subject.successes()) {
        await client.reply('HELLO', `${resp}`)
        stage.setUp(trial.state)
        const complaint = await complaintOf(client, trial, resp)
        if (complaint === undefined) continue
        report.add(trial.command.name, `RESP${resp}: '${lineOf(trial.words)}' ${complaint}`)
        client.close()
        client = stage.engine.dial()
      }
      client.close()
    }
    await stage.end(subject.name, report)
  },
}

async function complaintOf(client: RespClient, { command, words }: Trial, resp: 2 | 3): Promise<string | undefined> {
  const reply = await soon(client.reply(...words.map(bytesOf)))
  if (typeof reply === 'string') return `${reply}: write as many parts as array(), map() or set() announced`
  const wrong = misfit(reply, command.reply, resp)
  const pong = await soon(client.reply('PING'))
  if (typeof pong === 'string' || pong.type !== 'simple' || pong.value !== 'PONG') {
    return 'sends more than one reply: write no more parts than were announced'
  }
  return wrong === undefined ? undefined : `${wrong}: correct the handler, or the declared reply`
}

/** A reply, or what is wrong when none comes. */
async function soon(pending: Promise<Reply<string>>): Promise<Reply<string> | string> {
  const noReply = (async () => {
    for (let i = 0; i < TURNS_MAX; i++) await new Promise((done) => setImmediate(done))
    return 'sends no whole reply'
  })()
  return await Promise.race([pending.catch((error: Error) => `sends what is no reply (${error.message})`), noReply])
}
