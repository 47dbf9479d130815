import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, type TestEngine } from '../_test-client.ts'
import { members } from './_test-members.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

const arity = (name: string): string => `(error) ERR wrong number of arguments for '${name}' command`

const limits = (intset: number, listpack: number, bytes = 64): void => {
  run(`CONFIG SET set-max-intset-entries ${intset}`)
  run(`CONFIG SET set-max-listpack-entries ${listpack}`)
  run(`CONFIG SET set-max-listpack-value ${bytes}`)
}

const encoding = (key: string): string => run(`OBJECT ENCODING ${key}`)

describe('SADD and SREM', () => {
  it('add, remove and count members, and the key goes with the last one', () => {
    expect(run('SADD s a b a')).toBe('(integer) 2')
    expect(run('SADD s b 1 2')).toBe('(integer) 2')
    expect(run('SADD s b')).toBe('(integer) 0')
    expect(run('SCARD s')).toBe('(integer) 4')
    expect(server.events()).toEqual(['sadd s 0', 'sadd s 0'])
    expect(run('SREM s x a')).toBe('(integer) 1')
    expect(run('SREM s x')).toBe('(integer) 0')
    expect(run('SREM none x')).toBe('(integer) 0')
    expect(run('SREM s 1 b 2 2 b')).toBe('(integer) 3')
    expect(server.events()).toEqual(['srem s 0', 'srem s 0', 'del s 0'])
    expect(run('EXISTS s')).toBe('(integer) 0')
  })

  it('keep the time to live', () => {
    run('SADD s 1 2')
    run('EXPIRE s 100')
    run('SADD s x')
    run('SREM s 1')
    expect(run('TTL s')).toBe('(integer) 100')
  })

  it('want a key and a member, and a set', () => {
    run('SET k v')
    for (const name of ['sadd', 'srem']) {
      expect(run(`${name} s`)).toBe(arity(name))
      expect(run(`${name} k m`)).toBe(WRONG_TYPE)
    }
  })

  it('take every number and string as it is', () => {
    const odd = [
      '',
      '-0',
      '01',
      '+1',
      '1.0',
      '9223372036854775808',
      '-9223372036854775809',
      '\0\r\n',
      'x'.repeat(70_000),
    ]
    const whole = [0, 127, 2 ** 15, 2 ** 31, 2 ** 32, 2 ** 53].flatMap((n) => [`${n}`, `${-n}`, `${n - 1}`])
    for (const all of [new Set(whole), new Set([...whole, ...odd, '9223372036854775807', '-9223372036854775808'])]) {
      run('DEL s')
      for (const member of all) expect(server.client.raw('SADD', 's', member)).toBe(':1\r\n')
      for (const member of all) {
        expect(server.client.raw('SADD', 's', member)).toBe(':0\r\n')
        expect(server.client.raw('SISMEMBER', 's', member)).toBe(':1\r\n')
      }
      for (const member of all) expect(server.client.raw('SREM', 's', member)).toBe(':1\r\n')
      expect(run('EXISTS s')).toBe('(integer) 0')
    }
  })

  it('and SMEMBERS agree with a Set through any sequence, in every form, and give all memory back', () => {
    for (const [count, prefix, intset, listpack] of [
      [10, '', 512, 128],
      [600, '', 512, 128],
      [100, 'm', 512, 128],
      [3000, 'member:', 512, 128],
      // Listpacks and intsets longer than what is packed here.
      [4000, 'member:', 512, 10_000],
      [4000, '', 10_000, 128],
      [2000, '99999999999', 10_000, 10_000],
    ] as const) {
      const { client, engine } = startTestEngine()
      client.run(`CONFIG SET set-max-intset-entries ${intset}`)
      client.run(`CONFIG SET set-max-listpack-entries ${listpack}`)
      client.run('SET x y')
      client.run('DEL x')
      const random = seededRandom(count)
      const model = new Set<string>()
      const empty = engine.usedBytes()
      for (let step = 0; step < 15_000; step++) {
        const member = random.next() % 500 === 0 ? `other${step}` : `${prefix}${(random.next() % count) - 5}`
        if (random.next() % 3 === 0) {
          expect(client.raw('SREM', 's', member)).toBe(model.delete(member) ? ':1\r\n' : ':0\r\n')
        } else {
          expect(client.raw('SADD', 's', member)).toBe(model.has(member) ? ':0\r\n' : ':1\r\n')
          model.add(member)
        }
        if (step % 5000 === 0) expect(client.run('SCARD s')).toBe(`(integer) ${model.size}`)
      }
      expect(members(client.run('SMEMBERS s'))).toEqual([...model].sort())
      client.raw('SREM', 's', ...model)
      expect(client.run('DBSIZE')).toBe('(integer) 0')
      expect(engine.usedBytes()).toBe(empty)
    }
  })
})

describe('OBJECT ENCODING of a set', () => {
  it('is intset, listpack and hashtable by the parameters, as they are when SADD comes', () => {
    limits(4, 6)
    run('SADD a 1 2 3 4')
    expect(encoding('a')).toBe('intset')
    run('SADD a 5')
    expect(encoding('a')).toBe('hashtable')
    run('SADD b 1 2 3 4')
    run('SADD b x')
    expect(encoding('b')).toBe('listpack')
    run('SADD b y')
    expect(encoding('b')).toBe('listpack')
    run('SADD b z')
    expect(encoding('b')).toBe('hashtable')
    run('SREM b 1 2 3 4 x')
    expect(encoding('b')).toBe('hashtable')
    run(`SADD c ${'x'.repeat(64)}`)
    expect(encoding('c')).toBe('listpack')
    run(`SADD c ${'x'.repeat(65)}`)
    expect(encoding('c')).toBe('hashtable')
    expect(members(run('SMEMBERS b'))).toEqual(['y', 'z'])
  })

  it('counts the arguments of SADD, whatever they are', () => {
    limits(4, 6)
    run('SADD a 1 2 3 4 5')
    expect(encoding('a')).toBe('listpack')
    run('SADD b 1 1 1 1 1 1 1')
    expect(encoding('b')).toBe('hashtable')
    run('SADD c 1 2 3')
    run('SADD c 1 1 1 1 1')
    expect(encoding('c')).toBe('hashtable')
    run('SADD d x')
    run('SADD d x x x x x x')
    expect(encoding('d')).toBe('listpack')
    run('SADD d x x x x x x x')
    expect(encoding('d')).toBe('hashtable')
  })

  it('looks at the longest number when an intset gets something else', () => {
    limits(10, 10, 3)
    run('SADD a -10 999')
    run('SADD a x')
    expect(encoding('a')).toBe('listpack')
    run('SADD b -100 1')
    run('SADD b x')
    expect(encoding('b')).toBe('hashtable')
    limits(10, 2)
    run('SADD c 1 2')
    run('SADD c x')
    expect(encoding('c')).toBe('hashtable')
    limits(0, 0)
    run('SADD d 1')
    expect(encoding('d')).toBe('hashtable')
  })

  it('is what Valkey would say for sets that are too long to be packed here', () => {
    limits(10_000, 10_000)
    for (let i = 0; i < 3000; i++) {
      server.client.raw('SADD', 'numbers', `${i + 1}000000000`)
      server.client.raw('SADD', 'words', `word:${i}`)
    }
    expect(encoding('numbers')).toBe('intset')
    expect(encoding('words')).toBe('listpack')
    expect(run('SADD numbers x')).toBe('(integer) 1')
    expect(encoding('numbers')).toBe('listpack')
    expect(run('SCARD numbers')).toBe('(integer) 3001')
    run('COPY words copy')
    expect(encoding('copy')).toBe('listpack')
    limits(10_000, 100)
    run('SADD copy more')
    expect(encoding('copy')).toBe('hashtable')
    expect(encoding('words')).toBe('listpack')
  })
})

describe('COPY, RENAME and MOVE', () => {
  it('take sets of every form along, in and between databases, and leave nothing behind', () => {
    const other = server.connect()
    other.run('SELECT 1')
    for (const client of [server.client, other]) {
      client.run('SET x y')
      client.run('DEL x')
    }
    const empty = server.engine.usedBytes()
    for (const [form, count, prefix] of [
      ['intset', 100, ''],
      ['listpack', 100, 'm'],
      ['hashtable', 3000, 'm'],
    ] as const) {
      const all = Array.from({ length: count }, (_, i) => `${prefix}${i}`).sort()
      server.client.raw('SADD', 's', ...all)
      expect(run('COPY s copy')).toBe('(integer) 1')
      expect(run('COPY s there DB 1')).toBe('(integer) 1')
      expect(run('RENAME s renamed')).toBe('OK')
      expect(run('MOVE renamed 1')).toBe('(integer) 1')
      // Each is a set of its own.
      run('SREM copy 0 m0')
      other.run('SADD there more')
      expect(members(run('SMEMBERS copy'))).toEqual(all.slice(1))
      expect(members(other.run('SMEMBERS there'))).toEqual([...all, 'more'].sort())
      expect(members(other.run('SMEMBERS renamed'))).toEqual(all)
      expect(other.run('OBJECT ENCODING renamed')).toBe(form)
      run('DEL copy')
      other.run('DEL there renamed')
    }
    expect(server.engine.usedBytes()).toBe(empty)
  })
})

describe('SCARD, SISMEMBER, SMISMEMBER and SMEMBERS', () => {
  it('answer for sets, keys that are missing, and other types', () => {
    run('SADD s a 1')
    run('SET k v')
    expect(run('SISMEMBER s a')).toBe('(integer) 1')
    expect(run('SISMEMBER s 01')).toBe('(integer) 0')
    expect(run('SMISMEMBER s 1 x a')).toBe('[(integer) 1, (integer) 0, (integer) 1]')
    expect(run('SCARD none')).toBe('(integer) 0')
    expect(run('SISMEMBER none a')).toBe('(integer) 0')
    expect(run('SMISMEMBER none a b')).toBe('[(integer) 0, (integer) 0]')
    expect(run('SMEMBERS none')).toBe('[]')
    for (const line of ['SCARD k', 'SISMEMBER k a', 'SMISMEMBER k a b', 'SMEMBERS k'])
      expect(run(line)).toBe(WRONG_TYPE)
    expect(run('SCARD')).toBe(arity('scard'))
    expect(run('SISMEMBER s a b')).toBe(arity('sismember'))
    expect(run('SMISMEMBER s')).toBe(arity('smismember'))
    expect(run('SMEMBERS s t')).toBe(arity('smembers'))
  })

  it('answer with a set in RESP3', () => {
    run('SADD s 2 1')
    expect(server.client.raw('SMEMBERS', 's')).toBe('*2\r\n$1\r\n1\r\n$1\r\n2\r\n')
    run('HELLO 3')
    expect(server.client.raw('SMEMBERS', 's')).toBe('~2\r\n$1\r\n1\r\n$1\r\n2\r\n')
    expect(server.client.raw('SMEMBERS', 'none')).toBe('~0\r\n')
    expect(server.client.raw('SMISMEMBER', 's', '1')).toBe('*1\r\n:1\r\n')
  })
})

describe('SMOVE', () => {
  it('moves a member, creates the destination, and deletes an empty source', () => {
    run('SADD a 1 x')
    run('SADD b x y')
    server.events()
    expect(run('SMOVE a b 1')).toBe('(integer) 1')
    expect(server.events()).toEqual(['srem a 0', 'sadd b 0'])
    expect(members(run('SMEMBERS b'))).toEqual(['1', 'x', 'y'])
    expect(run('SMOVE a c x')).toBe('(integer) 1')
    expect(server.events()).toEqual(['srem a 0', 'del a 0', 'sadd c 0'])
    expect(run('SMOVE c b x')).toBe('(integer) 1')
    expect(server.events()).toEqual(['srem c 0', 'del c 0'])
    expect(run('SCARD b')).toBe('(integer) 3')
    expect(run('SMOVE b d none')).toBe('(integer) 0')
    expect(run('SMOVE none b x')).toBe('(integer) 0')
    expect(server.events()).toEqual([])
    expect(run('EXISTS a c d')).toBe('(integer) 0')
  })

  it('within one set changes nothing', () => {
    run('SADD a 1')
    server.events()
    expect(run('SMOVE a a 1')).toBe('(integer) 1')
    expect(run('SMOVE a a 2')).toBe('(integer) 0')
    expect(server.events()).toEqual([])
  })

  it('refuses other types, of the destination even for what is no member, but not for a missing source', () => {
    run('SADD a 1')
    run('SET k v')
    expect(run('SMOVE k a 1')).toBe(WRONG_TYPE)
    expect(run('SMOVE a k 1')).toBe(WRONG_TYPE)
    expect(run('SMOVE a k 2')).toBe(WRONG_TYPE)
    expect(run('SMOVE none k 1')).toBe('(integer) 0')
    expect(run('SMOVE a b')).toBe(arity('smove'))
    expect(run('SCARD a')).toBe('(integer) 1')
  })
})

type Model = ReadonlyMap<string, ReadonlySet<string>>

const OPERATIONS: Readonly<Record<string, (model: Model, keys: readonly string[]) => string[]>> = {
  SINTER: (model, keys) => [...setOf(model, keys[0])].filter((m) => keys.every((key) => setOf(model, key).has(m))),
  SUNION: (model, keys) => [...new Set(keys.flatMap((key) => [...setOf(model, key)]))],
  SDIFF: (model, keys) =>
    [...setOf(model, keys[0])].filter((m) => keys.slice(1).every((key) => !setOf(model, key).has(m))),
}

const setOf = (model: Model, key: string): ReadonlySet<string> => model.get(key) ?? new Set()

describe('SINTER, SUNION and SDIFF, and their STORE forms', () => {
  it('agree with Sets, for sets of every form and size, some of them several times, or the destination', () => {
    const random = seededRandom(3)
    const model = new Map<string, Set<string>>()
    const sizes = [1, 5, 60, 100, 700, 3000]
    const names = sizes.flatMap((size) => ['', 'm'].map((prefix) => `${prefix}${size}`))
    for (const name of names) {
      const prefix = name.startsWith('m') ? 'm' : ''
      const size = Number(name.slice(prefix.length))
      const all = new Set<string>()
      while (all.size < size) all.add(`${random.next() % 3 === 0 ? 'm' : prefix}${random.next() % (size * 2)}`)
      server.client.raw('SADD', name, ...all)
      model.set(name, all)
    }
    for (let step = 0; step < 400; step++) {
      const keys = Array.from({ length: 1 + (random.next() % 5) }, () =>
        random.next() % 15 === 0 ? 'none' : names[random.next() % names.length],
      )
      const name = Object.keys(OPERATIONS)[random.next() % 3]
      const expected = OPERATIONS[name](model, keys).sort()
      expect(members(run(`${name} ${keys.join(' ')}`))).toEqual(expected)
      const destination = random.next() % 4 === 0 ? keys[0] : 'result'
      expect(run(`${name}STORE ${destination} ${keys.join(' ')}`)).toBe(`(integer) ${expected.length}`)
      expect(members(run(`SMEMBERS ${destination}`))).toEqual(expected)
      expect(run(`EXISTS ${destination}`)).toBe(`(integer) ${expected.length > 0 ? 1 : 0}`)
      model.set(destination, new Set(expected))
    }
  })

  it('leave nothing behind, and STORE gives back what the destination held', () => {
    run('SET x y')
    run('DEL x')
    const empty = server.engine.usedBytes()
    const many = Array.from({ length: 2000 }, (_, i) => `m${i}`)
    server.client.raw('SADD', 'a', ...many)
    server.client.raw('SADD', 'b', ...many.slice(1000), 'x')
    const before = server.engine.usedBytes()
    for (const name of Object.keys(OPERATIONS)) {
      run(`${name} a b a`)
      for (let i = 0; i < 3; i++) run(`${name}STORE c a b`)
      run('DEL c')
      expect(server.engine.usedBytes()).toBe(before)
    }
    run('SDIFF b a a a a a a')
    run('SDIFFSTORE c b a a a a a a')
    run('DEL a b c')
    expect(server.engine.usedBytes()).toBe(empty)
  })

  it('tell of the destination alone, once, and of its end when nothing is left', () => {
    run('SADD a 1 2')
    run('SADD b 2 3')
    run('EXPIRE c 100')
    server.events()
    for (const [name, size] of [
      ['sinterstore', 1],
      ['sunionstore', 3],
      ['sdiffstore', 1],
    ]) {
      expect(run(`${name} c a b`)).toBe(`(integer) ${size}`)
      expect(server.events()).toEqual([`${name} c 0`])
      run('EXPIRE c 100')
      server.events()
      expect(run(`${name} c a b`)).toBe(`(integer) ${size}`)
      expect(run('TTL c')).toBe('(integer) -1')
      server.events()
      expect(run(`${name} c none`)).toBe('(integer) 0')
      expect(server.events()).toEqual(['keymiss none 0', 'del c 0'])
      expect(run(`${name} c none`)).toBe('(integer) 0')
      expect(server.events()).toEqual(['keymiss none 0'])
    }
  })

  it('overwrite a destination of another type, and refuse sources of one, missing ones before it or not', () => {
    run('SADD a 1')
    run('SET k v')
    for (const name of Object.keys(OPERATIONS)) {
      for (const keys of ['k', 'a k', 'none k', 'k none', 'a none k']) {
        expect(run(`${name} ${keys}`)).toBe(WRONG_TYPE)
        expect(run(`${name}STORE c ${keys}`)).toBe(WRONG_TYPE)
      }
      expect(run(`${name}STORE k a`)).toBe('(integer) 1')
      expect(run('TYPE k')).toBe('set')
      run('SET k v')
      expect(run(`${name}STORE k none`)).toBe('(integer) 0')
      expect(run('EXISTS c k')).toBe('(integer) 0')
      run('SET k v')
      expect(run(name)).toBe(`(error) ERR wrong number of arguments for '${name.toLowerCase()}' command`)
      expect(run(`${name}STORE c`)).toBe(
        `(error) ERR wrong number of arguments for '${name.toLowerCase()}store' command`,
      )
    }
  })

  it('answer with a set in RESP3', () => {
    run('HELLO 3')
    run('SADD a 1')
    for (const name of Object.keys(OPERATIONS)) {
      expect(server.client.raw(name, 'a', 'a')).toBe(name === 'SDIFF' ? '~0\r\n' : '~1\r\n$1\r\n1\r\n')
      expect(server.client.raw(name, 'none')).toBe('~0\r\n')
    }
  })
})

describe('The form of a stored set', () => {
  const encoding = (line: string): string => {
    run(line)
    return run('OBJECT ENCODING o')
  }

  beforeEach(() => {
    run('CONFIG SET set-max-intset-entries 4')
    run('CONFIG SET set-max-listpack-entries 6')
    run('SADD numbers 1 2 3')
    run('SADD four 11 12 13 14')
    run('SADD packed 1 2 3 4 5')
    run('SADD mixed x 2 3')
    run('SADD x x')
    run('SADD large a b c d e f g h 1 2 3 4 5')
    run('SADD letters a b c d e f g h')
  })

  it('of SINTERSTORE is an intset for few numbers, whatever the sources are', () => {
    expect(encoding('SINTERSTORE o numbers packed')).toBe('intset')
    expect(encoding('SINTERSTORE o mixed numbers')).toBe('intset')
    expect(encoding('SINTERSTORE o mixed')).toBe('listpack')
    expect(encoding('SINTERSTORE o packed')).toBe('listpack')
    expect(encoding('SINTERSTORE o large packed')).toBe('listpack')
    expect(encoding('SINTERSTORE o large')).toBe('hashtable')
    run('CONFIG SET set-max-listpack-entries 0')
    expect(encoding('SINTERSTORE o mixed numbers')).toBe('intset')
    expect(encoding('SINTERSTORE o packed')).toBe('hashtable')
  })

  it('of SUNIONSTORE and SDIFFSTORE is what comes of adding the members to an intset', () => {
    expect(encoding('SUNIONSTORE o numbers')).toBe('intset')
    expect(encoding('SUNIONSTORE o numbers mixed')).toBe('listpack')
    expect(encoding('SUNIONSTORE o packed')).toBe('hashtable')
    expect(encoding('SUNIONSTORE o numbers four')).toBe('hashtable')
    expect(encoding('SDIFFSTORE o packed numbers')).toBe('intset')
    expect(encoding('SDIFFSTORE o mixed x')).toBe('intset')
    expect(encoding('SDIFFSTORE o mixed numbers')).toBe('listpack')
    expect(encoding('SDIFFSTORE o large letters')).toBe('hashtable')
    expect(encoding('SDIFFSTORE o letters large')).toBe('(nil)')
    run('SADD one 1')
    expect(encoding('SDIFFSTORE o large letters one')).toBe('intset')
    // So many sets that the members of the first one are added, and those of the others taken out.
    expect(encoding('SDIFFSTORE o large letters one one one one')).toBe('hashtable')
  })
})
