/**
 * Argument docs: a declaration's arguments as COMMAND DOCS tells of them. Names are in kebab-case, a count stands
 * before what it counts, and each key knows its key spec.
 */

import type { ArgumentMap, ArgumentSpec, ArgumentType, KeySpec } from '@kvasir/module-api'

export interface ArgumentDoc {
  readonly name: string
  readonly type: ArgumentType
  /** As it stands in a usage line; absent for those that only group others. */
  readonly display?: string
  readonly keySpecIndex?: number
  readonly token?: string
  readonly since?: string
  readonly deprecatedSince?: string
  readonly optional: boolean
  readonly multiple: boolean
  readonly multipleToken: boolean
  /** Alternatives of a oneof, parts of a block; else empty. */
  readonly arguments: readonly ArgumentDoc[]
}

export function argumentDocs(args: ArgumentMap, keySpecs: readonly KeySpec[]): readonly ArgumentDoc[] {
  const keys = { next: 0, count: keySpecs.length }
  return docsOf(args, keys)
}

/** Gives out the key specs in order. */
interface KeyCounter {
  next: number
  readonly count: number
}

function docsOf(args: Readonly<Record<string, ArgumentSpec>>, keys: KeyCounter): readonly ArgumentDoc[] {
  const docs: ArgumentDoc[] = []
  for (const [property, spec] of Object.entries(args)) {
    const name = spec.docsName ?? property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    if (spec.counted !== true) {
      docs.push(docOf(name, spec, keys))
      continue
    }
    // The token and the right to be left out belong to the count, which comes first.
    docs.push(countOf(name, spec))
    const { token: _token, ...counted } = spec
    docs.push(docOf(name, { ...counted, optional: spec.countMin === 0 }, keys))
  }
  return docs
}

function countOf(name: string, spec: ArgumentSpec): ArgumentDoc {
  const countName = spec.countName ?? `num${name}s`
  return {
    name: countName,
    type: 'integer',
    display: countName,
    ...(spec.token === undefined ? {} : { token: spec.token }),
    optional: spec.optional === true,
    multiple: false,
    multipleToken: false,
    arguments: [],
  }
}

function docOf(name: string, spec: ArgumentSpec, keys: KeyCounter): ArgumentDoc {
  const { type, token, since, deprecatedSince } = spec
  const isGroup = type === 'oneof' || type === 'block'
  // The last key spec may tell of several keys in a row.
  const keySpecIndex = type === 'key' ? (spec.keySpec ?? Math.min(keys.next++, keys.count - 1)) : spec.keySpec
  return {
    name,
    type,
    ...(isGroup ? {} : { display: spec.display ?? name }),
    ...(keySpecIndex === undefined || keySpecIndex < 0 ? {} : { keySpecIndex }),
    ...(token === undefined ? {} : { token: token.toUpperCase() }),
    ...(since === undefined ? {} : { since }),
    ...(deprecatedSince === undefined ? {} : { deprecatedSince }),
    optional: spec.optional === true,
    multiple: spec.multiple === true,
    multipleToken: spec.multipleToken === true,
    arguments: docsOf(spec.arguments ?? {}, keys),
  }
}
