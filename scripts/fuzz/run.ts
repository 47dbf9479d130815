/**
 * Fuzzer: `npm run fuzz -- [--option value ...]`. Random commands on our engine and on a Valkey or Redis, every reply
 * and, from time to time, the whole dataset compared; without another server, on our engine alone, whose invariants are
 * checked.
 *
 *     --seconds N          how long; 60
 *     --seed N             where the random numbers start; each episode has the next one; 1
 *     --families a,b       string, generic, hash, list, set, zset, stream, bitmap, hyperloglog, geo, sort, acl; all
 *     --commands N         end after this many commands, all servers together
 *     --episode N          commands of an episode, which starts on empty servers; 3000
 *     --keep-going N       after a difference go on until there are N different ones; 1
 *     --peer PORT          the other server listens there; everything in it is deleted
 *     --peer-command CMD   or is started so: a program, or a command line with {port} and {dir}
 *     --ours PORT          our server listens there; else the engine runs in this process, from the sources
 *     --alone              without another server, even if there is one
 *     --replay FILE        run the commands of a file that an earlier run wrote
 *
 * A difference is minimised, printed as lines for valkey-cli and written to .results/. Exits with 1.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.ts'
import { commandLine, wordsOf } from './command-line.ts'
import type { Family, Step } from './command-spec.ts'
import type { Arena, Difference } from './duel.ts'
import { FAMILIES } from './families.ts'
import { type Minimised, minimise, signatureOf } from './minimise.ts'
import { type FuzzOptions, parseOptions } from './options.ts'
import { peerCommand, serverOnPort, startServer } from './peer.ts'
import { type Prepared, prepareDuel, prepareSolo } from './prepare.ts'
import { drawSequence } from './sequence.ts'
import { EngineTarget } from './target.ts'

/** How long one difference is minimised. */
const MINIMISE_MS = 60_000
/** Of longer replies the place where they part is shown too. */
const LONG_REPLY = 120
/** One episode in so many is longer by so much. */
const LONG_EPISODE = 12

interface Found {
  count: number
  minimised: Minimised
  seed: number
}

function report(found: Minimised, seed: number, peer: string): string {
  const lines = found.steps.map(({ words, protocol }) => `${protocol}> ${commandLine(words)}`)
  const { words, ours, peer: theirs } = found.difference
  const told = [`# ${commandLine(words)}`, `# ours: ${JSON.stringify(ours)}`, `# ${peer}: ${JSON.stringify(theirs)}`]
  if (ours.length > LONG_REPLY && theirs.length > LONG_REPLY) {
    let at = 0
    while (at < ours.length && ours[at] === theirs[at]) at++
    const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - LONG_REPLY), at + LONG_REPLY))
    told.push(`# from byte ${at} on: ours ${around(ours)}`, `#   ${peer} ${around(theirs)}`)
  }
  return [`# seed ${seed}; RESP version in front of each line`, ...lines, ...told, ''].join('\n')
}

function write(text: string, seed: number): string {
  const folder = join(root, '.results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `fuzz-${seed}.txt`)
  writeFileSync(file, text)
  return file
}

function readSteps(file: string): Step[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .filter((line) => /^[23]> /.test(line))
    .map((line) => ({ words: wordsOf(line.slice(3)), protocol: line.startsWith('3') ? 3 : 2 }))
}

class Campaign {
  readonly #options: FuzzOptions
  readonly #arena: Arena
  readonly #prepared: Prepared
  readonly #families: readonly Family[]
  readonly found = new Map<string, Found>()
  episodes = 0
  #isOver = false

  constructor(options: FuzzOptions, prepared: Prepared, families: readonly Family[]) {
    this.#options = options
    this.#prepared = prepared
    this.#arena = prepared.arena
    this.#families = families
  }

  async run(): Promise<void> {
    const { seconds, commands, keepGoing, seed } = this.#options
    let spentMs = 0
    const isEnough = (): boolean => this.#arena.commandCount >= commands || this.found.size >= keepGoing
    while (spentMs < seconds * 1000 && !isEnough() && !this.#isOver) {
      const started = performance.now()
      await this.#episode(seed + this.episodes++)
      spentMs += performance.now() - started
    }
  }

  /** The whole sequence when a server is no longer there: an engine that is broken may have ended the session. */
  async #minimised(steps: readonly Step[], difference: Difference): Promise<Minimised> {
    try {
      return await minimise(this.#arena, steps, difference, MINIMISE_MS)
    } catch (error) {
      console.log(`not minimised: ${error}`)
      this.#isOver = true
      return { steps: steps.slice(0, difference.at + 1), difference }
    }
  }

  async #episode(seed: number): Promise<void> {
    const long = seed % LONG_EPISODE === 0 ? LONG_EPISODE : 1
    const { unknown } = this.#prepared
    const sequence = { families: this.#families, others: FAMILIES, unknown }
    const steps = drawSequence(sequence, seed, this.#options.episode * long)
    await this.#arena.reset()
    const difference = await this.#arena.run(steps)
    if (difference === undefined) return
    const signature = signatureOf(difference)
    const known = this.found.get(signature)
    if (known !== undefined) {
      known.count++
      return
    }
    console.log(`seed ${seed}: ${signature}; minimising ${difference.at + 1} commands`)
    const minimised = await this.#minimised(steps, difference)
    this.found.set(signature, { count: 1, minimised, seed })
    const text = report(minimised, seed, this.#prepared.peerTitle)
    console.log(`${text}written to ${write(text, seed)}\n`)
  }
}

async function prepare(options: FuzzOptions): Promise<Prepared> {
  const command = peerCommand(options.peerCommand)
  const alone = options.alone || (options.peerPort === undefined && command === undefined)
  const engine = options.oursPort === undefined ? await EngineTarget.start(options.seed, alone) : undefined
  if (alone) {
    if (engine === undefined) throw new Error('--ours needs another server to compare with')
    return prepareSolo(engine)
  }
  const ours = engine ?? (await serverOnPort('ours', options.oursPort as number)).target
  const peer =
    options.peerPort === undefined
      ? await startServer('peer', command as string[])
      : await serverOnPort('peer', options.peerPort)
  return prepareDuel(ours, peer)
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2))
  const families = FAMILIES.filter(({ name }) => options.families.length === 0 || options.families.includes(name))
  const prepared = await prepare(options)
  for (const notice of prepared.notices) console.log(notice)
  if (options.replay !== undefined) {
    await prepared.arena.reset()
    const difference = await prepared.arena.run(readSteps(options.replay))
    console.log(difference === undefined ? 'no difference' : JSON.stringify(difference, undefined, 2))
    process.exitCode = difference === undefined ? 0 : 1
    return prepared.close()
  }
  const campaign = new Campaign(options, prepared, families)
  const started = performance.now()
  await campaign.run()
  const seconds = (performance.now() - started) / 1000
  const { commandCount } = prepared.arena
  const rate = Math.round(commandCount / seconds)
  console.log(`${commandCount} commands in ${campaign.episodes} episodes, ${seconds.toFixed(1)} s, ${rate}/s`)
  const sorted = [...campaign.found].sort(([, a], [, b]) => b.count - a.count)
  for (const [signature, { count, seed }] of sorted) console.log(`${count} x ${signature} (seed ${seed})`)
  console.log(campaign.found.size === 0 ? 'no difference' : `${campaign.found.size} differences`)
  process.exitCode = campaign.found.size === 0 ? 0 : 1
  await prepared.close()
}

await main()
