import { type RespClient, startTestEngine } from '@kvasir/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { expectReplies, type SessionLines } from '../_test-session.ts'
import { jsonModule as json } from '../json-module.ts'

let client: RespClient

beforeEach(() => {
  client = startTestEngine({ modules: [json] }).dial()
})

const session = (lines: SessionLines): Promise<void> => expectReplies(client, lines)

const MISSING = "ERR could not perform this operation on a key that doesn't exist"
const WRONGTYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'

describe('the documented examples', () => {
  it('JSON.SET', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":2}'], 'OK'],
      [['JSON.SET', 'doc', '$.a', '3'], 'OK'],
      [['JSON.GET', 'doc', '$'], '[{"a":3}]'],
      [['JSON.SET', 'doc', '$.b', '8'], 'OK'],
      [['JSON.GET', 'doc', '$'], '[{"a":3,"b":8}]'],
      [['JSON.SET', 'doc', '$', '{"f1": {"a":1}, "f2":{"a":2}}'], 'OK'],
      [['JSON.SET', 'doc', '$..a', '3'], 'OK'],
      [['JSON.GET', 'doc'], '{"f1":{"a":3},"f2":{"a":3}}'],
    ]))

  it('JSON.GET', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":2, "b": 3, "nested": {"a": 4, "b": null}}'], 'OK'],
      [['JSON.GET', 'doc', '$..b'], '[3,null]'],
      [['JSON.GET', 'doc', '..a', '$..b'], '{"..a":[2,4],"$..b":[3,null]}'],
      [['JSON.GET', 'doc', 'a', 'nested.a'], '{"a":2,"nested.a":4}'],
      [
        ['JSON.GET', 'doc', 'INDENT', '\t', 'NEWLINE', '\n', 'SPACE', ' ', '$.nested'],
        '[\n\t{\n\t\t"a": 4,\n\t\t"b": null\n\t}\n]',
      ],
      [['JSON.GET', 'doc', 'indent', '>', 'newline', '|', '.a', '$.zz'], '{|>".a":[|>>2|>],|>"$.zz":[]|}'],
      [['JSON.GET', 'doc', 'NOESCAPE', '.a'], '2'],
    ]))

  it('JSON.MGET', () =>
    session([
      [['JSON.SET', 'doc1', '$', '{"a":1, "b": 2, "nested": {"a": 3}, "c": null}'], 'OK'],
      [['JSON.SET', 'doc2', '$', '{"a":4, "b": 5, "nested": {"a": 6}, "c": null}'], 'OK'],
      [
        ['JSON.MGET', 'doc1', 'doc2', '$..a'],
        ['[1,3]', '[4,6]'],
      ],
      [['SET', 'text', 'x'], 'OK'],
      [
        ['JSON.MGET', 'doc1', 'none', 'text', '.b'],
        ['2', null, null],
      ],
      [
        ['JSON.MGET', 'doc1', 'doc2', '.zz'],
        [null, null],
      ],
      [['JSON.MGET', 'doc1', '$.zz'], ['[]']],
    ]))

  it('JSON.MSET', () =>
    session([
      [['JSON.MSET', 'doc1', '$', '{"a":2}', 'doc3', '$', '{"f1": {"a":1}, "f2":{"a":2}}'], 'OK'],
      [['JSON.MSET', 'doc1', '$.a', '3', 'doc3', '$..a', '4', 'doc1', '$.b', '[]'], 'OK'],
      [
        ['JSON.MGET', 'doc1', 'doc3', '.'],
        ['{"a":3,"b":[]}', '{"f1":{"a":4},"f2":{"a":4}}'],
      ],
      [['JSON.MSET', 'doc1', '$.a', '9', 'new', '$.a', '1'], 'ERR new objects must be created at the root'],
      [['JSON.MSET', 'doc1', '$.a', '9', 'doc3', '$', 'x'], 'ERR expected value at line 1 column 1'],
      [['JSON.GET', 'doc1', '.a'], '3'],
      [['JSON.MSET', 'doc1', '$'], "ERR wrong number of arguments for 'json.mset' command"],
    ]))

  it('JSON.MERGE', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":2}'], 'OK'],
      [['JSON.MERGE', 'doc', '$.b', '8'], 'OK'],
      [['JSON.GET', 'doc', '$'], '[{"a":2,"b":8}]'],
      [['JSON.MERGE', 'doc', '$.a', '3'], 'OK'],
      [['JSON.MERGE', 'doc', '$.b', 'null'], 'OK'],
      [['JSON.GET', 'doc', '$'], '[{"a":3}]'],
      [['JSON.SET', 'doc', '$', '{"a":[2,4,6,8]}'], 'OK'],
      [['JSON.MERGE', 'doc', '$.a', '[10,12]'], 'OK'],
      [['JSON.GET', 'doc', '$'], '[{"a":[10,12]}]'],
      [['JSON.SET', 'doc', '$', '{"f1": {"a":1}, "f2":{"a":2}}'], 'OK'],
      [['JSON.MERGE', 'doc', '$', '{"f1": null, "f2":{"a":3, "b":4}, "f3":[2,4,6]}'], 'OK'],
      [['JSON.GET', 'doc'], '{"f2":{"a":3,"b":4},"f3":[2,4,6]}'],
      [['JSON.MERGE', 'new', '$', '{"a":{"b":null,"c":1}}'], 'OK'],
      [['JSON.GET', 'new'], '{"a":{"c":1}}'],
      [['JSON.MERGE', 'none', '$.a', '1'], 'ERR new objects must be created at the root'],
    ]))

  it('JSON.DEL and JSON.FORGET', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a": 1, "nested": {"a": 2, "b": 3}}'], 'OK'],
      [['JSON.DEL', 'doc', '$..a'], 2],
      [['JSON.GET', 'doc', '$'], '[{"nested":{"b":3}}]'],
      [['JSON.SET', 'doc', '$', '{"a": {"a": 2, "b": 3}, "c": [1, 2, 3]}'], 'OK'],
      [['JSON.FORGET', 'doc', '$..a'], 1],
      [['JSON.FORGET', 'doc', '$.c[0,2,-1]'], 2],
      [['JSON.GET', 'doc'], '{"c":[2]}'],
      [['JSON.DEL', 'doc', '$.zz'], 0],
      [['JSON.FORGET', 'doc'], 1],
      [['EXISTS', 'doc'], 0],
      [['JSON.DEL', 'doc'], 0],
    ]))

  it('JSON.TYPE', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":2, "nested": {"a": true}, "foo": "bar"}'], 'OK'],
      [['JSON.TYPE', 'doc', '$..foo'], ['string']],
      [
        ['JSON.TYPE', 'doc', '$..a'],
        ['integer', 'boolean'],
      ],
      [['JSON.TYPE', 'doc', '$..dummy'], []],
      [['JSON.SET', 'all', '$', '[{},[],"str",42,1.2,false,null,"\\n",1e3,18446744073709551615]'], 'OK'],
      [
        ['JSON.TYPE', 'all', '$[*]'],
        ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null', 'string', 'number', 'integer'],
      ],
      [['JSON.TYPE', 'all'], 'array'],
      [['JSON.TYPE', 'all', '.zz'], null],
      [['JSON.TYPE', 'none', '$'], null],
    ]))

  it('JSON.NUMINCRBY and JSON.NUMMULTBY', () =>
    session([
      [['JSON.SET', 'doc', '.', '{"a":"b","b":[{"a":2}, {"a":5}, {"a":"c"}]}'], 'OK'],
      [['JSON.NUMINCRBY', 'doc', '$.a', 2], '[null]'],
      [['JSON.NUMINCRBY', 'doc', '$..a', 2], '[null,4,7,null]'],
      [['JSON.NUMMULTBY', 'doc', '$..a', 2], '[null,8,14,null]'],
      [['JSON.NUMINCRBY', 'doc', '.b[0].a', 0.5], '8.5'],
      [['JSON.NUMINCRBY', 'doc', '.foo2', 3], "ERR Path '$.foo2' does not exist or does not contains a number"],
      [['JSON.NUMINCRBY', 'doc', '$.foo2', 3], '[]'],
      [['JSON.SET', 'num', '$', 0], 'OK'],
      [['JSON.NUMINCRBY', 'num', '$', 1], '[1]'],
      [['JSON.NUMINCRBY', 'num', '$', 1.5], '[2.5]'],
      [['JSON.NUMINCRBY', 'num', '$', -0.75], '[1.75]'],
      [['JSON.NUMMULTBY', 'num', '$', 24], '[42.0]'],
    ]))

  it('JSON.TOGGLE', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"bool": true, "n": 1}'], 'OK'],
      [['JSON.TOGGLE', 'doc', '$.bool'], [0]],
      [['JSON.GET', 'doc', '$.bool'], '[false]'],
      [
        ['JSON.TOGGLE', 'doc', '$.*'],
        [1, null],
      ],
      [['JSON.TOGGLE', 'doc', 'bool'], 'false'],
      [['JSON.TOGGLE', 'doc', 'n'], "ERR Path '$.n' does not exist or not a bool"],
    ]))

  it('JSON.STRAPPEND and JSON.STRLEN', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":"foo", "nested": {"a": "hello"}, "nested2": {"a": 31}}'], 'OK'],
      [
        ['JSON.STRLEN', 'doc', '$..a'],
        [3, 5, null],
      ],
      [
        ['JSON.STRAPPEND', 'doc', '$..a', '"baz"'],
        [6, 8, null],
      ],
      [['JSON.GET', 'doc', '$'], '[{"a":"foobaz","nested":{"a":"hellobaz"},"nested2":{"a":31}}]'],
      [['JSON.SET', 's', '$', '"é\\n"'], 'OK'],
      [['JSON.STRLEN', 's'], 3],
      [['JSON.STRAPPEND', 's', '"\\"😀"'], 8],
      [['JSON.GET', 's'], '"é\\n\\"😀"'],
      [['JSON.STRAPPEND', 's', '1'], 'WRONGTYPE wrong type of path value - expected string but found integer'],
      [['JSON.STRLEN', 'doc', '.nested2.a'], "ERR Path '.nested2.a' does not exist or not a string"],
      [['JSON.STRLEN', 'none'], null],
      [['JSON.STRLEN', 'none', '$'], MISSING],
    ]))

  it('JSON.ARRAPPEND, JSON.ARRINSERT, JSON.ARRPOP and JSON.ARRTRIM', () =>
    session([
      [['JSON.SET', 'arr', '$', '[]'], 'OK'],
      [['JSON.ARRAPPEND', 'arr', '$', 0], [1]],
      [['JSON.ARRINSERT', 'arr', '$', 0, -2, -1], [3]],
      [['JSON.GET', 'arr', '$'], '[[-2,-1,0]]'],
      [['JSON.ARRTRIM', 'arr', '$', 1, 1], [1]],
      [['JSON.ARRPOP', 'arr', '$'], ['-1']],
      [['JSON.ARRPOP', 'arr', '$'], [null]],
      [['JSON.ARRPOP', 'arr'], null],
      [['JSON.SET', 'doc', '$', '{"a":["foo"],"nested1":{"a":["hello",null,"world"]},"nested2":{"a":31}}'], 'OK'],
      [['JSON.ARRAPPEND', 'doc', '..a', '"bar"', '"racuda"'], 5],
      [
        ['JSON.ARRINSERT', 'doc', '$..a', 1, '"x"'],
        [4, 6, null],
      ],
      [
        ['JSON.ARRPOP', 'doc', '$..a', 1],
        ['"x"', '"x"', null],
      ],
      [
        ['JSON.ARRPOP', 'doc', '$..a', 99],
        ['"racuda"', '"racuda"', null],
      ],
      [['JSON.ARRTRIM', 'doc', '..a', 1, -1], 3],
      [['JSON.GET', 'doc'], '{"a":["bar"],"nested1":{"a":[null,"world","bar"]},"nested2":{"a":31}}'],
      [['JSON.ARRINSERT', 'doc', '$.a', 2, 1], 'ERR index out of bounds'],
      [['JSON.ARRINSERT', 'doc', '$.a', -2, 1], 'ERR index out of bounds'],
      [['JSON.ARRAPPEND', 'doc', '.nested2.a', 1], "ERR Path '$.nested2.a' does not exist or not an array"],
      [['JSON.ARRPOP', 'doc', '.nested2.a'], "ERR Path '$.nested2.a' does not exist or not an array"],
      [['JSON.SET', 'arr', '.', '[0,1,2,3,4]'], 'OK'],
      [['JSON.ARRTRIM', 'arr', '.', -1, 3], 0],
      [['JSON.SET', 'arr', '.', '[0,1,2,3,4]'], 'OK'],
      [['JSON.ARRTRIM', 'arr', '.', 3, 99], 2],
      [['JSON.ARRTRIM', 'arr', '.', 9, 11], 0],
    ]))

  it('JSON.ARRINDEX and JSON.ARRLEN', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":[1,2,3,2], "nested": {"a": [3,4]}, "n": {"a": false}}'], 'OK'],
      [
        ['JSON.ARRINDEX', 'doc', '$..a', 2],
        [1, -1, null],
      ],
      [['JSON.ARRINDEX', 'doc', '$.a', 2, 2], [3]],
      [['JSON.ARRINDEX', 'doc', '$.a', 2, 2, 3], [-1]],
      [['JSON.ARRINDEX', 'doc', '$.a', 2, -3, -1], [1]],
      [['JSON.ARRINDEX', 'doc', '$.a', 2, 1, 0], [1]],
      [['JSON.ARRINDEX', 'doc', '$.a', 2, 2, 1], [-1]],
      [['JSON.ARRINDEX', 'doc', '.a', 9], -1],
      [['JSON.ARRINDEX', 'doc', '.n.a', 9], "ERR Path '.n.a' does not exist or not an array"],
      [
        ['JSON.ARRLEN', 'doc', '$..a'],
        [4, 2, null],
      ],
      [['JSON.ARRLEN', 'doc', '.a'], 4],
      [['JSON.ARRLEN', 'doc'], "ERR Path '.' does not exist or not an array"],
      [['JSON.ARRLEN', 'none'], null],
      [['JSON.SET', 'doc', '$', '[0,1,3.0,3,{"a":1,"b":2}]'], 'OK'],
      [['JSON.ARRINDEX', 'doc', '$', '3'], [3]],
      [['JSON.ARRINDEX', 'doc', '$', '3.0'], [2]],
      [['JSON.ARRINDEX', 'doc', '$', '{"b":2,"a":1}'], [4]],
    ]))

  it('JSON.OBJKEYS and JSON.OBJLEN', () =>
    session([
      [['JSON.SET', 'doc', '$', '{"a":[3], "nested": {"a": {"b":2, "c\\n": 1}}}'], 'OK'],
      [
        ['JSON.OBJKEYS', 'doc', '$..a'],
        [null, ['b', 'c\n']],
      ],
      [
        ['JSON.OBJLEN', 'doc', '$..a'],
        [null, 2],
      ],
      [
        ['JSON.OBJKEYS', 'doc'],
        ['a', 'nested'],
      ],
      [['JSON.OBJLEN', 'doc'], 2],
      [['JSON.OBJKEYS', 'doc', '.zz'], null],
      [['JSON.OBJKEYS', 'doc', '$.zz'], []],
      [['JSON.OBJKEYS', 'doc', '..a'], 'WRONGTYPE wrong type of path value - expected object but found array'],
      [['JSON.OBJKEYS', 'none', '.a'], null],
      [['JSON.OBJKEYS', 'none', '$'], MISSING],
      [['JSON.OBJLEN', 'none'], null],
    ]))

  it('JSON.CLEAR', () =>
    session([
      [
        [
          'JSON.SET',
          'doc',
          '$',
          '{"obj":{"a":1, "b":2}, "arr":[1,2,3], "str": "foo", "bool": true, "int": 42, "float": 3.14}',
        ],
        'OK',
      ],
      [['JSON.CLEAR', 'doc', '$.*'], 4],
      [['JSON.GET', 'doc', '$'], '[{"obj":{},"arr":[],"str":"foo","bool":true,"int":0,"float":0}]'],
      [['JSON.CLEAR', 'doc', '$.*'], 0],
      [['JSON.CLEAR', 'doc'], 1],
      [['JSON.GET', 'doc'], '{}'],
    ]))

  it('JSON.RESP', () =>
    session([
      [
        [
          'JSON.SET',
          'item',
          '$',
          '{"name":"Wireless earbuds","connection":{"wireless":true},"price":64.99,"stock":17,"colors":["black",null]}',
        ],
        'OK',
      ],
      [
        ['JSON.RESP', 'item'],
        [
          '{',
          'name',
          'Wireless earbuds',
          'connection',
          ['{', 'wireless', 'true'],
          'price',
          '64.99',
          'stock',
          17,
          'colors',
          ['[', 'black', null],
        ],
      ],
      [['JSON.RESP', 'item', '$.colors[0]'], ['black']],
      [['JSON.SET', 'large', '$', '[9223372036854775807,9223372036854775808]'], 'OK'],
      [
        ['JSON.RESP', 'large'],
        ['[', 9223372036854775807n, '9223372036854775808'],
      ],
      [['JSON.RESP', 'none'], null],
      [['JSON.SET', 'deep', '$', '['.repeat(128) + ']'.repeat(128)], 'OK'],
      [['JSON.RESP', 'deep', '.zz'], "ERR Path '$.zz' does not exist"],
    ]))

  it('JSON.DEBUG MEMORY, in the container JSON.DEBUG', async () => {
    await session([
      [['JSON.SET', 'doc', '$', '{"a":"0123456789","b":[1,2]}'], 'OK'],
      [
        ['JSON.DEBUG', 'MEMORY', 'doc', '$.*'],
        [11, 7],
      ],
      [['JSON.DEBUG', 'MEMORY', 'doc', '.a'], 11],
      [['JSON.DEBUG', 'MEMORY', 'none'], 0],
      [['JSON.DEBUG', 'MEMORY', 'none', '$'], []],
    ])
    expect(await client.value('JSON.DEBUG', 'MEMORY', 'doc')).toBeGreaterThan(20)
    expect(await client.value('JSON.DEBUG', 'HELP')).toContain('MEMORY <key> [<path>]')
  })
})

describe('bad input', () => {
  const SINGLE = [
    'ARRAPPEND',
    'ARRINSERT',
    'ARRTRIM',
    'ARRPOP',
    'NUMINCRBY',
    'NUMMULTBY',
    'TOGGLE',
    'STRAPPEND',
    'CLEAR',
  ]
  const MORE: Record<string, string[]> = {
    ARRAPPEND: ['1'],
    ARRINSERT: ['0', '1'],
    ARRTRIM: ['0', '0'],
    NUMINCRBY: ['1'],
    NUMMULTBY: ['1'],
    STRAPPEND: ['"a"'],
  }

  it.each(SINGLE)('JSON.%s needs a key that exists, of its type, and a path', async (name) => {
    const more = MORE[name] ?? []
    await client.value('SET', 'text', 'x')
    await client.value('JSON.SET', 'doc', '$', '{"a":{"b":null}}')
    await session([
      [[`JSON.${name}`, 'none', '$.a', ...more], MISSING],
      [[`JSON.${name}`, 'text', '$.a', ...more], WRONGTYPE],
      [[`JSON.${name}`, 'doc', '$[', ...more], expect.stringMatching(/^ERR Error occurred on position 3/)],
      [[`JSON.${name}`], `ERR wrong number of arguments for 'json.${name.toLowerCase()}' command`],
    ])
    expect(await client.value('JSON.GET', 'doc')).toBe('{"a":{"b":null}}')
  })

  it.each(['SET', 'GET', 'MGET', 'DEL', 'TYPE', 'OBJKEYS', 'OBJLEN', 'ARRLEN', 'STRLEN', 'RESP', 'MERGE', 'ARRINDEX'])(
    'JSON.%s refuses malformed paths and changes nothing',
    async (name) => {
      await client.value('JSON.SET', 'doc', '$', '{"a":1}')
      for (const path of ['$[', '$.', '$[?', '$[01]', '$[9223372036854775808]', '$.a[?(@.b ==)]']) {
        const more = name === 'SET' || name === 'MERGE' || name === 'ARRINDEX' ? ['1'] : []
        expect(String((await client.raw(`JSON.${name}`, 'doc', path, ...more)) as string)).toMatch(
          /^-ERR Error occurred on/,
        )
      }
      expect(await client.value('JSON.GET', 'doc')).toBe('{"a":1}')
    },
  )

  it('answers numbers at the limits exactly, or refuses', () =>
    session([
      [
        [
          'JSON.SET',
          'n',
          '$',
          '[2147483647,4294967295,9007199254740992,9223372036854775807,-9223372036854775808,18446744073709551615]',
        ],
        'OK',
      ],
      [['JSON.NUMINCRBY', 'n', '$[0]', 1], '[2147483648]'],
      [['JSON.NUMINCRBY', 'n', '$[1]', 1], '[4294967296]'],
      [['JSON.NUMINCRBY', 'n', '$[2]', 1], '[9007199254740993]'],
      [['JSON.NUMINCRBY', 'n', '$[3]', 1], '[9223372036854775808]'],
      [['JSON.NUMINCRBY', 'n', '$[4]', -1], '[-9.223372036854776e18]'],
      [['JSON.NUMMULTBY', 'n', '$[5]', 2], '[3.6893488147419103e19]'],
      [['JSON.SET', 'big', '$', '{"a":1,"b":1e308}'], 'OK'],
      [['JSON.NUMMULTBY', 'big', '$.*', '10'], 'ERR result is not a number'],
      [['JSON.GET', 'big'], '{"a":1,"b":1e308}'],
      [['JSON.NUMINCRBY', 'big', '$.a', 'NaN'], 'ERR expected value at line 1 column 1'],
      [['JSON.NUMINCRBY', 'big', '$.a', '"1"'], 'ERR the value to calculate with is not a number'],
      [['JSON.SET', 'a', '$', '[1,2,3]'], 'OK'],
      [['JSON.ARRPOP', 'a', '$', '9223372036854775808'], 'ERR value is not an integer or out of range'],
      [['JSON.ARRPOP', 'a', '$', '-9223372036854775808'], ['1']],
      [['JSON.ARRTRIM', 'a', '$', '-2147483649', '4294967296'], [2]],
      [['JSON.ARRINDEX', 'a', '$', '3', '-4294967296', '2147483648'], [1]],
      [['JSON.ARRINDEX', 'a', '$', '3', '-9223372036854775808', '9223372036854775807'], [1]],
      [['JSON.ARRTRIM', 'a', '$', '-9223372036854775808', '9223372036854775807'], [2]],
      [['JSON.ARRINSERT', 'a', '$', '4294967296', '1'], 'ERR index out of bounds'],
      [['JSON.ARRINSERT', 'a', '$', '9223372036854775807', '1'], 'ERR index out of bounds'],
      [['JSON.ARRINSERT', 'a', '$', '-9223372036854775808', '1'], 'ERR index out of bounds'],
      [['JSON.SET', 'a', '$[4294967296]', '1'], 'ERR array index out of range'],
      [['JSON.GET', 'a', '$[4294967295,-4294967297]'], '[]'],
    ]))

  it('keeps documents within 128 levels', async () => {
    const deep = '['.repeat(127) + ']'.repeat(127)
    await session([
      [['JSON.SET', 'doc', '$', `{"a":${deep}}`], 'OK'],
      [['JSON.SET', 'doc', '$.a', `[${deep}]`], 'ERR the document would be nested deeper than 128 levels'],
      [['JSON.SET', 'doc', '$.b', `[${deep}]`], 'ERR the document would be nested deeper than 128 levels'],
      [['JSON.SET', 'doc', '$[*]', `[${deep}]`], 'ERR the document would be nested deeper than 128 levels'],
      [
        ['JSON.ARRAPPEND', 'doc', `$.a${'[0]'.repeat(126)}`, '[]'],
        'ERR the document would be nested deeper than 128 levels',
      ],
      [['JSON.ARRAPPEND', 'doc', `$.a${'[0]'.repeat(126)}`, '1'], [1]],
      [['JSON.MERGE', 'doc', '$', `{"b":${deep.slice(1, -1)}}`], 'OK'],
      [['JSON.SET', 'x', '$', `[${'['.repeat(10_000)}`], 'ERR recursion limit exceeded at line 1 column 129'],
    ])
  })

  it('JSON.SET obeys NX and XX, and adds to objects alone', () =>
    session([
      [['JSON.SET', 'doc', '$', '{}', 'XX'], null],
      [['JSON.SET', 'doc', '$.a', '{}'], 'ERR new objects must be created at the root'],
      [['JSON.SET', 'doc', '$', '{"a":[1],"o":{}}', 'NX'], 'OK'],
      [['JSON.SET', 'doc', '$', '1', 'NX'], null],
      [['JSON.SET', 'doc', '$.a', '1', 'nx'], null],
      [['JSON.SET', 'doc', '$.b', '1', 'xx'], null],
      [['JSON.SET', 'doc', '$.b', '1', 'NX', 'XX'], 'ERR syntax error'],
      [['JSON.SET', 'doc', '$.b', '1', 'YY'], 'ERR syntax error'],
      [['JSON.SET', 'doc', '$.x.y', '1'], null],
      [['JSON.SET', 'doc', '$.a.y', '1'], null],
      [['JSON.SET', 'doc', '$..new', '1'], 'Err wrong static path'],
      [['JSON.SET', 'doc', '$.a[3]', '1'], 'ERR array index out of range'],
      [['JSON.GET', 'doc', '.zz'], "ERR Path '$.zz' does not exist"],
      [['JSON.GET', 'doc'], '{"a":[1],"o":{}}'],
    ]))
})
