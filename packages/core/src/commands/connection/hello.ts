import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { REDIS_VERSION, VALKEY_VERSION } from '../../engine/version.ts'
import { fromLatin1 } from '../../structures/bytes.ts'
import { listedModules, versionNumber } from '../server/_module-list.ts'
import { authenticate } from './_authentication.ts'
import { hasUnprintable, UNPRINTABLE_NAME } from './_printable-text.ts'

const NOT_AUTHENTICATED =
  'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> ' +
  'option can be used to authenticate the client and select the RESP protocol version at the same time'

export default defineCoreCommand({
  name: 'HELLO',
  summary: 'Tells about the server, and chooses the protocol; may authenticate and name the connection.',
  since: '6.0.0',
  group: 'connection',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'fast', 'no_auth', 'sentinel', 'allow_busy'],
  history: [['6.2.0', 'Without a version it keeps the present one.']],
  args: {
    arguments: arg.optional(
      arg.block({
        protover: arg.integer(),
        auth: arg.optional(arg.after('AUTH', arg.block({ username: arg.string(), password: arg.string() }))),
        clientname: arg.optional(arg.after('SETNAME', arg.string())),
      }),
    ),
  },
  reply: reply.map(reply.any(), 'facts about the server and the connection'),
  raw(call) {
    const options = readOptions(call)
    if (options === undefined) return
    const { session, engine } = call
    const { userIndex, nameIndex } = options
    if (userIndex > 0 && !authenticate(call, call.argLatin1(userIndex), userIndex + 1)) return
    if (!session.authenticated && engine.authRequired) return call.reply.error(NOT_AUTHENTICATED)
    if (nameIndex > 0) engine.clientBuffers.setText(session, 'name', call.argLatin1(nameIndex))
    session.resp = options.resp
    call.reply.resp = options.resp
    writeFacts(call)
  },
})

interface HelloOptions {
  readonly resp: 2 | 3
  /** Where the user's name stands, with the password behind it; 0 without AUTH. */
  readonly userIndex: number
  readonly nameIndex: number
}

/** @returns undefined after the error */
function readOptions(call: Call): HelloOptions | undefined {
  let { resp } = call.session
  let userIndex = 0
  let nameIndex = 0
  if (call.argc > 1) {
    const version = call.argInt64(1)
    if (version !== 2n && version !== 3n) return void call.reply.error(versionError(version))
    resp = version === 2n ? 2 : 3
  }
  for (let i = 2; i < call.argc; i++) {
    const valueCount = call.argc - 1 - i
    if (call.argIs(i, 'auth') && valueCount >= 2) {
      userIndex = i + 1
      i += 2
    } else if (call.argIs(i, 'setname') && valueCount >= 1) {
      nameIndex = ++i
      if (hasUnprintable(call, nameIndex)) return void call.reply.error(UNPRINTABLE_NAME)
    } else return void call.reply.error(`ERR Syntax error in HELLO option '${call.argLatin1(i)}'`)
  }
  return { resp, userIndex, nameIndex }
}

function versionError(version: bigint | undefined): string {
  if (version === undefined) return 'ERR Protocol version is not an integer or out of range'
  return 'NOPROTO unsupported protocol version'
}

function writeFacts(call: Call): void {
  const { engine, session, reply: out } = call
  const { config } = engine
  const zone = config.parameter('availability-zone').value
  const asRedis = config.parameter('extended-redis-compatibility').value
  out.map(zone === '' ? 7 : 8)
  out.bulkString('server')
  out.bulkString(asRedis ? 'redis' : 'valkey')
  out.bulkString('version')
  out.bulkString(asRedis ? REDIS_VERSION : VALKEY_VERSION)
  out.bulkString('proto')
  out.integer(session.resp)
  out.bulkString('id')
  out.integer(session.id)
  out.bulkString('mode')
  out.bulkString('standalone')
  out.bulkString('role')
  out.bulkString('master')
  out.bulkString('modules')
  writeModules(call)
  if (zone === '') return
  out.bulkString('availability_zone')
  out.bulk(fromLatin1(zone))
}

function writeModules(call: Call): void {
  const { reply: out } = call
  const modules = listedModules(call.engine)
  out.array(modules.length)
  for (const { definition, args, path } of modules) {
    out.map(4)
    out.bulkString('name')
    out.bulkString(definition.name)
    out.bulkString('ver')
    out.integer(versionNumber(definition.version))
    out.bulkString('path')
    out.bulkString(path)
    out.bulkString('args')
    out.array(args.length)
    for (const word of args) out.bulkString(word)
  }
}
