import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestEngine } from '@kvasir/testkit'
import ratelimit from '../dist/index.js'
import { connectTo, startServer } from './server.js'

let server
let client

before(async () => {
  server = await startServer('kvasir.conf')
  assert.equal(server.exitCode, undefined, server.output)
  client = await connectTo(server.port)
})

after(async () => {
  client?.close()
  assert.equal(await server?.stop(), 0)
})

test('the module is loaded from the configuration file, with its parameter', async () => {
  assert.match(server.output, /<ratelimit> keeps full buckets for 1000 ms/)
  assert.match(JSON.stringify(await client.send('MODULE', 'LIST')), /ratelimit/)
  assert.deepEqual(await client.send('CONFIG', 'GET', 'ratelimit.refill-ms'), ['ratelimit.refill-ms', '1000'])
  assert.equal(await client.send('CONFIG', 'SET', 'ratelimit.refill-ms', '0'), 'OK')
})

test('tokens are taken until none are left', async () => {
  assert.deepEqual(await client.send('RL.TAKE', 'a', '2', '60000'), [1, 0])
  assert.deepEqual(await client.send('rl.take', 'a', '2', '60000'), [1, 0])
  const [taken, waitMs] = await client.send('RL.TAKE', 'a', '2', '60000')
  assert.equal(taken, 0)
  assert.ok(waitMs > 29_000 && waitMs <= 30_000)
  assert.equal(await client.send('RL.PEEK', 'a'), 0)
  assert.equal(await client.send('RL.PEEK', 'none'), null)
})

test('options, types and limits of the arguments are checked by their declaration', async () => {
  assert.deepEqual(await client.send('RL.TAKE', 'b', '5', '1000', 'cost', '3'), [1, 0])
  const errors = [
    [['RL.TAKE', 'b', '0', '1000'], /value is not an integer or out of range/],
    [['RL.TAKE', 'b', 'x', '1000'], /value is not an integer or out of range/],
    [['RL.TAKE', 'b', '5', '1000', 'COST'], /syntax error/],
    [['RL.TAKE', 'b', '5', '1000', 'PRICE', '3'], /syntax error/],
    [['RL.TAKE', 'b'], /wrong number of arguments for 'rl.take' command/],
    [['RL.TAKE', 'b', '5', '1000', 'COST', '6'], /COST is more than the bucket can hold/],
  ]
  for (const [words, text] of errors) assert.match(String(await client.send(...words)), text)
})

test('the data type is a type like any other', async () => {
  await client.send('RL.TAKE', 't', '2', '60000')
  assert.equal(await client.send('TYPE', 't'), 'ratelimit')
  assert.match(String(await client.send('GET', 't')), /WRONGTYPE/)
  await client.send('SET', 's', 'text')
  assert.match(String(await client.send('RL.PEEK', 's')), /WRONGTYPE/)
  assert.equal(await client.send('COPY', 't', 't2'), 1)
  assert.equal(await client.send('RENAME', 't2', 't3'), 'OK')
  assert.equal(await client.send('RL.PEEK', 't3'), 1)
})

test('the listener hears of buckets that expire', async () => {
  await client.send('RL.TAKE', 'short', '1', '20')
  for (let i = 0; i < 100 && (await client.send('EXISTS', 'short')) === 1; i++) {
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  assert.match(await client.send('INFO', 'everything'), /forgotten:[1-9]/)
})

test('COMMAND knows the module commands from their declaration', async () => {
  assert.deepEqual(await client.send('COMMAND', 'GETKEYS', 'RL.TAKE', 'k', '1', '2'), ['k'])
  assert.match(JSON.stringify(await client.send('COMMAND', 'DOCS', 'RL.TAKE')), /Takes tokens from a bucket/)
})

test('two engines in one process count each for itself', async () => {
  const engines = [1, 2].map(() => startTestEngine({ modules: [ratelimit()] }))
  const [first, second] = engines
  assert.deepEqual(first.call('RL.TAKE', 'a', 1, 1000), [1, 0])
  assert.deepEqual(first.call('RL.TAKE', 'a', 1, 1000), [0, 1000])
  assert.deepEqual(second.call('RL.TAKE', 'a', 1, 1000), [1, 0])
  assert.match(first.call('INFO', 'everything'), /_taken:1\r\nratelimit_refused:1\r\n/)
  assert.match(second.call('INFO', 'everything'), /_taken:1\r\nratelimit_refused:0\r\n/)
  first.clock.advance(1000)
  assert.equal(first.call('RL.PEEK', 'a'), 1)
  await Promise.all(engines.map(engine => engine.close()))
})

test('two buckets that differ in their limit or their window have different digests', async () => {
  const engine = startTestEngine({ modules: [ratelimit()] })
  engine.call('RL.TAKE', 'a', 3, 1000, 'COST', 2)
  engine.call('RL.TAKE', 'b', 2, 1000)
  engine.call('RL.TAKE', 'c', 2, 2000)
  engine.call('RL.TAKE', 'd', 2, 2000)
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(key => engine.call('DEBUG', 'DIGEST-VALUE', key)[0])
  assert.notEqual(a, b)
  assert.notEqual(b, c)
  assert.equal(c, d)
  await engine.close()
})

/** What an author sees on start-up when the module is wrong. */
const mistakes = [
  ['not a module', 'export default 5', /KV_MODULE_DECLARATION.*export default defineModule/],
  ['no version', module({ version: undefined }), /KV_MODULE_DECLARATION.*version must be a semantic version/],
  ['a later API level', module({ api: 99 }), /KV_MODULE_API_LEVEL.*update the server/],
  ['an unknown proposal', module({ proposals: ['teleport'] }), /KV_MODULE_PROPOSAL.*teleport/],
  ['a module that is missing', module({ requires: { json: '1.0.0' } }), /KV_MODULE_DEPENDENCY.*requires 'json'/],
  ['a command of somebody else', module({ commands: ['GET'] }), /KV_MODULE_NAME_CLASH.*GET belongs to module 'core'/],
  ['an incomplete command', module({ commands: ['X.Y'], complexity: '' }), /KV_MODULE_DECLARATION.*lacks its complexity/],
  ['an exception in load()', module({ load: true }), /KV_MODULE_LOAD.*no luck today/],
]

function module({ commands = [], complexity = 'O(1)', load = false, ...rest }) {
  const definition = { name: 'wrong', version: '1.0.0', api: 1, ...rest }
  const list = commands.map(
    name => `{ name: '${name}', summary: 's', since: '1.0.0', complexity: '${complexity}', flags: [], args: {}, reply: { type: 'integer' }, handler: () => 1 }`,
  )
  const tail = load ? `, load() { throw new Error('no luck today') }` : ''
  return `export default { ...${JSON.stringify(definition)}, commands: [${list}]${tail} }`
}

for (const [what, source, expected] of mistakes) {
  test(`a module with ${what} stops the start with a message that says what to do`, async () => {
    const file = fileURLToPath(new URL('../dist/wrong.js', import.meta.url))
    writeFileSync(file, source)
    const failed = await startServer('--loadmodule', './dist/wrong.js')
    assert.equal(failed.exitCode, 1, failed.output)
    assert.match(failed.output, expected)
  })
}
