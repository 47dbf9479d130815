/** Size classes of the arena's blocks. Sizes are in units of 8 bytes unless a name says bytes. */

export const UNIT_BYTES = 8
/** A page holds blocks of one class. */
export const PAGE_UNITS = 8192
/** Largest block, bytes. Longer values get a buffer of their own. */
export const BLOCK_BYTES_MAX = 16 * 1024
const BLOCK_UNITS_MAX = BLOCK_BYTES_MAX / UNIT_BYTES

/** Sizes of the classes, ascending. */
export const CLASS_UNITS = buildClassUnits()
export const CLASSES_COUNT = CLASS_UNITS.length
/** Class that serves a size. */
export const CLASS_OF_UNITS = buildClassOfUnits()

/**
 * Up to 256 bytes every multiple of 8; then eight steps per doubling; over 4 KiB the sizes that divide a page without
 * waste. Rounding costs at most a ninth of a block, a fifth of the largest, on average 3.5 bytes for small blocks.
 */
function buildClassUnits(): Int32Array {
  const sizes: number[] = []
  for (let units = 1; units <= 32; units++) sizes.push(units)
  for (let base = 32; base < 512; base *= 2) {
    for (let step = 1; step <= 8; step++) sizes.push(base + (base / 8) * step)
  }
  for (let perPage = 15; perPage >= PAGE_UNITS / BLOCK_UNITS_MAX; perPage--) {
    sizes.push(Math.floor(PAGE_UNITS / perPage))
  }
  return Int32Array.from(sizes)
}

function buildClassOfUnits(): Uint8Array {
  const table = new Uint8Array(BLOCK_UNITS_MAX + 1)
  let c = 0
  for (let units = 1; units <= BLOCK_UNITS_MAX; units++) {
    while (CLASS_UNITS[c] < units) c++
    table[units] = c
  }
  return table
}
