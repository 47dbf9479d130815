import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { refuseArguments } from './_wrong-arguments.ts'

const BITS_DEFAULT = 256
const BITS_MAX = 4096
const BITS_PER_DIGIT = 4
const DIGITS_PER_WORD = 8

export default defineCoreCommand({
  name: 'ACL GENPASS',
  summary: 'Makes a password of random hexadecimal digits.',
  since: '6.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['noscript', 'loading', 'stale', 'sentinel'],
  args: { bits: arg.optional(arg.integer()) },
  reply: reply.string('a digit for each four bits, rounded up'),
  raw(call) {
    if (call.argc > 3) return refuseArguments(call)
    const bits = call.argc === 2 ? BITS_DEFAULT : call.argInteger(2)
    if (Number.isNaN(bits)) return call.reply.error(ERRORS.notInteger)
    if (bits < 1 || bits > BITS_MAX) {
      return call.reply.error(
        'ERR ACL GENPASS argument must be the number of bits for the output password, ' +
          `a positive number up to ${BITS_MAX}`,
      )
    }
    const digits = Math.ceil(bits / BITS_PER_DIGIT)
    let password = ''
    while (password.length < digits) {
      password += call.engine.random.next().toString(16).padStart(DIGITS_PER_WORD, '0')
    }
    call.reply.bulkString(password.slice(0, digits))
  },
})
