/** What the declarations of all JSON commands have in common. */

import { arg, reply } from '@kvasir/module-api'

/** The category that lets a user run the commands of this module. */
export const ACL = ['json'] as const

export const readKey = arg.key({ access: 'RO' })
export const writeKey = arg.key({ access: 'RW' })
/** Of commands whose reply tells of the value: who may only write must not learn it. */
export const changedKey = arg.key({ access: 'RW', flags: ['access', 'update'] })
export const poppedKey = arg.key({ access: 'RW', flags: ['access', 'delete'] })
export const path = arg.text()
/** Left out: the root; `.` in RESP2 and `$` in RESP3, as in RedisJSON. */
export const optionalPath = arg.optional(arg.text())
/** A place in an array, from the front or the back: any number of 64 bits, as RedisJSON takes them. */
export const index = arg.bigint()
/** A JSON text. */
export const json = arg.string()

/** The replies of a command that gives a number for each value: a list for `$`, the number alone for a legacy path. */
export const integers = reply.oneOf([
  reply.list(reply.oneOf([reply.integer(), reply.nil('the value is of another type')])),
  reply.integer('for a legacy path'),
  reply.nil('no such key, for a legacy path'),
])
