/** JSON Merge Patch (RFC 7396): a patch's members replace, add or, when null, take out those of the target. */

import { keyBytes, memberFinder } from './members.ts'
import { contentStart, headerBytes, KIND_OBJECT, kindAt, nodeEnd, TAG_NULL, widthFor, writeHeader } from './node.ts'

/** An object or scalar in parts, none of which is copied before all are known. */
interface Parts {
  readonly parts: Uint8Array[]
  size: number
}

/**
 * The target with the patch merged into it.
 * @param targetAt -1 for none: the patch without the members that are null
 */
export function mergedNode(target: Uint8Array, targetAt: number, patch: Uint8Array, patchAt: number): Uint8Array {
  const { parts, size } = merge(target, targetAt, patch, patchAt)
  const node = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    node.set(part, at)
    at += part.length
  }
  return node
}

function add(into: Parts, bytes: Uint8Array): void {
  into.parts.push(bytes)
  into.size += bytes.length
}

function merge(target: Uint8Array, targetAt: number, patch: Uint8Array, patchAt: number): Parts {
  const whole: Parts = { parts: [], size: 0 }
  if (kindAt(patch, patchAt) !== KIND_OBJECT) {
    add(whole, patch.subarray(patchAt, nodeEnd(patch, patchAt)))
    return whole
  }
  const isObject = targetAt >= 0 && kindAt(target, targetAt) === KIND_OBJECT
  const content: Parts = { parts: [], size: 0 }
  let count = 0
  const inPatch = memberFinder(patch, patchAt)
  const put = (key: Uint8Array, value: Parts): void => {
    add(content, key)
    for (const part of value.parts) add(content, part)
    count++
  }
  if (isObject) {
    for (let key = contentStart(target, targetAt); key < nodeEnd(target, targetAt); ) {
      const value = nodeEnd(target, key)
      const end = nodeEnd(target, value)
      const changed = inPatch(keyBytes(target, key))
      if (changed < 0) {
        add(content, target.subarray(key, end))
        count++
      } else {
        const by = nodeEnd(patch, changed)
        if (patch[by] !== TAG_NULL) put(target.subarray(key, value), merge(target, value, patch, by))
      }
      key = end
    }
  }
  const inTarget = isObject ? memberFinder(target, targetAt) : () => -1
  for (let key = contentStart(patch, patchAt); key < nodeEnd(patch, patchAt); ) {
    const value = nodeEnd(patch, key)
    const isNew = inTarget(keyBytes(patch, key)) < 0
    if (isNew && patch[value] !== TAG_NULL) put(patch.subarray(key, value), merge(target, -1, patch, value))
    key = nodeEnd(patch, value)
  }
  const width = widthFor(content.size)
  const header = new Uint8Array(headerBytes(width))
  writeHeader(header, 0, KIND_OBJECT, width, content.size, count)
  add(whole, header)
  for (const part of content.parts) add(whole, part)
  return whole
}
