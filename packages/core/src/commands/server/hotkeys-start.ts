import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { HotKeysOptions } from '../../engine/observation/hot-keys.ts'

const METRICS_MAX = 2
const COUNT_DEFAULT = 10
/** Seconds, and commands for one sample: more is of no use to anybody. */
const INT32_MAX = 2 ** 31 - 1
/** What each option may be at most; 1 at least. */
const OPTIONS = [
  ['count', 64],
  ['duration', INT32_MAX],
  ['sample', INT32_MAX],
] as const

export default defineCoreCommand({
  name: 'HOTKEYS START',
  summary: 'Begins to track hot keys: those that take the most time, the most bytes, or both.',
  since: '8.6.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['admin', 'noscript'],
  tips: ['request_policy:special', 'response_policy:special'],
  // METRICS is missed by the handler, with an error of its own.
  arity: -2,
  args: {
    metrics: arg.after('METRICS', arg.block({ count: arg.integer(), cpu: arg.flag('CPU'), net: arg.flag('NET') })),
    k: arg.optional(arg.after('COUNT', arg.integer())),
    seconds: arg.optional(arg.after('DURATION', arg.integer())),
    ratio: arg.optional(arg.after('SAMPLE', arg.integer())),
    slot: arg.optional(arg.after('SLOTS', arg.counted(arg.integer(), { countName: 'count' }))),
  },
  reply: reply.simple('OK'),
  raw(call) {
    const options = readOptions(call)
    if (options === undefined) return
    const { hotKeys } = call.engine.observer
    hotKeys.endIfOver()
    if (hotKeys.isActive) return call.reply.error('ERR hotkey tracking session already in progress')
    hotKeys.start(options)
    call.reply.ok()
  },
})

/** @returns undefined after the error */
function readOptions(call: Call): HotKeysOptions | undefined {
  if (call.argc < 4 || !call.argIs(2, 'metrics')) return call.refuse('ERR METRICS parameter is required')
  const count = readNumber(call, 3, METRICS_MAX)
  if (count === undefined) return undefined
  const behind = 4 + count
  const cpu = hasWord(call, 4, behind, 'cpu')
  const net = hasWord(call, 4, behind, 'net')
  // A count that says something else than the words is no syntax, nor is a metric that is there twice.
  if (Number(cpu) + Number(net) !== count) return call.syntaxError()
  const given: { count?: number; duration?: number; sample?: number } = {}
  for (let i = behind; i < call.argc; i += 2) {
    if (call.argIs(i, 'slots')) return call.refuse('ERR SLOTS parameter cannot be used in non-cluster mode')
    const option = OPTIONS.find(([token]) => call.argIs(i, token))
    if (option === undefined || given[option[0]] !== undefined || i + 1 === call.argc) return call.syntaxError()
    const value = readNumber(call, i + 1, option[1])
    if (value === undefined) return undefined
    given[option[0]] = value
  }
  const { count: countMax = COUNT_DEFAULT, duration: durationSeconds = 0, sample: sampleRatio = 1 } = given
  return { cpu, net, countMax, durationSeconds, sampleRatio }
}

/** Whether one of these arguments is this token. */
function hasWord(call: Call, from: number, end: number, token: string): boolean {
  for (let i = from; i < Math.min(end, call.argc); i++) if (call.argIs(i, token)) return true
  return false
}

/** A whole number from 1 on. @returns undefined after the error */
function readNumber(call: Call, index: number, max: number): number | undefined {
  const value = call.argInteger(index)
  if (Number.isNaN(value)) return call.refuse(ERRORS.notInteger)
  if (value < 1 || value > max) return call.refuse(`ERR value is out of range, value must between 1 and ${max}`)
  return value
}
