/**
 * What list-max-listpack-size means: how large a node of a list may be, and so up to where a whole list is one
 * listpack. A positive number is elements, and 8 KiB at most all the same; -1 to -5 are 4, 8, 16, 32 and 64 KiB.
 */

import { BLOCK_BYTES_MAX } from '../structures/size-classes.ts'

export interface ListLimits {
  /** list-max-listpack-size. */
  readonly listNodeSize: number
}

const NODE_BYTES_BY_COUNT = 8192
const SMALLEST_SIZE_BYTES = 4096
const LARGEST_SIZE = -5
/** What an element of the longest kind is longer than its bytes in a node, rounded up. */
const ELEMENT_MARGIN_BYTES = 16

function nominalNodeBytes({ listNodeSize }: ListLimits): number {
  return listNodeSize >= 0 ? NODE_BYTES_BY_COUNT : SMALLEST_SIZE_BYTES << (-Math.max(listNodeSize, LARGEST_SIZE) - 1)
}

/** Most bytes of a node whose elements are replaced: Redis lets it grow beyond its limit then. */
export const REPLACED_NODE_BYTES_MAX = BLOCK_BYTES_MAX - ELEMENT_MARGIN_BYTES

/** Most bytes of a node: Redis's, as far as a block of the arena holds that and one element more. */
export function listNodeBytes(limits: ListLimits): number {
  return Math.min(nominalNodeBytes(limits), BLOCK_BYTES_MAX - ELEMENT_MARGIN_BYTES)
}

/** Most elements of a node. */
export function listNodeItems({ listNodeSize }: ListLimits): number {
  return listNodeSize < 0 ? Number.POSITIVE_INFINITY : Math.max(1, listNodeSize)
}

/** Whether a listpack of this size is too large for one node, so that Redis calls the list a quicklist. */
export function exceedsListpack(limits: ListLimits, bytes: number, items: number): boolean {
  return bytes > nominalNodeBytes(limits) || items > listNodeItems(limits)
}

/** Whether our nodes hold as much as Redis's. */
export function areNodesNominal(limits: ListLimits): boolean {
  return nominalNodeBytes(limits) <= BLOCK_BYTES_MAX
}

/** Whether a list with one node is so small that Redis makes it a listpack again: half of what the node may hold. */
export function isListpackAgain(limits: ListLimits, bytes: number, items: number): boolean {
  return limits.listNodeSize < 0
    ? bytes <= nominalNodeBytes(limits) / 2
    : items <= Math.floor(listNodeItems(limits) / 2)
}
