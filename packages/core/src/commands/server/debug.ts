import { reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { hexadecimal } from '../../structures/bytes.ts'
import { rewriteConfigFile } from './_config-file.ts'
import { debugHashStats, debugHashStatsOfKey } from './_debug-hash-stats.ts'
import { ACCEPTED, writeDebugHelp } from './_debug-help.ts'
import { debugListpack } from './_debug-listpack.ts'
import { debugObject } from './_debug-object.ts'
import { debugPopulate } from './_debug-populate.ts'
import { debugProtocol } from './_debug-protocol.ts'
import { debugReload } from './_debug-reload.ts'
import { datasetDigest, valueDigest } from './_digest.ts'

interface DebugSubcommand {
  /** Words with DEBUG and the subcommand itself. */
  readonly argcMin: number
  readonly argcMax: number
  run(call: Call): void
}

const sub = (argcMin: number, argcMax: number, run: (call: Call) => void): DebugSubcommand => ({
  argcMin,
  argcMax,
  run,
})

const ARGC_MAX = Number.MAX_SAFE_INTEGER

const SUBCOMMANDS: Readonly<Record<string, DebugSubcommand>> = {
  'change-repl-id': sub(2, 2, (call) => {
    call.engine.replicationId = call.engine.newId()
    call.reply.ok()
  }),
  'client-enforce-reply-list': sub(3, 3, (call) => {
    call.engine.repliesCountAsWaiting = isOn(call)
    call.reply.ok()
  }),
  'config-rewrite-force-all': sub(2, 2, (call) => {
    const error = rewriteConfigFile(call, true)
    if (error === undefined) call.reply.ok()
    else call.reply.error(error)
  }),
  digest: sub(2, 2, (call) => call.reply.simple(hexadecimal(datasetDigest(call.engine)))),
  'digest-value': sub(2, ARGC_MAX, digestValues),
  error: sub(3, 3, (call) => call.reply.error(call.argLatin1(2))),
  help: sub(2, 2, writeDebugHelp),
  htstats: sub(3, 4, debugHashStats),
  'htstats-key': sub(3, 4, debugHashStatsOfKey),
  listpack: sub(3, 3, debugListpack),
  loadaof: sub(2, 2, (call) => call.reply.error('ERR DEBUG LOADAOF is not implemented: there is no append-only file')),
  log: sub(3, 3, (call) => {
    call.engine.log('warning', `DEBUG LOG: ${call.argLatin1(2)}`)
    call.reply.ok()
  }),
  object: sub(3, 4, debugObject),
  'pause-cron': sub(3, 3, (call) => {
    call.engine.cronPaused = isOn(call)
    call.reply.ok()
  }),
  populate: sub(3, 5, debugPopulate),
  protocol: sub(3, 3, debugProtocol),
  'protect-client': sub(3, 3, protectClient),
  reload: sub(2, ARGC_MAX, debugReload),
  'set-active-expire': sub(3, 3, (call) => {
    call.engine.activeExpire = isOn(call)
    call.reply.ok()
  }),
  'set-skip-checksum-validation': sub(3, 3, (call) => {
    call.engine.skipsChecksums = isOn(call)
    call.reply.ok()
  }),
  sleep: sub(3, 3, sleep),
}

export default defineCoreCommand({
  name: 'DEBUG',
  summary: 'A container for commands that tests and debugging need.',
  since: '1.0.0',
  group: 'server',
  complexity: 'Depends on subcommand.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'protected'],
  docFlags: ['syscmd'],
  arity: -2,
  // One command, as in Redis: the subcommands are words that only it knows.
  args: {},
  reply: reply.any('depends on the subcommand'),
  raw(call) {
    const name = call.argLatin1(1).toLowerCase()
    const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined
    if (subcommand !== undefined && call.argc >= subcommand.argcMin && call.argc <= subcommand.argcMax) {
      subcommand.run(call)
    } else if (ACCEPTED.get(name) === call.argc) call.reply.ok()
    else {
      const given = call.argLatin1(1).slice(0, 128)
      call.reply.error(`ERR unknown subcommand or wrong number of arguments for '${given}'. Try DEBUG HELP.`)
    }
  },
})

/** As C's atoi: what does not begin with a number is 0. */
function isOn(call: Call): boolean {
  return (Number.parseInt(call.argLatin1(2), 10) || 0) !== 0
}

function digestValues(call: Call): void {
  call.reply.array(call.argc - 2)
  for (let i = 2; i < call.argc; i++) {
    const address = call.db.lookup(call.buf, call.starts[i], call.lengths[i])
    call.reply.simple(hexadecimal(valueDigest(call.db, address)))
  }
}

function protectClient(call: Call): void {
  const id = call.argInt64(2)
  if (id === undefined) return call.reply.error('ERR Invalid client id')
  const session = call.engine.sessions.get(Number(id))
  if (session === undefined) return call.reply.error('ERR No such client')
  session.isProtected = true
  call.reply.ok()
}

const SLEEP_SECONDS_MAX = 1e9

/** Stops the whole engine: that is what it is for. */
function sleep(call: Call): void {
  const seconds = Number.parseFloat(call.argLatin1(2)) || 0
  if (seconds > 0) {
    const word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    Atomics.wait(word, 0, 0, Math.min(seconds, SLEEP_SECONDS_MAX) * 1000)
  }
  call.reply.ok()
}
