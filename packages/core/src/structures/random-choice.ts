/** Different elements of a collection, chosen at random: what HRANDFIELD, SRANDMEMBER and ZRANDMEMBER answer with. */

/** Beyond this part of the collection, listing all of it once is cheaper than choosing one after the other. */
const TRIED_PART_MAX = 3

/**
 * `count` different ones of `size` elements, fewer than all; every choice of so many is equally likely.
 * @param random returns 32 random bits
 * @param sample any element, each as likely as any other
 * @param all every element once, in an array that is the callee's
 */
export function chooseDistinct(
  random: () => number,
  size: number,
  count: number,
  sample: () => number,
  all: () => Int32Array,
): Iterable<number> {
  if (count * TRIED_PART_MAX <= size) {
    const chosen = new Set<number>()
    while (chosen.size < count) chosen.add(sample())
    return chosen
  }
  const elements = all()
  for (let i = 0; i < count; i++) {
    const other = i + (random() % (size - i))
    const chosen = elements[other]
    elements[other] = elements[i]
    elements[i] = chosen
  }
  return elements.subarray(0, count)
}
