import { afterEach, describe, expect, it } from 'vitest'
import { auditOf } from './audit.ts'
import { commandLine, wordsOf } from './command-line.ts'
import type { Step, Words } from './command-spec.ts'
import { nearMs, randomMembers, unordered, unorderedPairs } from './comparisons.ts'
import { Draw } from './draw.ts'
import { Duel } from './duel.ts'
import { FAMILIES, specOf } from './families.ts'
import { minimise } from './minimise.ts'
import { parseOptions } from './options.ts'
import { prepareSolo } from './prepare.ts'
import { parseReply, type Reply, splitReplies } from './reply.ts'
import { drawSequence } from './sequence.ts'
import { EngineTarget, type Target } from './target.ts'

const targets: Target[] = []

async function startEngine(seed: number, virtual = false): Promise<EngineTarget> {
  const target = await EngineTarget.start(seed, virtual)
  targets.push(target)
  return target
}

afterEach(() => {
  for (const target of targets.splice(0)) target.close()
})

/** An engine whose replies are changed on their way. */
function spoiled(target: Target, spoil: (words: Words, reply: string) => string): Target {
  return {
    title: 'spoiled',
    async send(protocol, commands) {
      const replies = await target.send(protocol, commands)
      return replies.map((reply, i) => spoil(commands[i] as Words, reply))
    },
    sleep: (ms) => target.sleep(ms),
    close: () => {},
  }
}

const audit = auditOf({ fieldTimes: false, carries: false })
const sequence = { families: FAMILIES.slice(0, 2), others: FAMILIES, unknown: new Set(['DEBUG RELOAD']) }
const step = (line: string): Step => ({ words: wordsOf(line), protocol: 2 })

describe('the fuzzer', () => {
  it('draws the same sequence from the same seed, and another one from another', () => {
    const first = drawSequence(sequence, 7, 500)
    expect(drawSequence(sequence, 7, 500)).toEqual(first)
    expect(drawSequence(sequence, 8, 500)).not.toEqual(first)
    expect(first.length).toBeGreaterThanOrEqual(500)
  })

  it('leaves out what a server does not know', () => {
    const unknown = new Set(['GET', 'DEBUG RELOAD'])
    const names = drawSequence({ ...sequence, unknown }, 1, 3000).map(({ words }) => words[0])
    expect(names).toContain('SET')
    expect(names).not.toContain('GET')
  })

  it('draws each command of each family', () => {
    const draw = new Draw(1)
    for (const { commands } of FAMILIES) {
      for (const [name, { args, compare }] of Object.entries(commands)) {
        for (let i = 0; i < 50; i++) expect(args(draw), name).not.toContain(undefined)
        // What one family says of a command's replies holds for all that have it.
        const spec = specOf([...name.toLowerCase().split(' '), 'x'])
        expect(spec, name).toBeDefined()
        if (compare !== undefined) expect(spec?.compare, name).toBe(compare)
      }
    }
  })

  it('finds nothing between two engines of ours', async () => {
    const duel = new Duel(await startEngine(1), await startEngine(2), [], audit)
    await duel.reset()
    expect(await duel.run(drawSequence(sequence, 3, 2000))).toBeUndefined()
    expect(duel.commandCount).toBeGreaterThan(4000)
  })

  it('finds a wrong reply and leaves only the commands that lead to it', async () => {
    const wrong = (words: Words, reply: string): string =>
      words[0] === 'INCR' && reply === ':3\r\n' ? ':4\r\n' : reply
    const duel = new Duel(await startEngine(1), spoiled(await startEngine(2), wrong), [], audit)
    const lines = ['SET a 1', 'SET b x', 'INCR a', 'GET b', 'APPEND b y z', 'INCR a', 'GET a']
    const difference = await duel.run(lines.map(step))
    expect(difference).toEqual({ at: 5, words: ['INCR', 'a'], ours: ':3\r\n', peer: ':4\r\n' })
    const { steps } = await minimise(duel, lines.map(step), difference as never, 10_000)
    expect(steps.map(({ words }) => commandLine(words))).toEqual(['SET a 1', 'INCR a', 'INCR a'])
  })

  it('finds a dataset that differs though no reply does', async () => {
    const [ours, peer] = [await startEngine(1), await startEngine(2)]
    const duel = new Duel(ours, peer, [], audit)
    await peer.send(2, [['SET', 'key', 'value']])
    expect(await duel.run([step('PING'), step('#audit')])).toMatchObject({
      at: 1,
      words: ['#audit', 'keys', expect.anything()],
    })
    await ours.send(2, [['SET', 'key', 'other']])
    expect(await duel.run([step('#audit')])).toMatchObject({ words: ['#audit', 'string content', 'key'] })
    await ours.send(2, [['SET', 'key', 'value', 'PX', '1000000']])
    expect(await duel.run([step('#audit')])).toMatchObject({ words: ['#audit', 'string expiry', 'key'] })
  })

  it('draws transactions that are watched, ended and run on both connections', () => {
    const steps = drawSequence(sequence, 1, 20_000)
    const count = (name: string): number => steps.filter(({ words }) => words.length === 1 && words[0] === name).length
    expect(count('MULTI')).toBeGreaterThan(100)
    expect(count('EXEC') + count('DISCARD')).toBeLessThanOrEqual(count('MULTI'))
    expect(steps.some(({ words }) => words[0] === 'WATCH')).toBe(true)
  })

  it('finds which command of a transaction was answered wrongly, and compares each as it does outside', async () => {
    const reversed = '*4\r\n+OK\r\n:2\r\n*2\r\n$1\r\nm\r\n$1\r\nn\r\n$3\r\nfoo\r\n'
    const wrong = (_: Words, reply: string): string => (reply.startsWith('*4') ? reversed : reply)
    const lines = ['MULTI', 'SET a bar', 'SADD b n m', 'SMEMBERS b', 'GET', 'GET a', 'EXEC'].map(step)
    const duel = new Duel(await startEngine(1), spoiled(await startEngine(2), wrong), [], audit)
    expect(await duel.run(lines)).toBeUndefined()
    await duel.reset()
    const difference = await duel.run(lines.filter(({ words }) => words.length > 1 || words[0] !== 'GET'))
    expect(difference).toEqual({ at: 5, words: ['EXEC', 'GET', 'a'], ours: '$3\r\nbar\r\n', peer: '$3\r\nfoo\r\n' })
  })

  it('finds that reading commands of an engine on its own do not agree', async () => {
    const wrong = (words: Words, reply: string): string => (words[0] === 'STRLEN' ? ':9\r\n' : reply)
    const ours = await startEngine(1)
    await ours.send(2, [['SET', 'key', 'value']])
    const duel = new Duel(spoiled(ours, wrong), ours, [], audit)
    expect(await duel.run([step('#audit')])).toMatchObject({ words: ['#audit', 'string agreement', 'key'] })
  })

  it('finds no fault in an engine on its own, in virtual time', async () => {
    const { arena, unknown, close } = await prepareSolo(await startEngine(1, true))
    await arena.reset()
    expect(await arena.run(drawSequence({ ...sequence, unknown }, 5, 3000))).toBeUndefined()
    await close()
  })
})

describe('replies', () => {
  it('are cut where they end, and what is not whole is left', () => {
    const text = '+OK\r\n$3\r\na\r\n\r\n*2\r\n:1\r\n*-1\r\n%1\r\n+k\r\n_\r\n$5\r\nhal'
    const { replies, rest } = splitReplies(text)
    expect(replies).toEqual(['+OK\r\n', '$3\r\na\r\n\r\n', '*2\r\n:1\r\n*-1\r\n', '%1\r\n+k\r\n_\r\n'])
    expect(rest).toBe('$5\r\nhal')
  })

  it('compare as sets, as maps, with a tolerance, or as a choice among members', () => {
    const asked = { words: ['SRANDMEMBER', 'k', '2'], before: parseReply('*3\r\n+a\r\n+b\r\n+c\r\n') }
    const [ab, ba, aa] = ['*2\r\n+a\r\n+b\r\n', '*2\r\n+b\r\n+a\r\n', '*2\r\n+a\r\n+a\r\n'].map(parseReply) as [
      Reply,
      Reply,
      Reply,
    ]
    expect(unordered(ab, ba, asked)).toBe(true)
    expect(unordered(ab, aa, asked)).toBe(false)
    expect(unorderedPairs(ab, ba, asked)).toBe(false)
    expect(randomMembers(1)(ab, ba, asked)).toBe(true)
    expect(randomMembers(1)(aa, ab, asked)).toBe(false)
    const ms = (n: number) => parseReply(`:${n}\r\n`)
    expect(nearMs(ms(100_000), ms(100_900), asked)).toBe(true)
    expect(nearMs(ms(100_000), ms(200_000), asked)).toBe(false)
    expect(nearMs(ms(-1), ms(-2), asked)).toBe(false)
  })

  it('tell a string that looks like nil from nil', () => {
    expect(parseReply('$2\r\n-1\r\n')).toEqual({ type: '$', text: '-1' })
    expect(parseReply('$-1\r\n')).toEqual({ type: '$nil', text: '' })
  })
})

describe('the command line', () => {
  it('shows words as valkey-cli takes them, and reads them back', () => {
    const words = ['SET', '', 'a b', '"q"\\', "it's", '\0\r\n\xff', '#x', 'plain']
    expect(wordsOf(commandLine(words))).toEqual(words)
    expect(commandLine(['SET', 'k', '\r\n'])).toBe('SET k "\\x0d\\x0a"')
  })

  it('takes options in both forms and refuses what it does not know', () => {
    expect(parseOptions(['--seed', '5', '--families=string,generic', '--alone'])).toMatchObject({
      seed: 5,
      families: ['string', 'generic'],
      alone: true,
    })
    expect(() => parseOptions(['--families', 'strings'])).toThrow('no family strings')
    expect(() => parseOptions(['--nosuch', '1'])).toThrow('unknown option --nosuch')
    expect(() => parseOptions(['--seed', 'x'])).toThrow('whole number')
    expect(() => parseOptions(['--seed'])).toThrow('wants a value')
  })
})
