/** The examples of the commands' documentation that are sessions of several commands. */

import { type RespClient, startTestEngine } from '@kvasir/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { expectReplies, type SessionLines } from '../_test-session.ts'
import { jsonModule } from '../json-module.ts'

let client: RespClient

beforeEach(() => {
  client = startTestEngine({ modules: [jsonModule] }).dial()
})

const session = (lines: SessionLines): Promise<void> => expectReplies(client, lines)

const HEADPHONES = {
  name: 'Noise-cancelling Bluetooth headphones',
  description: 'Wireless Bluetooth headphones with noise-cancelling technology',
  connection: { wireless: true, type: 'Bluetooth' },
  price: 99.98,
  stock: 25,
  colors: ['black', 'silver'],
}
const EARBUDS = {
  name: 'Wireless earbuds',
  description: 'Wireless Bluetooth in-ear headphones',
  connection: { wireless: true, type: 'Bluetooth' },
  price: 64.99,
  stock: 17,
  colors: ['black', 'white'],
  max_level: [80, 100, 120],
}
const PRODUCTS = [
  { ...HEADPHONES, name: 'Healthy headphones', max_level: [60, 70, 80] },
  { ...HEADPHONES, name: 'Noisy headphones', max_level: [80, 90, 100, 120] },
]

describe('the documented sessions', () => {
  it('JSON.ARRAPPEND, JSON.ARRINSERT and JSON.ARRINDEX: colors of headphones', () =>
    session([
      [['JSON.SET', 'item:1', '$', JSON.stringify(HEADPHONES)], 'OK'],
      [['JSON.ARRAPPEND', 'item:1', '$.colors', '"blue"'], [3]],
      [['JSON.GET', 'item:1', '$.colors'], '[["black","silver","blue"]]'],
      [['JSON.GET', 'item:1'], JSON.stringify({ ...HEADPHONES, colors: ['black', 'silver', 'blue'] })],
      [['JSON.GET', 'item:1', '$.colors[*]'], '["black","silver","blue"]'],
      [['JSON.ARRINSERT', 'item:1', '$.colors', 2, '"yellow"', '"gold"'], [5]],
      [['JSON.GET', 'item:1', '$.colors'], '[["black","silver","yellow","gold","blue"]]'],
      [['JSON.ARRINDEX', 'item:1', '$..colors', '"silver"'], [1]],
    ]))

  it('JSON.ARRPOP and JSON.ARRTRIM: levels of two products, with a bracket behind a dot', () =>
    session([
      [['JSON.SET', 'key', '$', JSON.stringify(PRODUCTS)], 'OK'],
      [['JSON.GET', 'key', '$.[1].max_level'], '[[80,90,100,120]]'],
      [['JSON.ARRPOP', 'key', '$.[1].max_level', 0], ['80']],
      [['JSON.GET', 'key', '$.[1].max_level'], '[[90,100,120]]'],
      [['JSON.ARRINSERT', 'key', '$.[1].max_level', 0, 85], [4]],
      [['JSON.GET', 'key', '$.[1].max_level'], '[[85,90,100,120]]'],
      [['JSON.ARRAPPEND', 'key', '$.[1].max_level', 140, 160, 180, 200, 220, 240, 260, 280], [12]],
      [['JSON.ARRTRIM', 'key', '$.[1].max_level', 4, 8], [5]],
      [['JSON.GET', 'key', '$.[1].max_level'], '[[140,160,180,200,220]]'],
    ]))

  it('JSON.ARRLEN and JSON.RESP: earbuds', () =>
    session([
      [['JSON.SET', 'item:2', '$', JSON.stringify(EARBUDS)], 'OK'],
      [
        ['JSON.ARRLEN', 'item:2', '$.[*]'],
        [null, null, null, null, null, 2, 3],
      ],
      [['JSON.ARRLEN', 'item:2', '$..max_level'], [3]],
      [['JSON.GET', 'item:2', '$..max_level'], '[[80,100,120]]'],
      [
        ['JSON.RESP', 'item:2'],
        [
          '{',
          ...['name', 'Wireless earbuds', 'description', 'Wireless Bluetooth in-ear headphones'],
          ...['connection', ['{', 'wireless', 'true', 'type', 'Bluetooth']],
          // The documentation has 64.989999999999995, which is how Redis wrote doubles before 7.2.
          ...['price', '64.99', 'stock', 17],
          ...['colors', ['[', 'black', 'white'], 'max_level', ['[', 80, 100, 120]],
        ],
      ],
    ]))

  it('JSON.MERGE deletes a member, and JSON.NUMMULTBY multiplies what is a number', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":2}'], 'OK'],
      [['JSON.MERGE', 'doc', '$', '{"a":null}'], 'OK'],
      [['JSON.GET', 'doc', '$'], '[{}]'],
      [['JSON.SET', 'doc', '.', '{"a":"b","b":[{"a":2}, {"a":5}, {"a":"c"}]}'], 'OK'],
      [['JSON.NUMMULTBY', 'doc', '$.a', 2], '[null]'],
      [['JSON.NUMMULTBY', 'doc', '$..a', 2], '[null,4,10,null]'],
    ]))

  it('JSON.MSET sets several keys, at roots and paths', () =>
    session([
      [['JSON.MSET', 'doc1', '$', '{"a":1}', 'doc2', '$', '{"f":{"a":2}}', 'doc3', '$', '{"f1":{},"f2":{}}'], 'OK'],
      [['JSON.MSET', 'doc1', '$', '{"a":2}', 'doc2', '$.f.a', '3', 'doc3', '$', '{"f1":{"a":1},"f2":{"a":2}}'], 'OK'],
      [['JSON.GET', 'doc1', '$'], '[{"a":2}]'],
      [['JSON.GET', 'doc2', '$'], '[{"f":{"a":3}}]'],
      [['JSON.GET', 'doc3'], '{"f1":{"a":1},"f2":{"a":2}}'],
    ]))

  it('JSON.SET says what cannot be set, and JSON.TOGGLE goes back and forth', () =>
    session([
      [['JSON.SET', 'doc', '$', 1], 'OK'],
      [['JSON.SET', 'doc', '$.x.y', 2], null],
      [['JSON.SET', 'nonexistentkey', '$', 5, 'XX'], null],
      [['JSON.GET', 'nonexistentkey'], null],
      [['JSON.SET', 'nonexistentkey', '$.x', 5], 'ERR new objects must be created at the root'],
      [['JSON.SET', 'doc', '$', '{"bool":true}'], 'OK'],
      [['JSON.TOGGLE', 'doc', '$.bool'], [0]],
      [['JSON.TOGGLE', 'doc', '$.bool'], [1]],
      [['JSON.GET', 'doc', '$'], '[{"bool":true}]'],
    ]))
})

describe('what the documentation says of legacy paths', () => {
  it('commands that read look at the first match alone, whatever its type', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"x":{"a":1},"y":{"a":"text"},"z":{"a":[1]},"o":{"a":{"b":1}}}'], 'OK'],
      [['JSON.STRLEN', 'doc', '..a'], "ERR Path '..a' does not exist or not a string"],
      [['JSON.ARRLEN', 'doc', '..a'], "ERR Path '..a' does not exist or not an array"],
      [['JSON.OBJLEN', 'doc', '..a'], "ERR Path '..a' does not exist or not an object"],
      [['JSON.ARRINDEX', 'doc', '..a', 1], "ERR Path '..a' does not exist or not an array"],
      [['JSON.OBJKEYS', 'doc', '..a'], 'WRONGTYPE wrong type of path value - expected object but found integer'],
      [['JSON.TYPE', 'doc', '..a'], 'integer'],
      [['JSON.STRLEN', 'doc', 'y.a'], 4],
      [['JSON.OBJKEYS', 'doc', 'o.a'], ['b']],
    ]))

  it('JSON.NUMINCRBY answers text for them in RESP3, too', async () => {
    await client.value('HELLO', '3')
    await client.value('JSON.SET', 'doc', '$', '{"a":1,"b":2.5}')
    expect(await client.raw('JSON.NUMINCRBY', 'doc', '.a', '1')).toBe('$1\r\n2\r\n')
    expect(await client.raw('JSON.NUMMULTBY', 'doc', 'b', '2')).toBe('$3\r\n5.0\r\n')
  })
})

describe('JSON.GET', () => {
  it('has one member for a path that is given twice', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":1,"b":2}'], 'OK'],
      [['JSON.GET', 'doc', '$.a', '$.b', '$.a'], '{"$.a":[1],"$.b":[2]}'],
      [['JSON.GET', 'doc', '.a', '.a'], '{".a":1}'],
    ]))

  it.each(['INDENT', 'NEWLINE', 'SPACE'])('says what is missing behind %s', (option) =>
    session([
      [['JSON.SET', 'doc', '$', '{}'], 'OK'],
      [['JSON.GET', 'doc', option], "ERR wrong number of arguments for 'json.get' command"],
    ]),
  )
})
