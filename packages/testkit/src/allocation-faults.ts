/** Allocation faults: an engine whose memory runs out in the middle of what it does. */

import type { Engine } from '@kvasir/core'

/**
 * Lets so many allocations of blocks for keys and values succeed, in every database that there is, and no more until it
 * is disposed of: a command that needs one is answered with an OOM error. For maxmemory, set that.
 *
 *     using _ = failAllocations(engine.engine, 3)
 */
export function failAllocations(engine: Engine, after: number): Disposable {
  let left = after
  const arenas = [...engine.databases()].map(({ arena }) => arena)
  for (const arena of arenas) {
    const { alloc } = arena
    Object.defineProperty(arena, 'alloc', {
      configurable: true,
      value: (bytes: number, kind: number): number => {
        // What V8 says when there is no memory for a buffer.
        if (left-- <= 0) throw new RangeError('Array buffer allocation failed')
        return alloc.call(arena, bytes, kind)
      },
    })
  }
  return {
    [Symbol.dispose]() {
      for (const arena of arenas) Reflect.deleteProperty(arena, 'alloc')
    },
  }
}
