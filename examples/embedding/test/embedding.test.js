import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startTestEngine } from '@kvasir/testkit'
import { Visits } from '../dist/visits.js'

test('the script runs, and ends by itself', () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
  const output = execFileSync(process.execPath, [main], { encoding: 'utf8', timeout: 30_000 })
  assert.equal(output, 'home: 2, about: 1\nas a client sees it: 2\n')
})

test('visits are counted, and forgotten a day after the last one', async () => {
  await using engine = startTestEngine()
  const visits = new Visits(engine)
  assert.equal(visits.count('home'), 1)
  engine.clock.advance(86_399_000)
  assert.equal(visits.count('home'), 2)
  engine.clock.advance(86_399_000)
  assert.deepEqual(visits.of('home', 'none'), [2, 0])
  engine.clock.advance(1000)
  assert.deepEqual(visits.of('home'), [0])
})

test('pictures come back byte by byte', async () => {
  await using engine = startTestEngine()
  const visits = new Visits(engine)
  const picture = Uint8Array.from({ length: 256 }, (_, i) => i)
  visits.keepPicture('home', picture)
  assert.deepEqual(visits.picture('home'), picture)
  assert.equal(visits.picture('about'), null)
})
