/** JSON documents through node-redis, which knows the commands and what their replies mean. */

import { startTestServer } from '@kvasir/testkit'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { jsonModule as json } from './json-module.ts'

const DOCUMENT = { a: 1, b: [1, 2, 3], s: 'x', n: null, t: true, o: { a: 5 } }

/** A server with the module, and a client of it that knows the document. */
async function open(RESP: 2 | 3) {
  const server = await startTestServer({ port: 0, modules: [json] })
  const client = await createClient({ RESP, socket: server.address })
    .on('error', () => {})
    .connect()
  await client.json.set('d', '$', DOCUMENT)
  const close = async (): Promise<void> => {
    client.destroy()
    await server.close()
  }
  return { json: client.json, client, [Symbol.asyncDispose]: close }
}

describe.each([2, 3] as const)('node-redis with RESP%i', (RESP) => {
  it('sets and gets documents', async () => {
    await using at = await open(RESP)
    // The path that is none is the root; with RESP3 every path has an array of what it leads to.
    expect(await at.json.get('d')).toEqual(RESP === 3 ? [DOCUMENT] : DOCUMENT)
    expect(await at.json.get('d', { path: '$..a' })).toEqual([1, 5])
    expect(await at.json.get('d', { path: ['$.a', '$.s'] })).toEqual({ '$.a': [1], '$.s': ['x'] })
    expect(await at.json.get('none')).toBeNull()
    expect(await at.json.set('d', '$', {}, { condition: 'NX' })).toBeNull()
    expect(await at.json.mSet([{ key: 'e', path: '$', value: { q: 1 } }])).toBe('OK')
    expect(await at.json.mGet(['e', 'none'], '$.q')).toEqual([[1], null])
    expect(await at.json.merge('e', '$', { r: null, q: null, z: 'ü' })).toBe('OK')
    expect(await at.json.get('e', { path: '$' })).toEqual([{ z: 'ü' }])
    await at.client.set('text', 'x')
    await expect(at.json.get('text')).rejects.toThrow('WRONGTYPE')
  })

  it('changes numbers, strings and booleans', async () => {
    await using at = await open(RESP)
    expect(await at.json.numIncrBy('d', '$..a', 0.5)).toEqual([1.5, 5.5])
    expect(await at.json.numMultBy('d', '$.a', 2)).toEqual([3])
    expect(await at.json.strAppend('d', 'yz', { path: '$.s' })).toEqual([3])
    expect(await at.json.strLen('d', { path: '$.s' })).toEqual([3])
    expect(await at.json.toggle('d', '$.t')).toEqual([0])
  })

  it('changes arrays', async () => {
    await using at = await open(RESP)
    expect(await at.json.arrAppend('d', '$.b', 4, { x: 1 })).toEqual([5])
    expect(await at.json.arrInsert('d', '$.b', 0, 'first')).toEqual([6])
    expect(await at.json.arrIndex('d', '$.b', 3)).toEqual([3])
    expect(await at.json.arrPop('d', { path: '$.b' })).toEqual([{ x: 1 }])
    expect(await at.json.arrPop('d', { path: '$.b', index: 0 })).toEqual(['first'])
    expect(await at.json.arrTrim('d', '$.b', 0, 1)).toEqual([2])
    expect(await at.json.arrLen('d', { path: '$.b' })).toEqual([2])
  })

  it('looks at objects and takes them away', async () => {
    await using at = await open(RESP)
    expect(await at.json.objKeys('d', { path: '$.o' })).toEqual([['a']])
    expect(await at.json.objLen('d', { path: '$' })).toEqual([6])
    expect(await at.json.type('d', { path: '$.b' })).toEqual(['array'])
    expect(await at.json.clear('d', { path: '$.o' })).toBe(1)
    expect(await at.json.del('d', { path: '$.b' })).toBe(1)
    expect(await at.json.forget('d', { path: '$.none' })).toBe(0)
    expect(await at.json.get('d', { path: '$' })).toEqual([{ a: 1, s: 'x', n: null, t: true, o: {} }])
  })

  it('calls them in a transaction', async () => {
    await using at = await open(RESP)
    const replies = await at.client.multi().json.set('m', '$', [1]).json.arrAppend('m', '$', 2).exec()
    expect(replies).toEqual(['OK', [2]])
  })
})
