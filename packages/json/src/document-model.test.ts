import { startTestEngine } from '@kvasir/testkit'
import { describe, expect, it } from 'vitest'
import { drawer, randomValue } from './_test-json.ts'
import { jsonModule as json } from './json-module.ts'

type Box = Record<string, unknown> | unknown[]

const isBox = (value: unknown): value is Box => typeof value === 'object' && value !== null

/** Every place of a document: the box, the key in it, and the path. */
function placesOf(box: Box, path: string, into: { box: Box; key: string | number; path: string }[]): typeof into {
  const keys = Array.isArray(box) ? box.keys() : Object.keys(box)
  for (const key of keys) {
    const childPath = typeof key === 'number' ? `${path}[${key}]` : `${path}['${key}']`
    into.push({ box, key, path: childPath })
    const child = (box as Record<string | number, unknown>)[key]
    if (isBox(child)) placesOf(child, childPath, into)
  }
  return into
}

/** RFC 7396, in the words of its section 2. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isBox(patch) || Array.isArray(patch)) return patch
  const result: Record<string, unknown> = isBox(target) && !Array.isArray(target) ? target : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name]
    else result[name] = merged(result[name], value)
  }
  return result
}

/** One random change, made to a document and to its model. */
function change(
  call: (...words: (string | number)[]) => unknown,
  draw: (limit: number) => number,
  model: { root: unknown },
): string {
  const places = isBox(model.root) ? placesOf(model.root, '$', []) : []
  if (places.length === 0) {
    model.root = { a: randomValue(draw, 3), b: [1] }
    call('JSON.SET', 'k', '$', JSON.stringify(model.root))
    return 'set root'
  }
  const { box, key, path } = places[draw(places.length)]
  const inside = box as Record<string | number, unknown>
  const old = inside[key]
  const value = randomValue(draw, 2)
  const text = JSON.stringify(value)
  switch (draw(7)) {
    case 0:
      inside[key] = value
      call('JSON.SET', 'k', path, text)
      break
    case 1:
      if (Array.isArray(box)) box.splice(key as number, 1)
      else delete inside[key]
      call('JSON.DEL', 'k', path)
      break
    case 2:
      if (Array.isArray(old)) old.push(value, structuredClone(value))
      call('JSON.ARRAPPEND', 'k', path, text, text)
      break
    case 3:
      if (Array.isArray(old)) old.splice(Math.floor(old.length / 2), 0, value)
      call('JSON.ARRINSERT', 'k', path, Array.isArray(old) ? Math.floor((old.length - 1) / 2) : 0, text)
      break
    case 4:
      if (value !== null) {
        inside[key] = merged(old, value)
        call('JSON.MERGE', 'k', path, text)
      }
      break
    case 5:
      if (typeof old === 'number') inside[key] = old + 3
      call('JSON.NUMINCRBY', 'k', path, 3)
      break
    default:
      if (isBox(old) && !Array.isArray(old)) old.added = value
      call('JSON.SET', 'k', `${path}.added`, text)
  }
  return path
}

describe('documents', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are what plain values would be after random changes (seed %i)', (seed) => {
    using engine = Object.assign(startTestEngine({ modules: [json] }), { [Symbol.dispose]() {} })
    const draw = drawer(seed * 7919)
    const model: { root: unknown } = { root: null }
    for (let i = 0; i < 400; i++) {
      const path = change((...words) => engine.call(...(words as [string])), draw, model)
      const text = JSON.stringify(model.root).replace(/(\d)\.0(?=[,\]}])/g, '$1')
      expect([seed, i, path, engine.call('JSON.GET', 'k')]).toEqual([seed, i, path, text])
    }
  })

  it('take many changes at once: every number of a large document', () => {
    using engine = Object.assign(startTestEngine({ modules: [json] }), { [Symbol.dispose]() {} })
    const list = Array.from({ length: 5000 }, (_, i) => ({ n: i, tags: [i], inner: { n: i } }))
    engine.call('JSON.SET', 'k', '$', JSON.stringify(list))
    engine.call('JSON.NUMINCRBY', 'k', '$..n', '1000000')
    engine.call('JSON.ARRAPPEND', 'k', '$..tags', '"x"')
    engine.call('JSON.DEL', 'k', '$[?(@.n >= 1004000)]')
    engine.call('JSON.DEL', 'k', '$[::2]')
    const expected = list
      .map(({ n, tags }) => ({ n: n + 1_000_000, tags: [...tags, 'x'], inner: { n: n + 1_000_000 } }))
      .filter(({ n }, i) => n < 1_004_000 && i % 2 === 1)
    expect(engine.call('JSON.GET', 'k')).toBe(JSON.stringify(expected))
  })

  it('take changes to values within values that change', () => {
    using engine = Object.assign(startTestEngine({ modules: [json] }), { [Symbol.dispose]() {} })
    const set = (): unknown => engine.call('JSON.SET', 'k', '$', '{"a":[1,{"a":[2,{"a":[3]}]}]}')
    set()
    expect(engine.call('JSON.ARRAPPEND', 'k', '$..a', '9')).toEqual([3, 3, 2])
    expect(engine.call('JSON.GET', 'k')).toBe('{"a":[1,{"a":[2,{"a":[3,9]},9]},9]}')
    expect(engine.call('JSON.ARRTRIM', 'k', '$..a', 1, 1)).toEqual([1, 1, 1])
    expect(engine.call('JSON.GET', 'k')).toBe('{"a":[{"a":[{"a":[9]}]}]}')
    set()
    expect(engine.call('JSON.ARRTRIM', 'k', '$..a', 0, 0)).toEqual([1, 1, 1])
    expect(engine.call('JSON.GET', 'k')).toBe('{"a":[1]}')
    set()
    engine.call('JSON.SET', 'k', '$..a', '0')
    expect(engine.call('JSON.GET', 'k')).toBe('{"a":0}')
  })
})
