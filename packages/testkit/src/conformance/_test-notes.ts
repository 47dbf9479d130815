/** A small module that keeps every rule, with parts that a test can replace by broken ones. */

import {
  arg,
  type CommandDefinition,
  type DataType,
  defineCommand,
  defineDataType,
  defineModule,
  type ModuleDefinition,
  PayloadError,
  reply,
} from '@kvasir/module-api'
import type { ConformanceSamples } from './subject.ts'

export interface Notes {
  texts: string[]
}

const TEXTS_MAX = 10_000

export const notesType: DataType<Notes> = defineDataType<Notes>({
  name: 'kit-notes',
  version: 1,
  save(notes, writer) {
    writer.unsigned(notes.texts.length)
    for (const text of notes.texts) writer.text(text)
  },
  load(reader) {
    const count = Number(reader.unsigned())
    if (count < 1 || count > TEXTS_MAX) throw new PayloadError('no such number of notes')
    return { texts: Array.from({ length: count }, () => reader.text()) }
  },
  memoryBytes: ({ texts }) => texts.reduce((total, text) => total + 16 + 2 * text.length, 64),
  copy: ({ texts }) => ({ texts: [...texts] }),
  digest(notes, writer) {
    for (const text of notes.texts) writer.text(text)
  },
})

const common = { since: '1.0.0', complexity: 'O(1)', acl: ['notes'] } as const

export const add = defineCommand({
  ...common,
  name: 'NOTE.ADD',
  summary: 'Adds notes.',
  flags: ['write', 'denyoom'],
  args: { key: arg.key({ access: 'RW' }), text: arg.repeated(arg.text()) },
  reply: reply.integer('how many there are'),
  handler(ctx, { key, text }) {
    const entry = ctx.key(key)
    const notes = entry.getValue(notesType)
    if ((notes?.texts.length ?? 0) + text.length > TEXTS_MAX) return reply.error('ERR too many notes')
    if (notes === undefined) {
      entry.setValue(notesType, { texts: [...text] }, 'note.add')
      return text.length
    }
    notes.texts.push(...text)
    entry.changed('note.add')
    return notes.texts.length
  },
})

export const take = defineCommand({
  ...common,
  name: 'NOTE.TAKE',
  summary: 'Takes the last note away.',
  flags: ['write'],
  args: { key: arg.key({ access: 'RW', flags: ['delete'] }) },
  reply: reply.oneOf([reply.string('the note'), reply.nil('there are none')]),
  handler(ctx, { key }) {
    const entry = ctx.key(key)
    const notes = entry.getValue(notesType)
    if (notes === undefined) return null
    const text = notes.texts.pop() ?? null
    if (notes.texts.length === 0) entry.delete()
    else entry.changed('note.take')
    return text
  },
})

export const list = defineCommand({
  ...common,
  name: 'NOTE.LIST',
  summary: 'Returns all notes.',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.list(reply.string()),
  handler: (ctx, { key }) => ctx.key(key).getValue(notesType)?.texts ?? [],
})

export const first = defineCommand({
  ...common,
  name: 'NOTE.FIRST',
  summary: 'Returns the first note, and whether it is the only one.',
  flags: ['readonly'],
  args: { key: arg.key({ access: 'RO' }) },
  reply: reply.oneOf([reply.array([reply.string(), reply.boolean()]), reply.nil('there are none')]),
  raw(call) {
    const notes = call.value(1, notesType)
    if (notes === undefined) return call.reply.nil()
    call.reply.array(2)
    call.reply.bulkString(notes.texts[0] ?? '')
    call.reply.boolean(notes.texts.length === 1)
  },
})

const COMMANDS = { add, take, list, first }

/** What takes the place of a part of the module. */
export interface Replacements {
  readonly type?: Partial<DataType<Notes>>
  readonly commands?: Readonly<Record<string, object>>
  readonly module?: Partial<ModuleDefinition>
}

/** The module, with some of it replaced. */
export function notesModule(replaced: Replacements = {}): ModuleDefinition {
  const commands = Object.entries({ ...COMMANDS, ...replaced.commands }).map(([name, command]) => {
    const own = COMMANDS[name as keyof typeof COMMANDS] as CommandDefinition | undefined
    return defineCommand({ ...own, ...command } as CommandDefinition)
  })
  return defineModule({
    name: 'notes',
    version: '1.0.0',
    api: 1,
    aclCategories: ['notes'],
    types: [{ ...notesType, ...replaced.type }],
    commands,
    ...replaced.module,
  })
}

export const NOTES: ConformanceSamples = {
  values: { 'kit-notes': ['NOTE.ADD key one two three'] },
  growth: { 'kit-notes': (i) => `NOTE.ADD key "note ${i}"` },
}

/** A `load` that takes its time, once, for what is no payload. */
export function busyOnce(): typeof notesType.load {
  let isBusy = true
  return (reader, version) => {
    try {
      return notesType.load(reader, version)
    } catch (error) {
      for (const before = process.cpuUsage(); isBusy; ) {
        const { user, system } = process.cpuUsage(before)
        isBusy = user + system < 1_100_000
      }
      throw error
    }
  }
}
