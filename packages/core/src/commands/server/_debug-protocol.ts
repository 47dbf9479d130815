/** DEBUG PROTOCOL: one reply of each type of RESP3, with which client libraries test their parsers. */

import type { Call } from '../../engine/call.ts'

const REPLIES: Readonly<Record<string, (call: Call) => void>> = {
  string: ({ reply }) => reply.bulkString('Hello World'),
  integer: ({ reply }) => reply.integer(12345),
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: the peers' value, which is not π
  double: ({ reply }) => reply.double(3.141),
  bignum: ({ reply }) => reply.bigNumber(1234567999999999999999999999999999999n),
  null: ({ reply }) => reply.nil(),
  array: ({ reply }) => {
    reply.array(3)
    for (let i = 0; i < 3; i++) reply.integer(i)
  },
  set: ({ reply }) => {
    reply.set(3)
    for (let i = 0; i < 3; i++) reply.integer(i)
  },
  map: ({ reply }) => {
    reply.map(3)
    for (let i = 0; i < 3; i++) {
      reply.integer(i)
      reply.boolean(i === 1)
    }
  },
  attrib: ({ reply }) => {
    if (reply.resp === 3) {
      reply.attribute(1)
      reply.bulkString('key-popularity')
      reply.array(2)
      reply.bulkString('key:123')
      reply.integer(90)
    }
    reply.bulkString('Some real reply following the attribute')
  },
  push: ({ reply }) => {
    if (reply.resp !== 3) return reply.error('ERR RESP2 is not supported by this command')
    reply.bulkString('Some real reply following the push reply')
    reply.push(2)
    reply.bulkString('server-cpu-usage')
    reply.integer(42)
  },
  verbatim: ({ reply }) => reply.verbatim('txt', 'This is a verbatim\nstring'),
  true: ({ reply }) => reply.boolean(true),
  false: ({ reply }) => reply.boolean(false),
}

export function debugProtocol(call: Call): void {
  const name = call.argLatin1(2).toLowerCase()
  if (Object.hasOwn(REPLIES, name)) return REPLIES[name](call)
  const names = Object.keys(REPLIES).join('|')
  call.reply.error(`ERR Wrong protocol type name. Please use one of the following: ${names}`)
}
