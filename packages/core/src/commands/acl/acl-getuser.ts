import { arg, reply } from '@kvasir/module-api'
import type { Selector } from '../../engine/acl/selector.ts'
import { channelsText, commandsText, databasesText, keysText, userFlags } from '../../engine/acl/user-text.ts'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { fromLatin1 } from '../../structures/bytes.ts'

export default defineCoreCommand({
  name: 'ACL GETUSER',
  summary: "Returns a user's flags, password hashes and permissions.",
  since: '6.0.0',
  group: 'server',
  complexity: 'O(N). Where N is the number of password, command and pattern rules that the user has.',
  flags: ['admin', 'noscript', 'loading', 'stale', 'sentinel'],
  history: [
    ['6.2.0', 'Tells of channels.'],
    ['7.0.0', 'Tells of selectors, and of keys and channels as rules.'],
    ['9.1.0', 'Tells of databases.'],
  ],
  args: { username: arg.string() },
  reply: reply.oneOf([reply.map(reply.any(), 'by the name of what is told'), reply.nil('there is no such user')]),
  raw(call) {
    const { reply: out } = call
    const user = call.engine.acl.user(call.argLatin1(2))
    if (user === undefined) return out.nil()
    out.map(7)
    out.bulkString('flags')
    const flags = userFlags(user)
    out.set(flags.length)
    for (const flag of flags) out.bulkString(flag)
    out.bulkString('passwords')
    out.array(user.passwords.length)
    for (const hash of user.passwords) out.bulkString(hash)
    writeSelector(call, user.root)
    out.bulkString('selectors')
    out.array(user.others.length)
    for (const selector of user.others) {
      out.map(4)
      writeSelector(call, selector)
    }
  },
})

function writeSelector({ reply: out }: Call, selector: Selector): void {
  const facts: readonly (readonly [name: string, text: string])[] = [
    ['commands', commandsText(selector)],
    ['keys', keysText(selector)],
    ['channels', channelsText(selector)],
    ['databases', databasesText(selector)],
  ]
  for (const [name, text] of facts) {
    out.bulkString(name)
    out.bulk(fromLatin1(text))
  }
}
