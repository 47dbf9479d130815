/** A module with a data type for the tests of commands that work on values of any type. */

import { API_LEVEL, arg, defineCommand, defineDataType, defineModule, type ModuleDefinition } from '@kvasir/module-api'

interface Box {
  readonly text: string
}

/** BOX.SET and BOX.GET; TYPE answers `box`. @param calls gets a line for every copy and every free */
export function boxModule(calls: string[]): ModuleDefinition {
  const box = defineDataType<Box>({
    name: 'test-boxe',
    version: 1,
    typeName: 'box',
    save: (value, writer) => writer.text(value.text),
    load: (reader) => ({ text: reader.text() }),
    memoryBytes: () => 100,
    copy(value) {
      calls.push(`copy ${value.text}`)
      return { ...value }
    },
    digest: (value, writer) => writer.text(value.text),
    free(value) {
      calls.push(`free ${value.text}`)
    },
  })
  const set = defineCommand({
    name: 'BOX.SET',
    summary: 'Puts a box.',
    since: '1.0.0',
    complexity: 'O(1)',
    reply: { type: 'any' },
    flags: ['write'],
    args: { key: arg.key({ access: 'OW' }), text: arg.text() },
    handler(ctx, { key, text }) {
      ctx.key(key).setValue(box, { text })
      return 1
    },
  })
  const get = defineCommand({
    name: 'BOX.GET',
    summary: 'Looks into a box.',
    since: '1.0.0',
    complexity: 'O(1)',
    reply: { type: 'any' },
    flags: ['readonly'],
    args: { key: arg.key({ access: 'RO' }) },
    handler: (ctx, { key }) => ctx.key(key).getValue(box)?.text ?? null,
  })
  return defineModule({ name: 'box', version: '1.0.0', api: API_LEVEL, types: [box], commands: [set, get] })
}
