import { describe, expect, it } from 'vitest'
import { fromLatin1 } from './bytes.ts'
import { xxh3, xxh3Hex } from './xxh3.ts'

/** Digests of the first bytes of `randomBytes`, by the reference implementation (xxHash 0.8, XXH3_64bits). */
const DIGESTS: readonly (readonly [length: number, digest: string])[] = [
  [0, '2d06800538d394c2'],
  [1, '429e81bc6744101c'],
  [2, 'a65771cbfd464c2d'],
  [3, '32dbb5c7774cc94f'],
  [4, '65775238ca34c06f'],
  [5, 'd3bdebb681920cdf'],
  [7, '39027a52dcba383e'],
  [8, '90b760c9d253d0ff'],
  [9, '15ae9f843bb50ea4'],
  [10, '5734067869cc9237'],
  [12, '8b715eccbb8c022c'],
  [15, '54b0978486c08a15'],
  [16, '372c92fa68129c98'],
  [17, 'b5d6b9c1898bd9d6'],
  [18, '02e08656a1e1bfce'],
  [24, '77ada19713213619'],
  [31, '79c8355e61bb90b5'],
  [32, '0ab1dbf9e9f8c22c'],
  [33, '4f4ae280e8465c3c'],
  [47, '79f000e3aa917ff3'],
  [48, 'cb8086c34610a21c'],
  [63, '1f695e8f419c1eaa'],
  [64, '84fcac4cce9f990d'],
  [65, '2c9f18dff914a8bd'],
  [80, '814e049111d7eab0'],
  [95, 'c9924a1f0459a80c'],
  [96, 'e1e1ba1b4e47ded7'],
  [97, '5cc877781800cb6b'],
  [100, '2d7c1fb25df2d1da'],
  [112, 'daa88a9d4fef52be'],
  [127, 'c33e60b9db382d32'],
  [128, 'c59e505a97d029e0'],
  [129, 'f9e651a476d6d3ca'],
  [130, 'a54d13e6fd3143d3'],
  [143, '4916c14bd2fd8e2a'],
  [144, '6630fc8e0296f27f'],
  [145, 'd64fbe6a2bd5a604'],
  [160, '35073e7743b6b66a'],
  [175, '035ea875789e2f1c'],
  [176, 'e6a838aa9f65fd90'],
  [192, 'adf94aa2ceb17135'],
  [207, 'cc10c8ce443de852'],
  [208, 'd903bea3a776dafb'],
  [224, '59b2ad0b00427e29'],
  [239, '4d083af3e4a9a1cf'],
  [240, '967597e635f3c527'],
  [241, 'd6afac6f8fa85b01'],
  [242, '794d3e0c56018e33'],
  [255, '22062a421972fdde'],
  [256, '9e6593bab96413da'],
  [257, 'c7f456fff4eaca08'],
  [319, '3983c8bf8dce5816'],
  [320, 'c728c9e2ed449218'],
  [321, 'f69dc1717f6a541b'],
  [512, '426b67e0356d303d'],
  [513, 'b757ecc047a39809'],
  [1023, '120a0457e3e899f6'],
  [1024, 'bb9f0c3761cdfd54'],
  [1025, '95edccc1adc4d895'],
  [1087, 'b954c65e909b59e2'],
  [1088, 'e8391a3978cbcf06'],
  [1089, 'b6e2a9bc2973e16a'],
  [2047, '52e24987b24854e3'],
  [2048, '278f7a6a39416b51'],
  [2049, '644272755e8980a0'],
  [4096, '436f521f6688c5ed'],
  [100_000, 'b2d424868b772e96'],
]

/** A linear congruential generator's upper bytes, with some bytes ahead so that nothing depends on where they lie. */
function randomBytes(ahead: number, length: number): Uint8Array {
  const bytes = new Uint8Array(ahead + length)
  let x = 1
  for (let i = ahead; i < bytes.length; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0
    bytes[i] = x >>> 24
  }
  return bytes
}

describe('xxh3', () => {
  it.each([0, 3])('has the digests of the reference implementation for every class of length, from byte %i', (at) => {
    const bytes = randomBytes(at, 100_000)
    expect(DIGESTS.map(([length]) => [length, xxh3Hex(bytes, at, length)])).toEqual(DIGESTS)
  })

  it("has the reference implementation's digest of all digests of up to 2100 bytes", () => {
    const bytes = randomBytes(0, 2100)
    let all = ''
    for (let length = 0; length <= 2100; length++) all += xxh3Hex(bytes, 0, length)
    expect(xxh3Hex(fromLatin1(all), 0, all.length)).toBe('28cd28b73893d8eb')
  })

  it('hashes the largest words right', () => {
    const bytes = new Uint8Array(2048).fill(255)
    expect(xxh3Hex(bytes, 0, 2048)).toBe('76f834f0e3f0f9e3')
    expect(xxh3Hex(bytes, 0, 200)).toBe('332ec33c7661eb58')
  })

  it('keeps leading zeros', () => {
    const text = 'v8lf0c11xh8ymlqztfd3eeq16kfn4sspw7fqmnuuq3k3t75em5wdizgcdw7uc26nnf961u2jkfzkjytls2kwlj7626sd'
    expect(xxh3(fromLatin1(text), 0, text.length)).toBe(0x6c38adf31777n)
    expect(xxh3Hex(fromLatin1(text), 0, text.length)).toBe('00006c38adf31777')
  })
})
