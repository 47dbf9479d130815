import { reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { listedModules, versionNumber } from './_module-list.ts'

export default defineCoreCommand({
  name: 'MODULE LIST',
  summary: 'Returns the modules that are loaded.',
  since: '4.0.0',
  group: 'server',
  complexity: 'O(N) where N is the number of loaded modules.',
  flags: ['admin', 'noscript'],
  tips: ['nondeterministic_output_order'],
  args: {},
  reply: reply.list(reply.map(reply.any(), 'name, ver, path and args of a module')),
  raw(call) {
    const modules = listedModules(call.engine)
    call.reply.array(modules.length)
    for (const { definition, path, args } of modules) {
      call.reply.map(4)
      call.reply.bulkString('name')
      call.reply.bulkString(definition.name)
      call.reply.bulkString('ver')
      call.reply.integer(versionNumber(definition.version))
      call.reply.bulkString('path')
      call.reply.bulkString(path)
      call.reply.bulkString('args')
      call.reply.array(args.length)
      for (const arg of args) call.reply.bulkString(arg)
    }
  },
})
