import { arg, defineCommand, defineModule, reply } from '@kvasir/module-api'
import { startTestEngine } from '@kvasir/testkit'
import { describe, expect, it } from 'vitest'
import { jsonDocuments } from './json-documents.ts'
import { jsonModule as json } from './json-module.ts'

const reader = defineModule({
  name: 'reader',
  version: '1.0.0',
  api: 1,
  uses: [jsonDocuments],
  commands: [
    defineCommand({
      name: 'READER.READ',
      summary: 'Reads a document by the interface of the module json.',
      since: '1.0.0',
      complexity: 'O(N)',
      flags: ['readonly'],
      args: { key: arg.key({ access: 'RO' }), path: arg.text() },
      reply: reply.any(),
      handler(ctx, { key, path }) {
        const documents = ctx.use(jsonDocuments)
        try {
          return documents.read(ctx, key, documents.compile(path)) ?? null
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error
          return reply.error(`ERR ${error.name}`)
        }
      },
    }),
  ],
})

describe('the interface json.documents', () => {
  it('reads values as JSON text, with JSONPath and legacy paths', async () => {
    const client = startTestEngine({ modules: [json, reader] }).dial()
    await client.value('JSON.SET', 'doc', '$', '{"a":[{"b":18446744073709551615},{"b":"\\u00e9"}],"c":null}')
    expect(await client.value('READER.READ', 'doc', '$.a[*].b')).toEqual(['18446744073709551615', '"\u00e9"'])
    expect(await client.value('READER.READ', 'doc', '.c')).toEqual(['null'])
    expect(await client.value('READER.READ', 'doc', '$.none')).toEqual([])
    expect(await client.value('READER.READ', 'none', '$')).toBe(null)
  })

  it('says what is wrong with a path, and with a key', async () => {
    const client = startTestEngine({ modules: [json, reader] }).dial()
    await client.value('SET', 'text', 'x')
    expect(String(await client.value('READER.READ', 'doc', '$.['))).toContain('ERR SyntaxError')
    expect(String(await client.value('READER.READ', 'text', '$'))).toContain('WRONGTYPE')
  })
})
