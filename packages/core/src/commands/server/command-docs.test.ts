import { API_LEVEL, arg, defineCommand, defineModule } from '@kvasir/module-api'
import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

const shop = defineModule({
  name: 'shop',
  version: '1.0.0',
  api: API_LEVEL,
  commands: [
    defineCommand({
      name: 'SHOP.BUY',
      summary: 'Buys.',
      since: '1.0.0',
      complexity: 'O(N)',
      reply: { type: 'any' },
      flags: ['write'],
      deprecatedSince: '1.1.0',
      replacedBy: '`SHOP.ORDER`',
      docFlags: ['syscmd'],
      history: [['1.0.1', 'Sells, too.']],
      args: {
        basketKey: arg.key({ access: 'RW', display: 'basket' }),
        good: arg.counted(arg.string(), { countName: 'how-many' }),
        paid: arg.optional(
          arg.oneOf({ cash: arg.token('cash'), card: arg.after('CARD', arg.string({ since: '1.0.2' })) }),
        ),
        tag: arg.optional(arg.repeatedAfter('TAG', arg.string())),
      },
      handler: () => 1,
    }),
  ],
})

describe('COMMAND DOCS', () => {
  const { client, connect, engine } = startTestEngine([shop])

  it('documents a command from its declaration', () => {
    expect(client.run('COMMAND DOCS shop.buy')).toBe(
      '[shop.buy, [summary, Buys., since, 1.0.0, group, module, complexity, O(N), module, shop, ' +
        'doc_flags, [syscmd, deprecated], deprecated_since, 1.1.0, replaced_by, `SHOP.ORDER`, ' +
        'history, [[1.0.1, Sells, too.]], arguments, [' +
        '[name, basket-key, type, key, display_text, basket, key_spec_index, (integer) 0], ' +
        '[name, how-many, type, integer, display_text, how-many], ' +
        '[name, good, type, string, display_text, good, flags, [multiple]], ' +
        '[name, paid, type, oneof, flags, [optional], arguments, [' +
        '[name, cash, type, pure-token, display_text, cash, token, CASH], ' +
        '[name, card, type, string, display_text, card, token, CARD, since, 1.0.2]]], ' +
        '[name, tag, type, string, display_text, tag, token, TAG, flags, [optional, multiple, multiple_token]]]]]',
    )
  })

  it('leaves out what does not apply, and names that no command has', () => {
    expect(client.run('COMMAND DOCS CLIENT|ID x')).toMatch(
      /^\[client\|id, \[summary, .*, since, 5\.0\.0, group, connection, complexity, O\(1\)\]\]$/,
    )
    expect(client.run('COMMAND DOCS x')).toBe('[]')
  })

  it('documents a container with its subcommands', () => {
    expect(client.run('COMMAND DOCS client')).toContain('subcommands, [client|caching, [summary, ')
  })

  it('is a map in RESP3', () => {
    const other = connect()
    other.run('HELLO 3')
    const reply = other.raw('COMMAND', 'DOCS', 'ping', 'x', 'echo')
    expect(reply.startsWith('%2\r\n$4\r\nping\r\n%5\r\n$7\r\nsummary\r\n')).toBe(true)
    expect(reply).toContain('$5\r\nflags\r\n~1\r\n+optional\r\n')
    expect(other.raw('COMMAND', 'DOCS').startsWith(`%${engine.commands.size}\r\n`)).toBe(true)
  })
})
