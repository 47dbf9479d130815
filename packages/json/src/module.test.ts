import { defineModule, type KeyEvent } from '@kvasir/module-api'
import { startTestEngine } from '@kvasir/testkit'
import { describe, expect, it } from 'vitest'
import { drawer, randomValue } from './_test-json.ts'
import { commands } from './commands.ts'
import { jsonModule as json } from './json-module.ts'

const start = (extra: readonly ReturnType<typeof defineModule>[] = []) =>
  startTestEngine({ modules: [json, ...extra], 'enable-debug-command': 'yes' })

/** ReJSON-RL and version 3, as RDB writes them. */
const GOLDEN_ID = '45e25238df912c03'
const DOCUMENT = '{"a":[1,2.5,"é\\n"],"b":{"c":null,"d":true},"big":18446744073709551615}'

describe('the module json', () => {
  it('saves and loads: DUMP, RESTORE, COPY, RENAME and DEBUG RELOAD keep documents', async () => {
    const client = start().dial()
    await client.value('JSON.SET', 'doc', '$', DOCUMENT)
    const dump = await client.value('DUMP', 'doc')
    expect(await client.value('TYPE', 'doc')).toBe('ReJSON-RL')
    expect(await client.value('OBJECT', 'ENCODING', 'doc')).toBe('raw')
    expect(await client.value('COPY', 'doc', 'copy')).toBe(1)
    await client.value('JSON.SET', 'copy', '$.a', '0')
    expect(await client.value('JSON.GET', 'doc')).toBe(DOCUMENT)
    await client.value('RENAME', 'doc', 'renamed')
    expect(await client.value('JSON.GET', 'renamed')).toBe(DOCUMENT)
    expect(await client.value('DEBUG', 'RELOAD')).toBe('OK')
    expect(await client.value('JSON.GET', 'renamed')).toBe(DOCUMENT)
    expect(typeof dump).toBe('string')
  })

  it('writes ReJSON-RL version 3 byte for byte as valkey-json documents it, and reads it back', async () => {
    const client = start().dial()
    // Type 7; a length of 64 bits: nine characters of 6 bits, and version 3; 05: a string of 16; 00: the end.
    const golden = `0781${GOLDEN_ID}0510${Buffer.from('{"x":1,"y":true}').toString('hex')}00`
    await client.value('JSON.SET', 'doc', '$', '{"x":1,"y":true}')
    const raw = await client.raw('DUMP', 'doc')
    const payload = Buffer.from(raw, 'latin1').subarray(raw.indexOf('\n') + 1, -2)
    expect(payload.subarray(0, -10).toString('hex')).toBe(golden)
    expect(await client.raw('RESTORE', 'again', '0', payload)).toBe('+OK\r\n')
    expect(await client.value('JSON.GET', 'again')).toBe('{"x":1,"y":true}')
  })

  it('refuses payloads with a byte flipped or cut, and changes no key', async () => {
    const { payload, engine } = await dumped()
    const client = engine.dial()
    const draw = drawer(5)
    for (let i = 0; i < 400; i++) {
      const wrong = payload.slice(0, i % 3 === 0 ? draw(payload.length) : payload.length)
      if (wrong.length > 0) wrong[draw(wrong.length)] ^= 1 << draw(8)
      const reply = await client.raw('RESTORE', 'wrong', '0', wrong)
      expect(reply).toMatch(/^-/)
    }
    expect(await client.value('DBSIZE')).toBe(1)
  })

  it('digests documents by what they hold', async () => {
    const client = start().dial()
    await client.value('JSON.SET', 'a', '$', '[1,2,3]')
    await client.value('JSON.SET', 'b', '$', '[1, 2, 3, 4]')
    const [before] = (await client.value('DEBUG', 'DIGEST-VALUE', 'b')) as string[]
    await client.value('JSON.ARRPOP', 'b')
    const [a, b] = (await client.value('DEBUG', 'DIGEST-VALUE', 'a', 'b')) as string[]
    expect(b).toBe(a)
    expect(before).not.toBe(a)
  })

  it('counts the memory of documents as they grow and shrink', async () => {
    const client = start().dial()
    await client.value('JSON.SET', 'doc', '$', '[]')
    const before = (await client.value('MEMORY', 'USAGE', 'doc')) as number
    await client.value('JSON.SET', 'doc', '$', JSON.stringify(['x'.repeat(100_000)]))
    const large = (await client.value('MEMORY', 'USAGE', 'doc')) as number
    expect(large - before).toBeGreaterThan(99_000)
    expect(large - before).toBeLessThan(120_000)
    await client.value('JSON.ARRPOP', 'doc', '$')
    expect((await client.value('MEMORY', 'USAGE', 'doc')) as number).toBeLessThan(before + 100)
  })

  it('tells of changes as Redis does, and of what changed by normalized paths', async () => {
    const events: KeyEvent[] = []
    const listener = defineModule({
      name: 'listener',
      version: '1.0.0',
      api: 1,
      load: (ctx) => void ctx.onKeyEvent({ classes: ['module', 'generic', 'new'] }, (event) => void events.push(event)),
    })
    const client = start([listener]).dial()
    const told = async (...words: string[]): Promise<unknown> => {
      events.length = 0
      await client.value(...words)
      return events.map(({ event, changed }) => (changed === undefined ? event : [event, ...changed]))
    }
    expect(await told('JSON.SET', 'doc', '$', '{"a":[1,2],"b c":{"n":1,"t":true,"s":"x"}}')).toEqual([
      'new',
      'json.set',
    ])
    expect(await told('JSON.SET', 'doc', '$', '{"a":[1,2],"b c":{"n":1,"t":true,"s":"x"}}')).toEqual([
      ['json.set', '$'],
    ])
    expect(await told('JSON.SET', 'doc', "$['b c'].new", '1')).toEqual([['json.set', "$['b c']['new']"]])
    expect(await told('JSON.NUMINCRBY', 'doc', '$..n', '1')).toEqual([['json.numincrby', "$['b c']['n']"]])
    expect(await told('JSON.NUMMULTBY', 'doc', '$.a[*]', '2')).toEqual([['json.nummultby', "$['a'][0]", "$['a'][1]"]])
    expect(await told('JSON.TOGGLE', 'doc', '$..t')).toEqual([['json.toggle', "$['b c']['t']"]])
    expect(await told('JSON.STRAPPEND', 'doc', '$..s', '"y"')).toEqual([['json.strappend', "$['b c']['s']"]])
    expect(await told('JSON.ARRAPPEND', 'doc', '$.a', '3')).toEqual([['json.arrappend', "$['a']"]])
    expect(await told('JSON.ARRINSERT', 'doc', '$.a', '0', '3')).toEqual([['json.arrinsert', "$['a']"]])
    expect(await told('JSON.ARRPOP', 'doc', '$.a', '0')).toEqual([['json.arrpop', "$['a'][0]"]])
    expect(await told('JSON.ARRTRIM', 'doc', '$.a', '1', '1')).toEqual([['json.arrtrim', "$['a'][0]", "$['a'][2]"]])
    expect(await told('JSON.MERGE', 'doc', '$', '{"z":1}')).toEqual([['json.merge', '$']])
    expect(await told('JSON.CLEAR', 'doc', '$.a')).toEqual([['json.clear', "$['a']"]])
    expect(await told('JSON.DEL', 'doc', '$.z')).toEqual([['json.del', "$['z']"]])
    expect(await told('JSON.DEL', 'doc', '$.z')).toEqual([])
    expect(await told('JSON.GET', 'doc')).toEqual([])
    expect(await told('JSON.MSET', 'doc', '$.q', '1', 'new', '$', '1')).toEqual(['json.mset', 'new', 'json.mset'])
    expect(await told('JSON.DEL', 'doc')).toEqual(['del', 'json.del'])
  })

  it('can ask whether anybody listens, so that places are worked out for listeners only', () => {
    const heard: boolean[] = []
    const asks = defineModule({
      name: 'asks',
      version: '1.0.0',
      api: 1,
      load: (ctx) =>
        void ctx.onKeyEvent({ classes: ['string'] }, (_, inner) => {
          heard.push(inner.hasListeners('string'), inner.hasListeners('module'))
        }),
    })
    start([asks]).call('SET', 'a', 'b')
    expect(heard).toEqual([true, false])
  })

  it('keeps the time to live of a document that is set anew', async () => {
    const client = start().dial()
    await client.value('JSON.SET', 'doc', '$', '1')
    await client.value('PEXPIRE', 'doc', '5000')
    await client.value('JSON.SET', 'doc', '$', '2')
    expect(await client.value('PTTL', 'doc')).toBe(5000)
  })

  it('wakes clients that watch a document', async () => {
    const engine = start()
    const client = engine.dial()
    const other = engine.dial()
    await client.value('JSON.SET', 'doc', '$', '{"a":1}')
    await client.value('WATCH', 'doc')
    await other.value('JSON.NUMINCRBY', 'doc', '$.a', '1')
    await client.value('MULTI')
    await client.value('PING')
    expect(await client.value('EXEC')).toBeNull()
  })

  it('answers in RESP3 as documented, with $ as the path that is left out', async () => {
    const client = start().dial()
    await client.value('HELLO', '3')
    await client.value('JSON.SET', 'doc', '$', '{"a":1,"b":2.5,"l":[1],"t":true,"s":"x"}')
    expect(await client.raw('JSON.GET', 'doc', '$.a')).toBe('$3\r\n[1]\r\n')
    expect(await client.raw('JSON.GET', 'doc')).toMatch(/^\$\d+\r\n\[\{/)
    expect(await client.raw('JSON.TYPE', 'doc', '$.a')).toBe('*1\r\n*1\r\n$7\r\ninteger\r\n')
    expect(await client.raw('JSON.TYPE', 'doc', '.a')).toBe('*1\r\n$7\r\ninteger\r\n')
    expect(await client.raw('JSON.NUMINCRBY', 'doc', '$.*', '1')).toBe('*5\r\n:2\r\n,3.5\r\n_\r\n_\r\n_\r\n')
    expect(await client.raw('JSON.NUMMULTBY', 'doc', '.a', '2')).toBe('$1\r\n4\r\n')
    expect(await client.raw('JSON.NUMMULTBY', 'doc', '.b', '2')).toBe('$3\r\n7.0\r\n')
    await client.value('JSON.SET', 'large', '$', '[9223372036854775807,9223372036854775808]')
    const numbers = '*2\r\n:9223372036854775807\r\n,9223372036854776000\r\n'
    expect(await client.raw('JSON.NUMINCRBY', 'large', '$.*', '0')).toBe(numbers)
    expect(await client.raw('JSON.OBJLEN', 'doc')).toBe('*1\r\n:5\r\n')
    expect(await client.raw('JSON.TOGGLE', 'doc', '$.t')).toBe('*1\r\n:0\r\n')
    expect(await client.raw('JSON.MGET', 'doc', 'none', '$.a')).toBe('*2\r\n$3\r\n[4]\r\n_\r\n')
    expect(await client.raw('JSON.GET', 'none')).toBe('_\r\n')
  })

  it('documents all its commands, in the category @json, with their keys', async () => {
    const engine = start()
    const client = engine.dial()
    for (const command of commands) {
      const name = command.name.toLowerCase().replace(' ', '|')
      const docs = (await client.value('COMMAND', 'DOCS', name)) as unknown[]
      expect(JSON.stringify(docs)).toContain(command.summary.slice(0, 20))
      const [info] = (await client.value('COMMAND', 'INFO', name)) as unknown[][]
      expect(JSON.stringify(info)).toContain('@json')
    }
    const keys = (...words: string[]): Promise<unknown> => client.value('COMMAND', 'GETKEYS', ...words)
    expect(await keys('JSON.MGET', 'a', 'b', '$')).toEqual(['a', 'b'])
    expect(await keys('JSON.MSET', 'a', '$', '1', 'b', '$', '2')).toEqual(['a', 'b'])
    expect(await keys('JSON.SET', 'a', '$', '1', 'NX')).toEqual(['a'])
    expect(await keys('JSON.DEBUG', 'MEMORY', 'a', '$')).toEqual(['a'])
  })

  it('survives arguments of any kind: random commands never fail inside', async () => {
    const engine = start()
    const client = engine.dial()
    const draw = drawer(99)
    const names = commands.map((command) => command.name).filter((name) => !name.startsWith('JSON.DEBUG'))
    const words = [
      '$',
      '.',
      '$..a',
      '$.a',
      '$[0]',
      '$[*]',
      '.a',
      '0',
      '-1',
      '9223372036854775808',
      '1e308',
      'NaN',
      '{"a":[1,{"a":2}]}',
      '"x"',
      'null',
      '$..*',
      '[1,[2,3]]',
      'NX',
      'INDENT',
      '\xff',
      '',
    ]
    for (let i = 0; i < 6000; i++) {
      if (i % 20 === 0) await client.value('JSON.SET', 'doc', '$', JSON.stringify({ a: randomValue(draw, 4) }))
      const args = Array.from({ length: draw(5) }, () => words[draw(words.length)])
      const request = [names[draw(names.length)], 'doc', ...args]
      const reply = await client.raw(...(request as [string]))
      expect([request, reply]).not.toEqual([request, expect.stringContaining('internal')])
      const text = await client.value('JSON.GET', 'doc')
      if (typeof text === 'string') expect(() => JSON.parse(text)).not.toThrow()
    }
    expect(engine.log.filter(({ level }) => level === 'warning')).toEqual([])
  })
})

/** A payload of DUMP as bytes, and an engine with one other key. */
async function dumped(): Promise<{ payload: Uint8Array; engine: ReturnType<typeof start> }> {
  const engine = start()
  const client = engine.dial()
  await client.value('JSON.SET', 'doc', '$', DOCUMENT)
  const raw = await client.raw('DUMP', 'doc')
  const payload = Buffer.from(raw, 'latin1').subarray(raw.indexOf('\n') + 1, -2)
  await client.value('DEL', 'doc')
  expect(await client.raw('RESTORE', 'doc', '0', payload)).toBe('+OK\r\n')
  expect(await client.value('JSON.GET', 'doc')).toBe(DOCUMENT)
  return { payload: new Uint8Array(payload), engine }
}
