import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { infoSection } from './_info-fields.ts'
import { askedSections, INFO_SECTIONS, type InfoSection, moduleSections } from './_info-sections.ts'

export default defineCoreCommand({
  name: 'INFO',
  summary: 'Returns facts and figures about the server, in sections.',
  since: '1.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['loading', 'stale', 'sentinel'],
  acl: ['dangerous'],
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  history: [['7.0.0', 'Takes several section names.']],
  args: { section: arg.optional(arg.repeated(arg.string())) },
  reply: reply.string('lines `field:value`, each section under a line `# Section`'),
  raw(call) {
    const text = chosenSections(call)
      .map(({ title, fields }) => [title, fields(call.engine)] as const)
      .map(([title, fields]) => (fields === undefined ? '' : infoSection(title, fields)))
      .filter((part) => part !== '')
      .join('\r\n')
    call.reply.verbatim('txt', text)
  },
})

/** `all` leaves the modules' own sections out, `everything` does not, `modules` asks for them. */
function chosenSections(call: Call): InfoSection[] {
  const names = new Set(askedSections(call.buf, call.starts, call.lengths, call.argc))
  if (names.size === 0) names.add('default')
  const everything = names.has('everything')
  const all = everything || names.has('all')
  const byDefault = names.has('default')
  const own = INFO_SECTIONS.filter(({ name, shown }) => {
    return names.has(name) || (all && shown !== 'named') || (byDefault && shown === 'default')
  })
  const ofModules = moduleSections(call.engine).filter(
    ({ name }) => everything || names.has('modules') || names.has(name) || names.has(name.split('_', 1)[0]),
  )
  return [...own, ...ofModules]
}
