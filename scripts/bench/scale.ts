/**
 * A large keyspace inside one process: what it costs in memory, and how long the engine works in one go while it grows,
 * is walked, loses most of its keys, is defragmented, flushed, and sees a million keys expire at once.
 *
 *     npm run bench -- scale [--keys=20000000]
 *
 * Pauses are CPU time of the thread, so that a busy machine does not show in them. A pause is one turn: a pipeline of
 * 100 commands, one run of the cron, or one of the tasks that it puts off.
 */
import { countOption, parseArguments } from './arguments.ts'
import { Collections, EngineBench, type LongPause, Pauses } from './engine.ts'
import { mebibytes, Table } from './table.ts'

const KEYS_DEFAULT = 20_000_000
const WARM_UP_KEYS = 300_000
const EXPIRING_KEYS = 1_000_000
const BATCH_KEYS = 100
/** Batches between two runs of the cron: about a tenth of a second's worth. */
const BATCHES_PER_TICK = 1000
const IDLE_TICKS_MAX = 20_000
const KEY_DIGITS = 12

const COLUMNS = [
  { title: 'step', width: 34 },
  { title: 'CPU s', width: 7 },
  { title: 'turns', width: 7 },
  { title: 'worst ms', width: 8 },
  { title: 'keys', width: 9 },
  { title: 'RSS', width: 7 },
  { title: 'reserved', width: 8 },
  { title: 'used', width: 7 },
  { title: 'heap', width: 6 },
]

/** A pipeline of BATCH_KEYS equal requests in which only the numbers in their keys change. */
class Pipeline {
  readonly bytes: Buffer
  readonly #digits: readonly number[]

  /** @param words with one word that ends in KEY_DIGITS zeros: the key */
  constructor(words: readonly string[]) {
    const one = `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
    const at = one.indexOf('0'.repeat(KEY_DIGITS))
    this.bytes = Buffer.from(one.repeat(BATCH_KEYS))
    this.#digits = Array.from({ length: BATCH_KEYS }, (_, i) => i * one.length + at)
  }

  /** Puts a number into the key of request `i`. */
  number(i: number, value: number): void {
    let rest = value
    const at = this.#digits[i] as number
    for (let digit = at + KEY_DIGITS - 1; digit >= at; digit--) {
      this.bytes[digit] = 48 + (rest % 10)
      rest = Math.floor(rest / 10)
    }
  }
}

const key = `key:${'0'.repeat(KEY_DIGITS)}`
const VALUE = 'v'.repeat(32)

class Scale {
  readonly #bench: EngineBench
  readonly #keys: number
  readonly #silent: boolean
  readonly #table: Table
  readonly #long: (LongPause & { readonly step: string })[] = []

  constructor(bench: EngineBench, keys: number, silent: boolean) {
    this.#bench = bench
    this.#keys = keys
    this.#silent = silent
    this.#table = new Table(COLUMNS, silent)
  }

  /** A small run through everything on another engine, so that the figures are those of compiled code. */
  static async warmUp(): Promise<void> {
    const bench = await EngineBench.create()
    new Scale(bench, WARM_UP_KEYS, true).#steps()
    bench.engine.close()
  }

  run(): void {
    this.#row('empty', new Pauses())
    this.#steps()
  }

  #steps(): void {
    this.#fill()
    const { table, size } = this.#bench.engine.db(0)
    const bytesPerKey = table.indexBytes / size
    const full = size / table.slots
    this.#scan()
    this.#delete()
    this.#settle('defragmentation')
    this.#flush()
    this.#expire()
    if (this.#silent) return
    console.log(`\ntable: ${bytesPerKey.toFixed(2)} bytes a key, ${(full * 100).toFixed(1)} % of its slots taken`)
  }

  /** Where the long pauses were, and whose they were. */
  printLong(collections: Collections): void {
    if (this.#long.length === 0) return
    console.log(`\nturns of ${Pauses.LONG_US / 1000} ms and more, the first ones of each step`)
    console.log('(ms of CPU time; of it in the system; of garbage collection, by the clock)\n')
    for (const pause of this.#long) {
      const figures = [pause.us / 1000, pause.systemUs / 1000, collections.msWithin(pause)]
      console.log(`  ${figures.map((ms) => ms.toFixed(1).padStart(5)).join('  ')}  ${pause.step}, ${pause.when}`)
    }
  }

  #row(step: string, pauses: Pauses): void {
    globalThis.gc?.()
    const { arena, size } = this.#bench.engine.db(0)
    this.#table.row(
      step,
      (pauses.totalUs / 1e6).toFixed(2),
      pauses.count,
      (pauses.worstUs / 1000).toFixed(2),
      size,
      mebibytes(process.memoryUsage.rss()),
      mebibytes(arena.reservedBytes),
      mebibytes(arena.usedBytes),
      mebibytes(process.memoryUsage().heapUsed),
    )
    for (const pause of pauses.long) this.#long.push({ ...pause, step: step.trim() })
  }

  /** One pipeline for every BATCH_KEYS numbers of the sequence, with the cron in between. */
  #each(words: readonly string[], numbers: Iterable<number>, work: Pauses, cron: Pauses): void {
    const pipeline = new Pipeline(words)
    const { bytes } = pipeline
    let filled = 0
    let batches = 0
    const when = (): string => `at ${this.#bench.engine.db(0).size} keys`
    for (const value of numbers) {
      pipeline.number(filled++, value)
      if (filled < BATCH_KEYS) continue
      filled = 0
      this.#bench.feed(bytes, bytes.length, work, when)
      if (++batches % BATCHES_PER_TICK === 0) this.#bench.tick(cron, when)
    }
  }

  #fill(): void {
    const sets = new Pauses()
    const cron = new Pauses()
    this.#each(['SET', key, VALUE], numbersTo(this.#keys), sets, cron)
    this.#row(`SET, ${BATCH_KEYS} a turn`, sets)
    this.#row('  cron meanwhile', cron)
    const again = new Pauses()
    this.#each(['GET', key], numbersTo(this.#keys, 16), again, cron)
    this.#row('GET of every 16th', again)
  }

  #scan(): void {
    const pauses = new Pauses()
    let cursor = '0'
    let found = 0
    do {
      const reply = this.#bench.command(`SCAN ${cursor} COUNT 1000`, pauses).toString('latin1')
      const [, , next = '0', count = '*0'] = reply.split('\r\n', 4)
      cursor = next
      found += Number(count.slice(1))
    } while (cursor !== '0')
    this.#row('SCAN of everything, COUNT 1000', pauses)
    if (found < this.#keys) throw new Error(`SCAN found ${found} of ${this.#keys} keys`)
  }

  /** Nine of ten keys, from everywhere: every page keeps a tenth of its blocks. */
  #delete(): void {
    const work = new Pauses()
    const cron = new Pauses()
    const numbers = function* (keys: number): Generator<number> {
      for (let i = 0; i < keys; i++) if (i % 10 !== 0) yield i
    }
    this.#each(['DEL', key], numbers(this.#keys), work, cron)
    this.#row(`DEL of 90 %, ${BATCH_KEYS} a turn`, work)
    this.#row('  cron meanwhile', cron)
  }

  /** Time passes until the memory stays as it is. */
  #settle(step: string): void {
    const pauses = new Pauses()
    const { engine } = this.#bench
    let idle = 0
    for (let i = 0; i < IDLE_TICKS_MAX && idle < 20; i++) {
      const { reservedBytes, pageBytes } = engine.db(0).arena
      this.#bench.tick(pauses, () => `cron ${i}`)
      const { arena } = engine.db(0)
      idle = arena.reservedBytes === reservedBytes && arena.pageBytes === pageBytes ? idle + 1 : 0
    }
    this.#row(`  ${step}`, pauses)
  }

  #flush(): void {
    const command = new Pauses()
    this.#bench.command('FLUSHALL', command)
    this.#row('FLUSHALL', command)
    const pauses = new Pauses()
    this.#bench.tick(pauses, () => 'giving back')
    this.#row('  memory given back', pauses)
  }

  #expire(): void {
    const sets = new Pauses()
    const cron = new Pauses()
    this.#each(
      ['SET', key, VALUE, 'PXAT', String(this.#bench.nowMs + 1e8)],
      numbersTo(this.#silent ? this.#keys : EXPIRING_KEYS),
      sets,
      cron,
    )
    this.#row(`SET, all expire together`, sets)
    const pauses = new Pauses()
    this.#bench.nowMs += 1e8
    this.#bench.tick(pauses, () => 'expiry')
    this.#row('  they expire', pauses)
    this.#settle('afterwards')
  }
}

function* numbersTo(end: number, step = 1): Generator<number> {
  for (let i = 0; i < end; i += step) yield i
}

const parsed = parseArguments(process.argv.slice(2), ['keys'])
const keys = countOption(parsed, 'keys', KEYS_DEFAULT)
console.log(`${keys} keys of 16 bytes with values of 32; memory in MiB, pauses in ms of CPU time\n`)
await Scale.warmUp()
const collections = new Collections()
const scale = new Scale(await EngineBench.create(), keys, false)
scale.run()
// The collector's times come a little later.
setTimeout(() => scale.printLong(collections), 100)
