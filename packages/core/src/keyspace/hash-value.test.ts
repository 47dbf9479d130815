import { expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../structures/bytes.ts'
import { find, Owner } from './_test-owner.ts'
import { Database } from './database.ts'
import { HashValue } from './hash-value.ts'

const KEY = fromLatin1('h')

function open(db: Database): HashValue {
  return HashValue.at(db, find(db, 'h'), KEY, 0, KEY.length)
}

function set(db: Database, field: string, value: string): boolean {
  return open(db).set(fromLatin1(field), 0, field.length, fromLatin1(value), 0, value.length)
}

it('A database opens its one hash value anew for every command, and forgets it when it is cleared', () => {
  const db = new Database(0, new Owner())
  expect(set(db, 'f', 'x'.repeat(100))).toBe(true)
  const hash = open(db)
  expect(open(db)).toBe(hash)
  expect(hash.object).toBeDefined()
  db.clear()
  // A large hash that is held on to would hold its arena.
  expect(db.hashValue).toBeUndefined()
  expect(open(db).size).toBe(0)
  expect(set(db, 'g', 'small')).toBe(true)
  expect(open(db).object).toBeUndefined()
  expect(open(db).find(fromLatin1('g'), 0, 1)).toBe(true)
  const { valueBuf, valueStart, valueLength } = open(db)
  expect(latin1(valueBuf, valueStart, valueLength)).toBe('small')
})
