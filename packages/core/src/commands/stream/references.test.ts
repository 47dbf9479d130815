import { describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine } from '../_test-client.ts'

const GROUPS = ['g', 'h']
const CONDITIONS = ['', 'KEEPREF ', 'DELREF ', 'ACKED ']

interface ModelGroup {
  /** Number of the last entry that was delivered. */
  last: number
  readonly pending: Set<number>
}

describe('XDELEX and XACKDEL', () => {
  it('agree with sets of entries and of what is pending in each group, through any sequence', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const { client } = startTestEngine()
      const random = seededRandom(seed)
      const below = (limit: number): number => random.next() % limit
      const entries = new Set<number>()
      const groups = new Map<string, ModelGroup>()
      client.run(`CONFIG SET stream-node-max-entries ${[100, 3, 1][seed - 1]}`)
      for (const name of GROUPS) {
        client.run(`XGROUP CREATE s ${name} 0 MKSTREAM`)
        groups.set(name, { last: 0, pending: new Set() })
      }
      const isDoneWith = (n: number): boolean =>
        [...groups.values()].every(({ last, pending }) => last >= n && !pending.has(n))
      /** What becomes of an entry: -1 it is not there, 1 deleted, 2 somebody refers to it. */
      const deleted = (n: number, condition: string): number => {
        if (condition === 'ACKED ' && entries.has(n) && !isDoneWith(n)) return 2
        if (condition === 'DELREF ') for (const { pending } of groups.values()) pending.delete(n)
        return entries.delete(n) ? 1 : -1
      }
      let added = 0
      for (let step = 0; step < 3000; step++) {
        const name = GROUPS[below(2)]
        const group = groups.get(name) as ModelGroup
        const roll = below(10)
        const ids = Array.from({ length: 1 + below(3) }, () => Math.max(1, added - below(25)))
        const condition = CONDITIONS[below(4)]
        const idWords = `IDS ${ids.length} ${ids.map((n) => `${n}-0`).join(' ')}`
        if (roll < 4) {
          client.run(`XADD s ${++added}-0 f v`)
          entries.add(added)
        } else if (roll < 6) {
          client.run(`XREADGROUP GROUP ${name} c${below(2)} COUNT 3 STREAMS s >`)
          for (const n of [...entries].filter((entry) => entry > group.last).slice(0, 3)) {
            group.pending.add(n)
            group.last = n
          }
        } else if (roll < 7) {
          const known = ids.filter((n) => group.pending.delete(n)).length
          expect(client.run(`XACK s ${name} ${ids.map((n) => `${n}-0`).join(' ')}`)).toBe(`(integer) ${known}`)
        } else {
          const isAcknowledging = roll < 8
          const expected = ids.map((n) => {
            if (!isAcknowledging) return deleted(n, condition)
            if (!group.pending.delete(n)) return -1
            return deleted(n, condition) === 2 ? 2 : 1
          })
          const command = isAcknowledging ? `XACKDEL s ${name}` : 'XDELEX s'
          const reply = client.run(`${command} ${condition}${idWords}`)
          expect([step, reply]).toEqual([step, `[${expected.map((code) => `(integer) ${code}`).join(', ')}]`])
        }
        if (step % 50 > 0) continue
        const [first] = entries
        expect(client.run('XRANGE s - +').match(/\d+-0/g) ?? []).toEqual([...entries].map((n) => `${n}-0`))
        expect(client.run('XRANGE s - + COUNT 1')).toBe(first === undefined ? '[]' : `[[${first}-0, [f, v]]]`)
        for (const [group, { pending }] of groups) {
          const sorted = [...pending].sort((a, b) => a - b).map((n) => `${n}-0`)
          expect(client.run(`XPENDING s ${group} - + 10000`).match(/\d+-0/g) ?? []).toEqual(sorted)
        }
      }
    }
  })
})
