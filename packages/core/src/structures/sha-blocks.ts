/**
 * SHA blocks: what SHA-1 and SHA-256 have in common. A message is cut into blocks of 64 bytes, padded, and mixed into a
 * state block by block; the state is the digest. Source: FIPS 180-4.
 */

const BLOCK_BYTES = 64

/** Mixes a block into the state. @param schedule begins with the block's 16 words */
export type MixBlock = (state: Int32Array, schedule: Int32Array) => void

/**
 * @param state the initial words, which become the digest's
 * @param schedule room for as many words as there are rounds
 * @returns the digest of `buf[start .. start + length)`, 4 bytes for each word of the state
 */
export function digestBlocks(
  state: Int32Array,
  schedule: Int32Array,
  mixBlock: MixBlock,
  buf: Uint8Array,
  start: number,
  length: number,
): Uint8Array {
  const whole = length - (length % BLOCK_BYTES)
  for (let at = 0; at < whole; at += BLOCK_BYTES) {
    readBlock(schedule, buf, start + at)
    mixBlock(state, schedule)
  }
  // The rest, a one bit, zeros, and the length in bits as 64 bits.
  const rest = length - whole
  const tail = new Uint8Array(rest < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES)
  tail.set(buf.subarray(start + whole, start + length))
  tail[rest] = 0x80
  const view = new DataView(tail.buffer)
  view.setUint32(tail.length - 8, Math.floor(length / 2 ** 29))
  view.setUint32(tail.length - 4, (length << 3) >>> 0)
  for (let at = 0; at < tail.length; at += BLOCK_BYTES) {
    readBlock(schedule, tail, at)
    mixBlock(state, schedule)
  }
  const digest = new Uint8Array(state.length * 4)
  const words = new DataView(digest.buffer)
  for (let i = 0; i < state.length; i++) words.setInt32(i * 4, state[i])
  return digest
}

function readBlock(schedule: Int32Array, buf: Uint8Array, at: number): void {
  for (let i = 0; i < 16; i++) {
    const k = at + i * 4
    schedule[i] = (buf[k] << 24) | (buf[k + 1] << 16) | (buf[k + 2] << 8) | buf[k + 3]
  }
}
