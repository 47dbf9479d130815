/** Command docs: what COMMAND INFO and COMMAND DOCS answer about a command, made from its declaration. */

import { type KeySpec, ReplyStatus, type ReplyValue } from '@kvasir/module-api'
import { type ArgumentDoc, argumentDocs } from './argument-docs.ts'
import { type Command, HIDDEN_FLAGS } from './command.ts'
import { keyRangeOf } from './key-specs.ts'

const statuses = (texts: Iterable<string>): ReplyValue => new Set([...texts].map((text) => new ReplyStatus(text)))

type Entry = readonly [key: string, value: ReplyValue]

/** One command as COMMAND INFO has it: ten values, of which the last holds its subcommands. */
export function commandInfo(command: Command): ReplyValue {
  const { first, last, step } = keyRangeOf(command.keySpecs)
  const flags = [...command.flags].filter((flag) => !HIDDEN_FLAGS.has(flag))
  return [
    command.fullName,
    command.arity,
    statuses(command.hasMovableKeys ? [...flags, 'movablekeys'] : flags),
    first,
    last,
    step,
    statuses(command.aclCategories.map((category) => `@${category}`)),
    new Set(command.definition.tips ?? []),
    new Set(command.keySpecs.map(keySpecInfo)),
    [...(command.subcommands?.values() ?? [])].map(commandInfo),
  ]
}

function keySpecInfo(spec: KeySpec): ReplyValue {
  return new Map<string, ReplyValue>([
    ['flags', statuses(keyFlags(spec))],
    ['begin_search', typed(spec.beginSearch.type, beginSearchInfo(spec.beginSearch))],
    ['find_keys', typed(spec.findKeys.type, findKeysInfo(spec.findKeys))],
  ])
}

/** A key's access and flags as one list: `RW`, `access`, `update`. */
export function keyFlags({ access, flags }: Pick<KeySpec, 'access' | 'flags'>): readonly string[] {
  return access === undefined ? flags : [access, ...flags]
}

const typed = (type: string, spec: readonly Entry[]): ReplyValue =>
  new Map<string, ReplyValue>([
    ['type', type],
    ['spec', new Map(spec)],
  ])

function beginSearchInfo(begin: KeySpec['beginSearch']): readonly Entry[] {
  switch (begin.type) {
    case 'index':
      return [['index', begin.pos]]
    case 'keyword':
      return [
        ['keyword', begin.keyword],
        ['startfrom', begin.startFrom],
      ]
    case 'unknown':
      return []
  }
}

function findKeysInfo(find: KeySpec['findKeys']): readonly Entry[] {
  switch (find.type) {
    case 'range':
      return [
        ['lastkey', find.lastKey],
        ['keystep', find.step],
        ['limit', find.limit],
      ]
    case 'keynum':
      return [
        ['keynumidx', find.keyNumIdx],
        ['firstkey', find.firstKey],
        ['keystep', find.step],
      ]
    case 'unknown':
      return []
  }
}

/** One command as COMMAND DOCS has it. What does not apply to the command is left out. */
export function commandDocs(command: Command): ReplyValue {
  const { definition, module } = command
  const { summary, since, complexity, deprecatedSince, replacedBy, history = [] } = definition
  const group = definition.group ?? 'module'
  const docs: Entry[] = [
    ['summary', summary],
    ['since', since],
    ['group', group],
    ['complexity', complexity],
  ]
  if (module !== 'core') docs.push(['module', module])
  const docFlags = new Set(definition.docFlags)
  if (deprecatedSince !== undefined) docFlags.add('deprecated')
  if (docFlags.size > 0) docs.push(['doc_flags', statuses(docFlags)])
  if (deprecatedSince !== undefined) docs.push(['deprecated_since', deprecatedSince])
  if (replacedBy !== undefined) docs.push(['replaced_by', replacedBy])
  if (history.length > 0) docs.push(['history', new Set(history)])
  const args = 'container' in definition ? [] : argumentDocs(definition.args, command.keySpecs)
  if (args.length > 0) docs.push(['arguments', args.map(argumentInfo)])
  if (command.subcommands !== undefined && command.subcommands.size > 0) {
    const subcommands = [...command.subcommands.values()]
    docs.push(['subcommands', new Map(subcommands.map((each) => [each.fullName, commandDocs(each)]))])
  }
  return new Map(docs)
}

function argumentInfo(doc: ArgumentDoc): ReplyValue {
  const flags: string[] = []
  if (doc.optional) flags.push('optional')
  if (doc.multiple) flags.push('multiple')
  if (doc.multipleToken) flags.push('multiple_token')
  const info: Entry[] = [
    ['name', doc.name],
    ['type', doc.type],
  ]
  if (doc.display !== undefined) info.push(['display_text', doc.display])
  if (doc.keySpecIndex !== undefined) info.push(['key_spec_index', doc.keySpecIndex])
  if (doc.token !== undefined) info.push(['token', doc.token])
  if (doc.since !== undefined) info.push(['since', doc.since])
  if (doc.deprecatedSince !== undefined) info.push(['deprecated_since', doc.deprecatedSince])
  if (flags.length > 0) info.push(['flags', statuses(flags)])
  if (doc.arguments.length > 0) info.push(['arguments', doc.arguments.map(argumentInfo)])
  return new Map(info)
}
