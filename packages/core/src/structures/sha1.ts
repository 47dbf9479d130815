/**
 * SHA-1, for names that Redis's protocol defines by it: digests of DEBUG DIGEST, ids of scripts. Not for secrets.
 *
 * Written out because the engine runs where there is no `node:crypto`. Source: FIPS 180-4.
 */

import { digestBlocks } from './sha-blocks.ts'

export const SHA1_BYTES = 20

/** @returns the 20 bytes of the digest of `buf[start .. start + length)` */
export function sha1(buf: Uint8Array, start = 0, length = buf.length - start): Uint8Array {
  return digestBlocks(
    Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
    new Int32Array(80),
    mixBlock,
    buf,
    start,
    length,
  )
}

function mixBlock(state: Int32Array, w: Int32Array): void {
  for (let i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1)
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number]
  for (let i = 0; i < 80; i++) {
    let f: number
    if (i < 20) f = ((b & c) | (~b & d)) + 0x5a827999
    else if (i < 40) f = (b ^ c ^ d) + 0x6ed9eba1
    else if (i < 60) f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
    else f = (b ^ c ^ d) + 0xca62c1d6
    const next = (rotate(a, 5) + f + e + w[i]) | 0
    e = d
    d = c
    c = rotate(b, 30)
    b = a
    a = next
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
  state[4] += e
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}
