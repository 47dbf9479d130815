import { beforeEach, describe, expect, it } from 'vitest'
import { fromLatin1, latin1 } from '../../structures/bytes.ts'
import { ListpackElements } from '../../structures/listpack.ts'
import type { RdbWriter } from '../../structures/rdb-writer.ts'
import { idOf, idText, MAX_ID, MIN_ID } from '../../structures/stream-id.ts'
import type { StreamObject } from '../../types/stream-object.ts'
import { listpackOf } from '../packed-value.ts'
import { BAD_FORMAT, PayloadServer, payloadOf } from './_test-payload.ts'
import { RDB_STREAM_LISTPACKS, RDB_STREAM_LISTPACKS_2, RDB_STREAM_LISTPACKS_3 } from './value-types.ts'

let server: PayloadServer
const restore = (body: string | Uint8Array): string => server.restore(body)
beforeEach(() => {
  server = new PayloadServer()
})

function stream(key = 'k'): StreamObject {
  const { engine } = server.server
  const db = engine.db(0)
  const name = fromLatin1(key)
  return db.object(db.find(name, 0, name.length)) as StreamObject
}

/** Entries as `ms-seq field value ...`. */
function entries(key = 'k'): string[] {
  const lines: string[] = []
  stream(key).walk(MIN_ID, MAX_ID, false, (entry) => {
    let line = idText(entry.id)
    entry.forEachWord((buf, start, length) => {
      line += ` ${latin1(buf, start, length)}`
    })
    lines.push(line)
  })
  return lines
}

interface Group {
  name?: string
  last?: readonly number[]
  read?: number | bigint
  pending?: readonly number[]
  /** Of each pending entry; its milliseconds when it is left out. */
  deliveries?: bigint
  consumers?: readonly { name: string; pending?: readonly number[] }[]
}

interface Stream {
  type?: number
  /** Milliseconds of the entries of each node; the first is the node's ID. Negative: deleted. */
  nodes?: readonly (readonly number[])[]
  length?: number
  last?: readonly number[]
  maxDeleted?: readonly number[]
  added?: number | bigint
  groups?: readonly Group[]
}

/** The type and value of a stream whose entries have the field f and the value v. */
function body({ type = RDB_STREAM_LISTPACKS_3, nodes = [[1, 2]], groups = [], ...facts }: Stream): Uint8Array {
  const live = nodes.flat().filter((ms) => ms > 0).length
  const { length = live, last = [9, 0], maxDeleted = [0, 0], added = nodes.flat().length } = facts
  return payloadOf(type, (writer) => {
    const ids = (id: readonly number[]): void => {
      for (const part of id) writer.length(part)
    }
    writer.length(nodes.length)
    for (const node of nodes) writeNode(writer, node)
    writer.length(length)
    ids(last)
    if (type !== RDB_STREAM_LISTPACKS) {
      ids([0, 0])
      ids(maxDeleted)
      writer.length64(BigInt(added))
    }
    writer.length(groups.length)
    for (const group of groups) writeGroup(writer, type, group)
  }).subarray(0, -10)
}

function writeNode(writer: RdbWriter, node: readonly number[]): void {
  const master = Math.abs(node[0])
  const elements = new ListpackElements()
  const deleted = node.filter((ms) => ms < 0).length
  elements.addInteger(node.length - deleted)
  elements.addInteger(deleted)
  elements.addInteger(1)
  elements.addText('f')
  elements.addInteger(0)
  for (const ms of node) {
    elements.addInteger(ms < 0 ? 3 : 2)
    elements.addInteger(Math.abs(ms) - master)
    elements.addInteger(0)
    elements.addText('v')
    elements.addInteger(4)
  }
  const listpack = listpackOf(elements)
  const id = rawId(master)
  writer.string(id, 0, id.length)
  writer.string(listpack, 0, listpack.length)
}

function rawId(ms: number): Uint8Array {
  const id = new Uint8Array(16)
  new DataView(id.buffer).setBigUint64(0, BigInt(ms))
  return id
}

function writeGroup(writer: RdbWriter, type: number, group: Group): void {
  const { name = 'g', last = [0, 0], read = 0, pending = [], deliveries, consumers = [] } = group
  writer.text(name)
  for (const part of last) writer.length(part)
  if (type !== RDB_STREAM_LISTPACKS) writer.length64(BigInt.asUintN(64, BigInt(read)))
  writer.length(pending.length)
  for (const ms of pending) {
    writer.raw(rawId(ms), 0, 16)
    writer.milliseconds(1000 + ms)
    writer.length64(BigInt.asUintN(64, deliveries ?? BigInt(ms)))
  }
  writer.length(consumers.length)
  for (const consumer of consumers) {
    writer.text(consumer.name)
    writer.milliseconds(77)
    if (type === RDB_STREAM_LISTPACKS_3) writer.milliseconds(88)
    writer.length(consumer.pending?.length ?? 0)
    for (const ms of consumer.pending ?? []) writer.raw(rawId(ms), 0, 16)
  }
}

describe('A stream in RDB', () => {
  it('is read and written as Valkey 9.1 writes it', () => {
    // Golden: only lines are added.
    for (const [bytes, expected] of GOLDEN) {
      expect(restore(bytes)).toBe('OK')
      expect(entries()).toEqual(expected)
      server.run('CONFIG SET rdbcompression no')
      expect(server.body('k')).toBe(bytes)
    }
  })

  it('of Redis 5 and 6 has no counts of what was added and read, and of Redis 7.0 no times when active', () => {
    const groups = [
      { last: [1, 0], pending: [1], consumers: [{ name: 'c', pending: [1] }] },
      { name: 'end', last: [9, 0] },
      { name: 'start', last: [0, 0] },
      { name: 'middle', last: [2, 0] },
    ]
    expect(restore(body({ type: RDB_STREAM_LISTPACKS, nodes: [[1, 2], [3]], groups }))).toBe('OK')
    expect([stream().entriesAdded, entries()]).toEqual([3, ['1-0 f v', '2-0 f v', '3-0 f v']])
    expect([...stream().groups.values()].map(({ entriesRead }) => entriesRead)).toEqual([1, 3, 0, -1])
    const activeMs = (): number | undefined => stream().groups.get('g')?.consumers.get('c')?.activeMs
    expect(activeMs()).toBe(77)
    expect(restore(body({ type: RDB_STREAM_LISTPACKS_2, groups }))).toBe('OK')
    expect(activeMs()).toBe(77)
    expect(restore(body({ groups }))).toBe('OK')
    expect(activeMs()).toBe(88)
  })

  it('keeps what its groups have delivered, and to whom', () => {
    const groups = [
      {
        read: -1,
        last: [2, 0],
        pending: [2, 1, 7],
        consumers: [{ name: 'a', pending: [7, 1] }, { name: 'b', pending: [2] }, { name: '' }],
      },
      { name: '' },
    ]
    expect(restore(body({ groups }))).toBe('OK')
    server.copy()
    for (const key of ['k', 'copy']) {
      const [group, empty] = stream(key).groups.values()
      expect([group.entriesRead, idText(group.lastId), group.pendingCount]).toEqual([-1, '2-0', 3])
      expect([empty.entriesRead, empty.pendingCount, empty.consumers.size]).toEqual([0, 0, 0])
      const pending: string[] = []
      group.walk(MIN_ID, undefined, (record) => {
        const { name } = group.consumerOf(record)
        pending.push(`${idText(group.idOf(record))} ${name} ${group.deliveryMs(record)} ${group.deliveries(record)}`)
      })
      expect(pending).toEqual(['1-0 a 1001 1', '2-0 b 1002 2', '7-0 a 1007 7'])
      expect([...group.consumers.values()].map(({ name, pending: { size } }) => [name, size])).toEqual([
        ['a', 2],
        ['b', 1],
        ['', 0],
      ])
    }
    expect(server.body('copy')).toBe(server.body('k'))
  })

  it('keeps counters of 64 bits, whatever they are', () => {
    for (const count of [2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n), -2n]) {
      const groups = [{ read: count, pending: [1], deliveries: count, consumers: [{ name: 'c', pending: [1] }] }]
      expect(restore(body({ groups, added: BigInt.asUintN(64, count) }))).toBe('OK')
      server.copy()
      for (const key of ['k', 'copy']) {
        const [group] = stream(key).groups.values()
        const found = [stream(key).entriesAdded, group.entriesRead, group.deliveries(group.find(idOf(1, 0)))]
        expect(found.map(BigInt)).toEqual([count, count, count])
      }
      expect(server.body('copy')).toBe(server.body('k'))
    }
  })

  it('may be empty, and leaves nodes out that have no live entries', () => {
    expect(restore(body({ nodes: [] }))).toBe('OK')
    expect([stream().length, idText(stream().lastId)]).toEqual([0, '9-0'])
    expect(restore(body({ nodes: [[-1, -2], [3, -4], [-5]], maxDeleted: [5, 0] }))).toBe('OK')
    expect([entries(), stream().nodes.count, idText(stream().maxDeletedId)]).toEqual([['3-0 f v'], 1, '5-0'])
  })

  it('with nodes longer than a block is whole', () => {
    const bytes = payloadOf(RDB_STREAM_LISTPACKS_3, (writer) => {
      const elements = new ListpackElements()
      for (const value of [1, 0, 1]) elements.addInteger(value)
      elements.addText('f')
      for (const value of [0, 2, 0, 0]) elements.addInteger(value)
      elements.addText('x'.repeat(100_000))
      elements.addInteger(4)
      const listpack = listpackOf(elements)
      writer.length(1)
      writer.string(rawId(1), 0, 16)
      writer.string(listpack, 0, listpack.length)
      for (const part of [1, 9, 0, 1, 0, 0, 0, 1, 0]) writer.length(part)
    }).subarray(0, -10)
    expect(restore(bytes)).toBe('OK')
    server.copy()
    expect(entries('copy')).toEqual([`1-0 f ${'x'.repeat(100_000)}`])
  })

  it('is refused when its entries are not in order, or not as many as it says', () => {
    for (const facts of [
      { length: 3 },
      { nodes: [], length: 1 },
      { nodes: [[2, 1]] },
      { nodes: [[1, 1]] },
      { nodes: [[5], [1]] },
      { nodes: [[1], [1]] },
      { nodes: [[1, 7], [5]] },
      { nodes: [[1, -7], [5]] },
      { nodes: [[0]] },
      { last: [1, 0] },
      { maxDeleted: [20, 0] },
      { added: 1 },
    ] satisfies Stream[]) {
      expect([facts, restore(body(facts))]).toEqual([facts, BAD_FORMAT])
    }
    expect(server.run('DBSIZE')).toBe('(integer) 0')
  })

  it('is refused when its groups contradict themselves', () => {
    for (const groups of [
      [{}, {}],
      [{ consumers: [{ name: 'c' }, { name: 'c' }] }],
      [{ pending: [1, 1], consumers: [{ name: 'c', pending: [1] }] }],
      [{ pending: [1] }],
      [{ pending: [1, 2], consumers: [{ name: 'c', pending: [1] }] }],
      [{ pending: [1], consumers: [{ name: 'c', pending: [1, 2] }] }],
      [{ pending: [1], consumers: [{ name: 'c', pending: [1, 1] }] }],
      [
        {
          pending: [1],
          consumers: [
            { name: 'c', pending: [1] },
            { name: 'd', pending: [1] },
          ],
        },
      ],
    ] satisfies Group[][]) {
      expect([groups, restore(body({ groups }))]).toEqual([groups, BAD_FORMAT])
    }
    expect(server.run('DBSIZE')).toBe('(integer) 0')
  })

  it('gives back the memory of one that turns out to be damaged', () => {
    const pending = Array.from({ length: 3000 }, (_, i) => i + 1)
    const bytes = body({
      nodes: [pending],
      last: [9999, 0],
      groups: [{ pending, consumers: [{ name: 'c', pending }] }],
    })
    expect(restore(bytes)).toBe('OK')
    server.run('DEL k')
    const before = server.server.engine.usedBytes()
    for (let cut = 1; cut < 20; cut++) expect(restore(bytes.subarray(0, -cut * 1000))).toBe(BAD_FORMAT)
    expect(server.server.engine.usedBytes()).toBe(before)
  })
})

const GOLDEN: readonly (readonly [bytes: string, entries: readonly string[]])[] = [
  ['1500000500000005000100', []],
  [
    '150110000000000000000100000000000000013e3e00000018000201010101018166020001020100010001817602040103010101dfff02' +
      '817702040100010201dfff020201816702010181680202010801ff02030001010200030103677270010181ffffffffffffffff01000000' +
      '00000000010000000000000001865eacfca1010000010103636f6e865eacfca1010000865eacfca1010000010000000000000001000000' +
      '0000000001',
    ['1-1 f v', '3-0 g 1 h 2'],
  ],
]
