/** LPUSH, RPUSH, LPUSHX and RPUSHX. */

import { arg } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { changed, writeList } from './_list.ts'

export const pushArguments = {
  key: arg.key({ access: 'RW', flags: ['insert'] }),
  element: arg.repeated(arg.string()),
}

export function push(call: Call, atHead: boolean, onlyIfExists: boolean): void {
  const { buf, starts, lengths, argc } = call
  const list = writeList(call, 1)
  if (list === undefined) return
  const isNewKey = list.length === 0
  if (isNewKey && onlyIfExists) return call.reply.integer(0)
  let bytes = 0
  for (let i = 2; i < argc; i++) bytes += lengths[i]
  list.grow(bytes, argc - 2)
  for (let i = 2; i < argc; i++) {
    if (atHead) list.pushHead(buf, starts[i], lengths[i])
    else list.pushTail(buf, starts[i], lengths[i])
  }
  const { length } = list
  if (isNewKey) call.created(1)
  changed(call, atHead ? 'lpush' : 'rpush', 1, argc - 2)
  call.reply.integer(length)
}
