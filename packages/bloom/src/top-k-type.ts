/**
 * Top-k lists as bytes. In RDB, `TopK-TYPE` in version 0, the fields of RedisBloom, numbers little-endian:
 *
 *     k, width, depth: unsigned; decay: double
 *     cells: bytes, 8 for each: fingerprint, count
 *     heap: bytes, 24 for each of k places: fingerprint, length of the item: 4 bytes each; 8 of no meaning; count: 4;
 *           4 of no meaning, of which those of the first place hold our random state
 *     k times: the item and a zero byte: bytes
 */

import { defineDataType, PayloadError, type PayloadReader, type PayloadWriter } from '@kvasir/module-api'
import { K_MAX, TopK } from './top-k.ts'

const PLACE_BYTES = 24
const COUNT_OFFSET = 16
const RANDOM_OFFSET = 20
const CELL_BYTES = 8

function refuse(what: string): never {
  throw new PayloadError(`no top-k list: ${what}`)
}

function writeFields(topK: TopK, writer: PayloadWriter): void {
  const { k, width, depth, decay, cells, fingerprints, counts } = topK
  writer.unsigned(k)
  writer.unsigned(width)
  writer.unsigned(depth)
  writer.double(decay)
  writer.bytes(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength))
  const heap = new Uint8Array(PLACE_BYTES * k)
  const view = new DataView(heap.buffer)
  for (let place = 0; place < k; place++) {
    view.setUint32(PLACE_BYTES * place, fingerprints[place], true)
    view.setUint32(PLACE_BYTES * place + 4, topK.itemAt(place).length, true)
    view.setUint32(PLACE_BYTES * place + COUNT_OFFSET, counts[place], true)
  }
  view.setUint32(RANDOM_OFFSET, topK.randomState, true)
  writer.bytes(heap)
  for (let place = 0; place < k; place++) {
    const item = topK.itemAt(place)
    const terminated = new Uint8Array(item.length + 1)
    terminated.set(item)
    writer.bytes(terminated)
  }
}

function readFields(reader: PayloadReader): TopK {
  const number = (): number => Number(reader.unsigned())
  const k = number()
  const width = number()
  const depth = number()
  const decay = reader.double()
  if (!(k >= 1 && k <= K_MAX && width >= 1 && depth >= 1)) refuse('k, width or depth')
  if (!(decay > 0 && decay <= 1)) refuse('the decay')
  const cells = reader.bytes()
  if (width * depth * CELL_BYTES !== cells.length) refuse('the cells')
  const heap = reader.bytes()
  if (heap.length !== PLACE_BYTES * k) refuse('the heap')
  const topK = new TopK(k, width, depth, decay, new Uint32Array(cells.slice().buffer))
  const view = new DataView(heap.buffer, heap.byteOffset, heap.length)
  for (let place = 0; place < k; place++) {
    const terminated = reader.bytes()
    const length = view.getUint32(PLACE_BYTES * place + 4, true)
    if (terminated.length !== length + 1) refuse('the length of an item')
    const count = view.getUint32(PLACE_BYTES * place + COUNT_OFFSET, true)
    if (count === 0 && length > 0) refuse('an item without a count')
    topK.setPlace(place, terminated.subarray(0, length), view.getUint32(PLACE_BYTES * place, true), count)
  }
  if (!topK.isHeap) refuse('the order of the heap')
  const randomState = view.getUint32(RANDOM_OFFSET, true)
  if (randomState !== 0) topK.randomState = randomState
  return topK
}

export const topKType = defineDataType<TopK>({
  name: 'TopK-TYPE',
  version: 0,
  save: writeFields,
  load: readFields,
  memoryBytes: (topK) => topK.memoryBytes,
  copy: (topK) => topK.copy(),
  digest: writeFields,
})
