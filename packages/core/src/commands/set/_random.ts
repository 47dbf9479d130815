/** Members chosen at random, as SRANDMEMBER and SPOP do it. */

import type { Call } from '../../engine/call.ts'
import type { SetValue } from '../../keyspace/set-value.ts'

/** Beyond this part of the set, going through all of it once is cheaper than choosing one after the other. */
const PART_OF_SET_MAX = 3

/** Places of `count` different members; every choice of so many is equally likely. `count` is less than the size. */
export function distinctPlaces(call: Call, set: SetValue, count: number): Iterable<number> {
  const random = (): number => call.engine.random.next()
  const { size } = set
  if (count * PART_OF_SET_MAX <= size) {
    const places = new Set<number>()
    while (places.size < count) places.add(set.sample(random))
    return places
  }
  // Each one is taken with the chance that the rest of the choice has among the rest of the set.
  const places: number[] = []
  let left = size
  set.forEach((_buf, _start, _length, place) => {
    if ((random() / 2 ** 32) * left-- < count - places.length) places.push(place)
  })
  return places
}
