import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import type { Session } from '../../engine/session.ts'
import type { TrackingOptions } from '../../engine/tracking.ts'

/** Of the session that a module's call has for itself, which nobody would read messages of, or end. */
const NOBODY_LISTENS = "ERR CLIENT TRACKING isn't allowed for a DENY BLOCKING client"

export default defineCoreCommand({
  name: 'CLIENT TRACKING',
  summary: 'Turns on or off that the connection is told of changes of the keys that it has read, or that begin so.',
  since: '6.0.0',
  group: 'connection',
  complexity: 'O(1). Some options may introduce additional complexity.',
  flags: ['noscript', 'loading', 'stale', 'sentinel'],
  args: {
    status: arg.oneOf({ on: arg.token('ON'), off: arg.token('OFF') }),
    clientId: arg.optional(arg.after('REDIRECT', arg.integer())),
    prefix: arg.optional(arg.repeatedAfter('PREFIX', arg.string())),
    bcast: arg.optional(arg.token('BCAST', { docsName: 'BCAST' })),
    optin: arg.optional(arg.token('OPTIN', { docsName: 'OPTIN' })),
    optout: arg.optional(arg.token('OPTOUT', { docsName: 'OPTOUT' })),
    noloop: arg.optional(arg.token('NOLOOP', { docsName: 'NOLOOP' })),
  },
  reply: reply.simple('OK'),
  raw(call) {
    const { session, engine } = call
    const options = readOptions(call)
    if (options === undefined) return
    if (call.argIs(2, 'off')) engine.tracking.disable(session)
    else if (!call.argIs(2, 'on')) return call.syntaxError()
    else if (!call.answersClient) return call.refuse(NOBODY_LISTENS)
    else {
      const refusal = refusalOf(session, options) ?? overlap(session, options)
      if (refusal !== undefined) return call.reply.error(`ERR ${refusal}`)
      engine.tracking.enable(session, options)
    }
    call.reply.ok()
  },
})

/** @returns undefined after the error */
function readOptions(call: Call): TrackingOptions | undefined {
  const options = { redirect: 0, bcast: false, optin: false, optout: false, noloop: false, prefixes: [] as string[] }
  for (let i = 3; i < call.argc; i++) {
    const hasMore = i + 1 < call.argc
    if (call.argIs(i, 'redirect') && hasMore) {
      if (options.redirect !== 0) return call.refuse('ERR A client can only redirect to a single other client')
      const redirect = readClient(call, ++i)
      if (redirect === undefined) return undefined
      options.redirect = redirect
    } else if (call.argIs(i, 'prefix') && hasMore) options.prefixes.push(call.argLatin1(++i))
    else if (call.argIs(i, 'bcast')) options.bcast = true
    else if (call.argIs(i, 'optin')) options.optin = true
    else if (call.argIs(i, 'optout')) options.optout = true
    else if (call.argIs(i, 'noloop')) options.noloop = true
    else return call.syntaxError()
  }
  return options
}

/** The number of a client that there is. @returns undefined after the error */
function readClient(call: Call, index: number): number | undefined {
  const id = call.argInt64(index)
  if (id === undefined) return call.refuse(ERRORS.notInteger)
  if (call.engine.sessions.has(Number(id))) return Number(id)
  return call.refuse('ERR The client ID you want redirect to does not exist')
}

/** Which options go with each other, and with the mode that the client is in. */
function refusalOf({ tracking }: Session, { bcast, optin, optout, prefixes }: TrackingOptions): string | undefined {
  if (prefixes.length > 0 && !bcast) return 'PREFIX option requires BCAST mode to be enabled'
  const before = 'before disabling tracking for this client, and then re-enabling it with a different mode.'
  if (tracking !== undefined && tracking.bcast !== bcast) return `You can't switch BCAST mode on/off ${before}`
  if (bcast && (optin || optout)) return 'OPTIN and OPTOUT are not compatible with BCAST'
  if (optin && optout) return "You can't specify both OPTIN mode and OPTOUT mode"
  const switches = (optin && tracking?.optout === true) || (optout && tracking?.optin === true)
  return switches ? `You can't switch OPTIN/OPTOUT mode ${before}` : undefined
}

/** A key must not be told of twice. Many prefixes take no longer each: those that overlap are neighbours in order. */
function overlap({ tracking }: Session, { prefixes }: TrackingOptions): string | undefined {
  const end = 'Prefixes for a single client must not overlap.'
  const existing = tracking?.prefixes ?? new Set()
  const inOrder = [...existing, ...prefixes].sort()
  for (let i = 1; i < inOrder.length; i++) {
    const pair = [inOrder[i - 1], inOrder[i]]
    if (!pair[1].startsWith(pair[0])) continue
    const [first, second] = pair.sort((a, b) => prefixes.indexOf(a) - prefixes.indexOf(b))
    if (existing.has(first)) return `Prefix '${second}' overlaps with an existing prefix '${first}'. ${end}`
    if (existing.has(second)) return `Prefix '${first}' overlaps with an existing prefix '${second}'. ${end}`
    return `Prefix '${first}' overlaps with another provided prefix '${second}'. ${end}`
  }
  return undefined
}
