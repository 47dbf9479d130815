/** Modules that each break one rule, and what the conformance test has to say about it. */

import {
  arg,
  type CommandDefinition,
  type Context,
  PayloadError,
  type RawCall,
  reply,
  WrongTypeError,
} from '@kvasir/module-api'
import { add, busyOnce, type Notes, notesType, type Replacements } from './_test-notes.ts'

export interface Violation {
  /** Of the module; completes `notices that ...`. */
  readonly what: string
  readonly rule: string
  readonly replaced: Replacements
  /** Besides the usual samples. */
  readonly calls?: readonly string[]
  /** What it says to do. */
  readonly says: RegExp
}

type Handler = (ctx: Context, args: { readonly key: Uint8Array; readonly text: readonly string[] }) => unknown

const addFirst =
  (then: (notes: Notes, ctx: Context, texts: readonly string[]) => unknown): Handler =>
  (ctx, { key, text }) => {
    const entry = ctx.key(key)
    const notes = entry.getValue(notesType) ?? { texts: [] }
    notes.texts.push(...text)
    const result = then(notes, ctx, text)
    entry.setValue(notesType, notes, 'note.add')
    return result ?? notes.texts.length
  }

const original = add.handler as unknown as Handler
const names = new Map<string, number>()
let counter = 0

export const VIOLATIONS: readonly Violation[] = [
  {
    what: 'a command is never called with success',
    rule: 'samples',
    replaced: {
      commands: {
        find: {
          ...add,
          name: 'NOTE.FIND',
          flags: ['readonly'],
          args: { key: arg.key({ access: 'RO' }), at: arg.integer() },
          handler: () => reply.error('ERR nothing there'),
        },
      },
    },
    says: /NOTE\.FIND: give a call of it that does something in calls: 'NOTE\.FIND key 1' is answered with: ERR/,
  },
  {
    what: 'a summary is no sentence',
    rule: 'docs',
    replaced: { commands: { list: { summary: 'list notes' } } },
    says: /NOTE\.LIST: its summary should be a sentence/,
  },
  {
    what: 'two arguments have one name',
    rule: 'docs',
    replaced: { commands: { add: { args: { ...add.args, note: arg.optional(arg.flag('X', { docsName: 'key' })) } } } },
    says: /NOTE\.ADD: two arguments are called 'key': set docsName/,
  },
  {
    what: 'a raw command takes words that its arguments do not tell of',
    rule: 'docs',
    replaced: { commands: { first: { args: {}, arity: -2, keySpecs: keySpecsOfFirst() } } },
    calls: ['NOTE.FIRST key'],
    says: /NOTE\.FIRST: takes 'NOTE\.FIRST key', but its args tell of 0 words: declare all of them/,
  },
  {
    what: 'a reply is not described',
    rule: 'docs',
    replaced: { commands: { list: { reply: reply.any() } } },
    says: /NOTE\.LIST: reply is anything: declare its shape, or describe it/,
  },
  {
    what: 'a command is in no category of the module',
    rule: 'acl',
    replaced: { commands: { list: { acl: [] } } },
    says: /NOTE\.LIST: users cannot allow or forbid it by a category of the module: list one in aclCategories/,
  },
  {
    what: 'a category has no command',
    rule: 'acl',
    replaced: { module: { aclCategories: ['notes', 'papers'] } },
    says: /notes: no command is in its ACL category @papers: take it out/,
  },
  {
    what: 'a readonly command declares a key that it changes',
    rule: 'acl',
    replaced: { commands: { list: { args: { key: arg.key({ access: 'RW' }) } } } },
    says: /NOTE\.LIST: is readonly, but declares a key that it changes: declare the key as 'RO'/,
  },
  {
    what: 'a command with keys neither reads nor writes',
    rule: 'acl',
    replaced: { commands: { list: { flags: [] } } },
    says: /NOTE\.LIST: has keys: give it the flag 'readonly' or 'write'/,
  },
  {
    what: 'a command opens a key that it does not declare',
    rule: 'keys',
    replaced: {
      commands: {
        add: {
          handler: ((ctx, args) => {
            ctx.key('number of calls').setString('1')
            return original(ctx, args)
          }) satisfies Handler,
        },
      },
    },
    says: /NOTE\.ADD: 'NOTE\.ADD key 1' opens the key 'number of calls', which it does not declare: use arg\.key/,
  },
  {
    what: 'a command reaches another key through a command',
    rule: 'keys',
    replaced: {
      commands: {
        list: {
          handler: (ctx: Context, args: { key: Uint8Array }) =>
            [ctx.call('EXISTS', 'x', args.key) as number].map(String),
        },
      },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST key' opens the key 'x', which it does not declare/,
  },
  {
    what: 'a declared key is never opened',
    rule: 'keys',
    replaced: {
      commands: { list: { args: { key: arg.key({ access: 'RO' }), hint: arg.optional(arg.key({ access: 'RO' })) } } },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST key other' does not open the key 'other' that it declares/,
  },
  {
    what: 'a raw command takes more words than it declares',
    rule: 'arity',
    replaced: { commands: { first: { arity: -2 } } },
    says: /NOTE\.FIRST: 'NOTE\.FIRST key 1' has too many words, and is taken: compare argc/,
  },
  {
    what: 'a raw command takes fewer words than it declares',
    rule: 'arity',
    replaced: { commands: { first: { arity: -1, keySpecs: [], raw: ({ reply: to }: RawCall) => to.nil() } } },
    says: /NOTE\.FIRST: 'NOTE\.FIRST' has too few words, and is answered with no error: let its arity/,
  },
  {
    what: 'a key of another type is taken for a missing one',
    rule: 'wrong-type',
    replaced: {
      commands: {
        list: {
          handler(ctx: Context, { key }: { key: Uint8Array }) {
            try {
              return ctx.key(key).getValue(notesType)?.texts ?? []
            } catch (error) {
              if (error instanceof WrongTypeError) return []
              throw error
            }
          },
        },
      },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST wrong', where 'wrong' is a string, is .*, not WRONGTYPE: let what getValue/,
  },
  {
    what: 'a reply is of another type than declared',
    rule: 'replies',
    replaced: { commands: { list: { reply: reply.list(reply.integer()) } } },
    says: /NOTE\.LIST: RESP2: 'NOTE\.LIST key' element 0 is bulk one, not integer: correct the handler, or/,
  },
  {
    what: 'a reply is of another type in RESP3',
    rule: 'replies',
    replaced: {
      commands: { first: { reply: reply.oneOf([reply.array([reply.string(), reply.integer()]), reply.nil()]) } },
    },
    says: /NOTE\.FIRST: RESP3: 'NOTE\.FIRST key' is array, not one of array, nil/,
  },
  {
    what: 'a reply is not whole',
    rule: 'replies',
    replaced: { commands: { first: { raw: rawFirst((call) => call.reply.array(3)) } } },
    says: /NOTE\.FIRST: RESP2: 'NOTE\.FIRST key' .*: write /,
  },
  {
    what: 'a command sends two replies',
    rule: 'replies',
    replaced: { commands: { first: { raw: rawFirst((call) => call.reply.array(1)) } } },
    says: /NOTE\.FIRST: RESP2: 'NOTE\.FIRST key' sends more than one reply: write no more parts than were announced/,
  },
  {
    what: 'a readonly command changes the value',
    rule: 'readonly',
    replaced: {
      commands: {
        list: {
          handler: (ctx: Context, { key }: { key: Uint8Array }) =>
            ctx.key(key).getValue(notesType)?.texts.sort().reverse() ?? [],
        },
      },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST key' changes 'key': give it the flag 'write', or work on a copy/,
  },
  {
    what: 'a readonly command tells of a change',
    rule: 'readonly',
    replaced: {
      commands: {
        list: {
          handler(ctx: Context, { key }: { key: Uint8Array }) {
            ctx.notify('note.list', key)
            return ctx.key(key).getValue(notesType)?.texts ?? []
          },
        },
      },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST key' tells of 'note\.list', as only a command with the flag 'write' may/,
  },
  {
    what: 'something is changed before a call is refused',
    rule: 'errors',
    replaced: {
      commands: {
        add: {
          handler: addFirst((_notes, _ctx, texts) => (texts.includes('') ? reply.error('ERR empty') : undefined)),
        },
      },
    },
    says: /NOTE\.ADD: 'NOTE\.ADD key ""' changes 'key', though refused: check everything before the first change/,
  },
  {
    what: 'a command throws',
    rule: 'errors',
    replaced: {
      commands: {
        add: {
          handler: ((ctx, args) => {
            if (args.text[0] === '') throw new Error('no luck')
            return original(ctx, args)
          }) satisfies Handler,
        },
      },
    },
    says: /NOTE\.ADD: 'NOTE\.ADD key ""' fails inside.*\n {2}notes: Command note\.add .* threw: Error: no luck/,
  },
  {
    what: 'a change in place is not told',
    rule: 'events',
    replaced: {
      commands: {
        take: {
          handler: (ctx: Context, { key }: { key: Uint8Array }) =>
            ctx.key(key).getValue(notesType)?.texts.pop() ?? null,
        },
      },
    },
    says: /NOTE\.TAKE: 'NOTE\.TAKE key' changes 'key', and no event tells of it: name one in setValue\(\)/,
  },
  {
    what: 'a change in place is unseen by clients that watch',
    rule: 'events',
    replaced: {
      commands: {
        take: {
          handler(ctx: Context, { key }: { key: Uint8Array }) {
            const text = ctx.key(key).getValue(notesType)?.texts.pop()
            if (text !== undefined) ctx.notify('note.take', key)
            return text ?? null
          },
        },
      },
    },
    says: /NOTE\.TAKE: 'NOTE\.TAKE key' changes 'key' unseen by a client that watches it: call changed\(\)/,
  },
  {
    what: 'an event is of a key that is not declared',
    rule: 'events',
    replaced: { commands: { add: { handler: addFirst((_notes, ctx) => ctx.notify('note.add', 'all notes')) } } },
    says: /NOTE\.ADD: 'NOTE\.ADD key 1' tells of 'note\.add' for the key 'all notes', which it does not declare/,
  },
  {
    what: 'a command grows values at maxmemory',
    rule: 'denyoom',
    replaced: { commands: { add: { flags: ['write'] } } },
    says: /NOTE\.ADD: 'NOTE\.ADD key 1' takes \d+ bytes of memory: give it the flag 'denyoom'/,
  },
  {
    what: 'a part of the value is not saved',
    rule: 'save-load',
    replaced: {
      type: {
        save(notes, writer) {
          writer.unsigned(1)
          writer.text(notes.texts[0] ?? '')
        },
      },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST key' answers \[one\] of the restored value, and not \[one, two, three\]: save\(\)/,
  },
  {
    what: 'what is saved is refused when it is loaded',
    rule: 'save-load',
    replaced: {
      type: {
        load() {
          throw new PayloadError('not yet')
        },
      },
    },
    says: /kit-notes: RESTORE refuses what DUMP gave, with ERR Bad data format/,
  },
  {
    what: 'the digest is the same for every value',
    rule: 'digest',
    replaced: { type: { digest() {} } },
    says: /kit-notes: 'NOTE\.\w+ key.*' changes the value, not its digest: write all that save\(\) does in digest\(\)/,
  },
  {
    what: 'the digest is another one each time',
    rule: 'save-load',
    replaced: { type: { digest: (_notes, writer) => writer.unsigned(counter++) } },
    says: /kit-notes: DEBUG DIGEST-VALUE of the restored value is another one: save\(\) and load\(\) must keep all/,
  },
  {
    what: 'copies share what they hold',
    rule: 'copy',
    replaced: { type: { copy: (notes) => ({ texts: notes.texts }) } },
    says: /kit-notes: 'NOTE\.ADD key 1' changes a value and its copy together: copy\(\) must share nothing/,
  },
  {
    what: 'copies are not whole',
    rule: 'copy',
    replaced: { type: { copy: ({ texts }) => ({ texts: texts.slice(1) }) } },
    says: /NOTE\.LIST: 'NOTE\.LIST key' answers something else for a copy: copy\(\) must take all/,
  },
  {
    what: 'something is kept by the name of the key',
    rule: 'rename',
    replaced: {
      commands: {
        add: {
          handler: ((ctx, args) => {
            names.set(String(args.key), 1)
            return original(ctx, args)
          }) satisfies Handler,
        },
        list: {
          handler(ctx: Context, { key }: { key: Uint8Array }) {
            const texts = ctx.key(key).getValue(notesType)?.texts ?? []
            return names.has(String(key)) ? texts : []
          },
        },
      },
    },
    says: /NOTE\.LIST: 'NOTE\.LIST key' answers something else for a renamed key: keep nothing by the names of keys/,
  },
  {
    what: 'a key comes back when it expires',
    rule: 'expire',
    replaced: {
      module: {
        load(ctx) {
          ctx.onKeyEvent({ classes: ['expired'] }, ({ key }, inner) =>
            inner.key(key).setValue(notesType, { texts: ['gone'] }),
          )
        },
      },
    },
    says: /kit-notes: it is still there when it has expired: do not make keys anew/,
  },
  {
    what: 'values do not count what they hold',
    rule: 'memory',
    replaced: { type: { memoryBytes: () => 64 } },
    says: /kit-notes: its payload grew from \d+ to \d+ bytes by .*, MEMORY USAGE from \d+ to \d+: count what it takes/,
  },
  {
    what: 'a value that grows in place is not measured again',
    rule: 'memory',
    replaced: {
      commands: {
        add: {
          handler: ((ctx, args) => {
            const notes = ctx.key(args.key).getValue(notesType)
            if (notes === undefined) return original(ctx, args)
            ctx.notify('note.add', args.key)
            return notes.texts.push(...args.text)
          }) satisfies Handler,
        },
      },
    },
    says: /kit-notes: its payload grew .*: count what it takes .*, and call changed\(\) after a change in place/,
  },
  {
    what: 'something stays behind when a key is gone',
    rule: 'memory',
    replaced: {
      module: {
        load: (ctx) =>
          void ctx.onKeyEvent({ classes: ['generic'] }, ({ event, key }, inner) => {
            if (event === 'del') inner.key(`${inner.random()}`).setString(`once there was ${key}`.repeat(10))
          }),
      },
    },
    says: /kit-notes: \d+ bytes stay in used_memory when its key is gone: leave nothing behind in other keys/,
  },
  {
    what: 'want of memory is taken for something else',
    rule: 'out-of-memory',
    replaced: {
      commands: {
        add: {
          handler: ((ctx, args) => {
            try {
              return original(ctx, args)
            } catch {
              return reply.error('WRONGTYPE no notes')
            }
          }) satisfies Handler,
        },
      },
    },
    says: /NOTE\.ADD: 'NOTE\.ADD key 1' is answered with WRONGTYPE no notes when memory runs out, not OOM: let exc/,
  },
  {
    what: 'chance does not come from the seed',
    rule: 'effects',
    replaced: { commands: { add: { handler: addFirst((notes) => void notes.texts.push(`${Math.random()}`)) } } },
    says: /NOTE\.ADD: 'NOTE\.ADD key one two three' does something else on a second engine: take time and chance/,
  },
  {
    what: "time is not the engine's",
    rule: 'effects',
    replaced: { commands: { add: { handler: addFirst((notes) => void notes.texts.push(`${Date.now()}`)) } } },
    says: /NOTE\.ADD: 'NOTE\.ADD key one two three' does something else on a second engine/,
  },
  {
    what: 'engines of one process share something',
    rule: 'effects',
    replaced: { commands: { add: { handler: addFirst((notes) => void notes.texts.push(`${counter++}`)) } } },
    says: /NOTE\.ADD: .* keep state in values, or in what a function makes for each engine/,
  },
  {
    what: 'a damaged payload makes load() throw',
    rule: 'payloads',
    replaced: { type: { load: (reader) => ({ texts: [...JSON.parse(`[${reader.unsigned()}`)] }) } },
    says: /kit-notes: load\(\) throws for the payload [0-9a-f]+: throw PayloadError for what save\(\) never writes/,
  },
  {
    what: 'a damaged payload keeps load() busy',
    rule: 'payloads',
    replaced: { type: { load: busyOnce() } },
    says: /kit-notes: load\(\) takes seconds for the payload [0-9a-f]+: compare counts with what is left of it/,
  },
  {
    what: 'a damaged payload makes a value that commands fail on',
    rule: 'payloads',
    replaced: {
      type: {
        memoryBytes: () => 64,
        load(reader, version) {
          const notes = notesType.load(reader, version)
          return notes.texts[0] === 'one' ? notes : ({} as Notes)
        },
      },
    },
    says: /kit-notes: 'NOTE\.\w+ key.*' fails inside after RESTORE of [0-9a-f]+: load\(\) must check every field/,
  },
]

function rawFirst(announce: (call: RawCall) => void): (call: RawCall) => void {
  return (call) => {
    const notes = call.value(1, notesType)
    if (notes === undefined) return call.reply.nil()
    announce(call)
    call.reply.bulkString(notes.texts[0] ?? '')
    call.reply.boolean(notes.texts.length === 1)
  }
}

function keySpecsOfFirst(): CommandDefinition['keySpecs'] {
  const found = { type: 'range', lastKey: 0, step: 1, limit: 0 } as const
  return [{ access: 'RO', flags: ['access'], beginSearch: { type: 'index', pos: 1 }, findKeys: found }]
}
