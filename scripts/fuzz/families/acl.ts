/**
 * ACL: users by random rules, what is told of them, and whether they may run commands of all families. Nobody logs in:
 * what is refused to a user, ACL DRYRUN tells.
 *
 * Rules name commands that both servers have. No word has a space within, which breaks Valkey's files, nor the byte 255,
 * which Valkey loses within parentheses.
 */

import type { CommandSpec, Family, Words } from '../command-spec.ts'
import { type Draw, EVERY_KEY } from '../draw.ts'
import { bitmap } from './bitmap.ts'
import { generic } from './generic.ts'
import { geo } from './geo.ts'
import { hash } from './hash.ts'
import { hyperloglog } from './hyperloglog.ts'
import { list } from './list.ts'
import { set } from './set.ts'
import { sort } from './sort.ts'
import { stream } from './stream.ts'
import { string } from './string.ts'
import { zset } from './zset.ts'

export const ACL_USERS = ['alice', 'bob', 'caesar', 'd\xc3\xb3ra']

const FAMILIES = [string, generic, hash, list, set, zset, stream, bitmap, hyperloglog, geo, sort]
const COMMANDS: readonly (readonly [name: string, spec: CommandSpec])[] = FAMILIES.flatMap(({ commands }) =>
  Object.entries(commands),
)
/** Commands that no family has. */
const OTHERS = [
  ...[
    'ACL CAT',
    'ACL SETUSER',
    'ACL WHOAMI',
    'AUTH',
    'CLIENT ID',
    'CLIENT KILL',
    'CLIENT LIST',
    'COMMAND',
    'COMMAND COUNT',
  ],
  ...[
    'CONFIG GET',
    'CONFIG SET',
    'CONFIG RESETSTAT',
    'DBSIZE',
    'DEBUG',
    'DISCARD',
    'ECHO',
    'EXEC',
    'FLUSHALL',
    'FLUSHDB',
  ],
  ...[
    'HELLO',
    'INFO',
    'LASTSAVE',
    'LOLWUT',
    'MEMORY DOCTOR',
    'MEMORY USAGE',
    'MULTI',
    'PING',
    'QUIT',
    'RANDOMKEY',
    'RESET',
  ],
  ...[
    'SELECT',
    'SWAPDB',
    'TIME',
    'UNWATCH',
    'WAIT',
    'WATCH',
    'MOVE',
    'COPY',
    'KEYS',
    'SCAN',
    'OBJECT ENCODING',
    'OBJECT HELP',
  ],
]
const NAMES = [...new Set([...COMMANDS.map(([name]) => name), ...OTHERS])]
const CATEGORIES = [
  ...[
    'keyspace',
    'read',
    'write',
    'set',
    'sortedset',
    'list',
    'hash',
    'string',
    'bitmap',
    'hyperloglog',
    'geo',
    'stream',
  ],
  ...['pubsub', 'admin', 'fast', 'slow', 'blocking', 'dangerous', 'connection', 'transaction', 'scripting', 'all'],
]
const PASSWORDS = ['', 'secret', 'p\xc3\xa4ss', 'x'.repeat(70)]
/** Of words that are hashes, all but the first two are none. */
const HASHES = ['a'.repeat(64), '0123456789abcdef'.repeat(4), 'A'.repeat(64), 'a'.repeat(63), 'g'.repeat(64), '']
const DATABASES = [
  '0',
  '1',
  '2',
  '15',
  '16',
  '2147483647',
  '2147483648',
  '-1',
  '01',
  '+1',
  ' 1',
  '-0',
  '1 ',
  '',
  'x',
  '0x1',
]

const user = (d: Draw): string => d.pick(ACL_USERS)

/** Letters of either case. */
const cased = (d: Draw, word: string): string => (d.chance(0.9) ? word : d.chance(0.5) ? word.toUpperCase() : word)

function commandRule(d: Draw): string {
  const sign = d.pick(['+', '-'])
  const x = d.below(100)
  if (x < 40) return sign + cased(d, `@${d.pick(CATEGORIES)}`)
  const name = d.pick(NAMES).toLowerCase().replace(' ', '|')
  if (x < 80) return sign + cased(d, name)
  if (x < 88) return sign + cased(d, name.split('|', 1)[0] as string)
  if (x < 95) return `+${name}|${d.pick(['0', '1', 's1', 'GET', 'help', 'key'])}`
  return d.pick([
    '+',
    '-',
    '+@',
    '+nosuch',
    '-nosuch',
    '+@nosuch',
    '+|',
    '+get|',
    '-get|',
    '+config|',
    '+config|get|',
    '+a|b|c',
  ])
}

function pattern(d: Draw): string {
  const key = d.pick(EVERY_KEY).replace(/[\s\0\xff]/g, '')
  return d.pick(['*', '**', `${key.slice(0, 1)}*`, key, '?1', '[a-m]*', '*1', '', key])
}

function keyRule(d: Draw): string {
  const x = d.below(100)
  if (x < 50) return `~${pattern(d)}`
  if (x < 90) return `%${d.pick(['R', 'W', 'RW', 'r', 'w', 'wR'])}~${pattern(d)}`
  return d.pick(['%', '%~', '%R', '%X~a', '%RR~a', '~a b', '~a\n', '%R~a\tb'])
}

function databaseRule(d: Draw): string {
  const odd = d.chance(0.15)
  return `db=${d.times(d.few(4), () => (odd ? d.pick(DATABASES) : String(d.below(5)))).join(',')}`
}

/** A rule that a selector may have too. */
function permission(d: Draw): string {
  const x = d.below(100)
  if (x < 45) return commandRule(d)
  if (x < 65) return keyRule(d)
  if (x < 75) return `&${pattern(d)}`
  if (x < 85) return databaseRule(d)
  const keywords = [
    'allkeys',
    'resetkeys',
    'allchannels',
    'resetchannels',
    'alldbs',
    'resetdbs',
    'allcommands',
    'nocommands',
  ]
  return cased(d, d.pick(keywords))
}

function rule(d: Draw): string[] {
  const x = d.below(100)
  if (x < 75) return [permission(d)]
  if (x < 85) {
    const inner = d.times(d.below(5), () => permission(d))
    return d.chance(0.5) ? [`(${inner.join(' ')})`] : [`(${inner[0] ?? ''}`, ...inner.slice(1), ')']
  }
  if (x < 90) return [`${d.pick(['>', '<'])}${d.pick(PASSWORDS)}`]
  if (x < 93) return [`${d.pick(['#', '!'])}${d.pick(HASHES)}`]
  if (x < 98) {
    const keywords = [
      'on',
      'off',
      'nopass',
      'resetpass',
      'clearselectors',
      'reset',
      'sanitize-payload',
      'skip-sanitize-payload',
    ]
    return [cased(d, d.pick(keywords))]
  }
  return [d.pick(['', 'nosuch', '(', ')', '((+get))', '(+get', '(on)', '(>x)', ' ', 'db'])]
}

/** Now and then so many that it may do almost nothing else. */
const rules = (d: Draw): string[] => [...d.maybe(0.2, 'reset'), ...d.times(d.few(8), () => rule(d)).flat()]

/** A command with words that mean something, or with keys in any number. */
function request(d: Draw): Words {
  if (d.chance(0.5)) {
    const [name, spec] = d.pick(COMMANDS)
    return [...cased(d, name).split(' '), ...spec.args(d)]
  }
  const words = d.chance(0.3) ? d.times(d.below(4), () => String(d.below(6))) : d.times(d.below(5), () => d.anyKey())
  return [...cased(d, d.pick(NAMES)).split(' '), ...words]
}

export const acl: Family = {
  name: 'acl',
  settings: { 'acl-pubsub-default': ['allchannels', 'resetchannels'] },
  commands: {
    'ACL SETUSER': { weight: 40, args: (d) => [user(d), ...rules(d)], fragile: true },
    'ACL GETUSER': { weight: 20, args: (d) => [user(d)] },
    'ACL DRYRUN': { weight: 100, args: (d) => [user(d), ...request(d)] },
    'ACL LIST': { weight: 5, args: () => [] },
    'ACL USERS': { weight: 3, args: () => [] },
    'ACL DELUSER': { weight: 2, args: (d) => d.times(d.few(3), () => user(d)) },
    'ACL WHOAMI': { weight: 1, args: () => [] },
  },
}
