/** What a short request could make large: replies, and documents. */

import { type RespClient, startTestEngine } from '@kvasir/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { expectReplies, type SessionLines } from '../_test-session.ts'
import { jsonModule } from '../json-module.ts'
import { sharedParser } from '../json-parser.ts'
import { sharedWriter } from '../json-writer.ts'

let client: RespClient

beforeEach(() => {
  client = startTestEngine({ modules: [jsonModule] }).dial()
})

const session = (lines: SessionLines): Promise<void> => expectReplies(client, lines)

describe('a reply larger than a document may be', () => {
  const MANY = `$[${new Array(2000).fill(0).join()}]`
  const TOO_MANY = 'ERR the path matches too many values of the document'

  beforeEach(() => client.value('JSON.SET', 'doc', '$', `[{"${'k'.repeat(1_000_000)}":1}]`))

  it.each(['GET', 'RESP', 'OBJKEYS'])('is refused by JSON.%s before it is made', async (name) => {
    const before = process.memoryUsage().rss
    await session([[[`JSON.${name}`, 'doc', MANY], TOO_MANY]])
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  it('is refused where indentation makes it so', async () => {
    await client.value('JSON.SET', 'flat', '$', JSON.stringify(new Array(2000).fill(1)))
    await session([
      [['JSON.GET', 'flat', 'INDENT', ' '.repeat(1_000_000)], 'ERR the reply would be larger than 512 MB'],
    ])
    await session([[['JSON.GET', 'flat', '$[0]'], '[1]']])
  })

  it('is refused for each key by JSON.MGET', () =>
    session([[['JSON.MGET', 'doc', MANY], [expect.objectContaining({ message: TOO_MANY })]]]))
})

describe('a document that would be larger than 512 MB', () => {
  const TEXT = `"${'x'.repeat(1_000_000)}"`

  it.each([
    ['STRAPPEND', '""', [TEXT]],
    ['ARRAPPEND', '[]', [TEXT]],
    ['ARRINSERT', '[]', ['0', TEXT]],
    ['MERGE', '{}', [`{"a":${TEXT}}`]],
    ['SET', '1', [TEXT]],
  ])('is refused by JSON.%s before all of it is made', async (name, value, more) => {
    const document = `[${new Array(3000).fill(value).join()}]`
    const before = process.memoryUsage().rss
    await session([
      [['JSON.SET', 'doc', '$', document], 'OK'],
      [[`JSON.${name}`, 'doc', '$[*]', ...more], 'ERR the document would be larger than 512 MB'],
      [['JSON.GET', 'doc'], document],
    ])
    expect(process.memoryUsage().rss - before).toBeLessThan(1.5e9)
  })
})

describe('after a large document', () => {
  const LARGE = JSON.stringify(new Array(500_000).fill(1))
  const parser = sharedParser()
  const writer = sharedWriter()
  const held = (): number => parser.out.length + writer.buf.length

  it.each([
    ['JSON.SET', 'doc', '$', LARGE],
    ['JSON.SET', 'doc', '$.a', LARGE],
    ['JSON.SET', 'doc', '$', `${LARGE}x`],
    ['JSON.SET', 'doc', '$', LARGE, 'NX'],
    ['JSON.MERGE', 'doc', '$', LARGE],
    ['JSON.GET', 'large', '$'],
    ['JSON.GET', 'large', 'INDENT', ' '.repeat(500), '$'],
    ['JSON.MGET', 'large', '.'],
    ['JSON.ARRPOP', 'large', '$[0]'],
    ['DUMP', 'large'],
  ])('%s %s %s leaves no large buffer behind', async (...words) => {
    await client.value('JSON.SET', 'large', '$', `[[${LARGE}],${LARGE}]`)
    await client.value('JSON.SET', 'doc', '$', '{}')
    await client.raw(...words)
    expect(held()).toBeLessThan(600_000)
  })
})
