/** Before the first command: what the servers know, and how everything is put back to how it was. */

import { auditOf } from './audit.ts'
import type { Words } from './command-spec.ts'
import { type Arena, Duel } from './duel.ts'
import { FAMILIES } from './families.ts'
import type { StartedServer } from './peer.ts'
import { parseReply, texts } from './reply.ts'
import { Solo } from './solo.ts'
import { EngineTarget, type Target } from './target.ts'

export interface Prepared {
  readonly arena: Arena
  /** Commands and settings that one of the servers does not know. */
  readonly unknown: ReadonlySet<string>
  readonly notices: readonly string[]
  readonly peerTitle: string
  close(): Promise<void>
}

/** @returns names of commands, subcommands with their container's, that the server does not know */
async function unknownCommands(target: Target): Promise<string[]> {
  const names = FAMILIES.flatMap(({ commands }) => Object.keys(commands))
  const known = async (asked: readonly string[]): Promise<boolean[]> => {
    const commands = asked.map((name) => ['COMMAND', 'INFO', name])
    return (await target.send(2, commands)).map(parseReply).map((reply) => reply.items?.[0]?.items !== undefined)
  }
  const whole = await known(names.map((name) => name.replace(' ', '|')))
  // Some have words in second place that are no subcommands to COMMAND INFO, as PFDEBUG and DEBUG.
  const first = await known(names.map((name) => name.split(' ')[0] as string))
  return names.filter((name, i) => !whole[i] && !(first[i] && /^(PFDEBUG|DEBUG) /.test(name)))
}

/** @returns the settings that the server has, with their values */
async function settingsOf(target: Target): Promise<Map<string, string>> {
  const names = FAMILIES.flatMap(({ settings }) => Object.keys(settings ?? {}))
  const replies = await target.send(
    2,
    names.map((name) => ['CONFIG', 'GET', name]),
  )
  const found = new Map<string, string>()
  for (const [i, name] of names.entries()) {
    const [, value] = texts(parseReply(replies[i] as string))
    if (value !== undefined) found.set(name, value)
  }
  return found
}

interface Knowledge {
  readonly unknown: Set<string>
  readonly reset: readonly Words[]
  readonly notices: readonly string[]
}

async function learn(targets: readonly Target[]): Promise<Knowledge> {
  const unknown = new Set<string>()
  const notices: string[] = []
  const first = await settingsOf(targets.at(-1) as Target)
  for (const target of targets) {
    const missing = await unknownCommands(target)
    const settings = await settingsOf(target)
    missing.push(...[...first.keys()].filter((name) => !settings.has(name)))
    for (const name of missing) unknown.add(name)
    for (const { name, commands } of FAMILIES) {
      const own = Object.keys(commands)
      const lacking = own.filter((command) => missing.includes(command))
      if (lacking.length === 0) continue
      const whole = lacking.length === own.length
      notices.push(
        `${target.title} lacks ${whole ? `the family ${name}` : `of ${name}: ${lacking.join(', ')}`}; left out`,
      )
    }
  }
  const reset = [...first].filter(([name]) => !unknown.has(name)).map(([name, value]) => ['CONFIG', 'SET', name, value])
  return { unknown, reset, notices }
}

export async function prepareDuel(ours: Target, peer: StartedServer): Promise<Prepared> {
  const { target } = peer
  if (ours instanceof EngineTarget) allowDebug(ours)
  const { unknown, reset, notices } = await learn([ours, target])
  for (const side of [ours, target]) {
    const [reload = ''] = await side.send(2, [['DEBUG', 'RELOAD']])
    if (reload.startsWith('-')) unknown.add('DEBUG RELOAD')
  }
  const knows = (...names: string[]): boolean => names.every((name) => !unknown.has(name))
  const audit = auditOf({ fieldTimes: knows('HPEXPIRETIME'), carries: knows('DUMP', 'RESTORE') })
  const close = async (): Promise<void> => {
    ours.close()
    await peer.stop()
  }
  return { arena: new Duel(ours, target, reset, audit), unknown, notices, peerTitle: target.title, close }
}

export async function prepareSolo(ours: EngineTarget): Promise<Prepared> {
  allowDebug(ours)
  const { unknown, reset, notices } = await learn([ours])
  const [reload = ''] = await ours.send(2, [['DEBUG', 'RELOAD']])
  if (reload.startsWith('-')) unknown.add('DEBUG RELOAD')
  const notice = 'no other server: our engine alone, its invariants and whether reading commands agree'
  const close = async (): Promise<void> => ours.close()
  return { arena: new Solo(ours, reset), unknown, notices: [notice, ...notices], peerTitle: 'should be', close }
}

function allowDebug(ours: EngineTarget): void {
  ours.engine.config.set([['enable-debug-command', 'yes']], { startup: true })
}
