/** What the declarations of GEOSEARCH, GEORADIUS and their like have in common. */

import { arg, type CommandWords, type FoundKey, type KeySpec, reply } from '@kvasir/module-api'
import { placeReply, unitArgument } from './_coordinates.ts'

/** COUNT and its ANY, which came later to GEORADIUS. */
const countArgument = (anyOptions: { readonly since?: string }) =>
  arg.optional(arg.block({ count: arg.after('COUNT', arg.integer()), any: arg.flag('ANY', anyOptions) }))

const orderArgument = () => arg.optional(arg.oneOf({ asc: arg.token('ASC'), desc: arg.token('DESC') }))

const partArguments = () => ({
  withcoord: arg.flag('WITHCOORD'),
  withdist: arg.flag('WITHDIST'),
  withhash: arg.flag('WITHHASH'),
})

/** Centre, shape, order and count of GEOSEARCH. */
const areaArguments = () => ({
  from: arg.optional(
    arg.oneOf({
      member: arg.after('FROMMEMBER', arg.string()),
      fromlonlat: arg.after('FROMLONLAT', arg.block({ longitude: arg.double(), latitude: arg.double() })),
    }),
  ),
  by: arg.oneOf({
    circle: arg.block({ radius: arg.after('BYRADIUS', arg.double()), unit: unitArgument() }),
    box: arg.block({ width: arg.after('BYBOX', arg.double()), height: arg.double(), unit: unitArgument() }),
    polygon: arg.block(
      {
        numVertices: arg.after('BYPOLYGON', arg.integer()),
        vertices: arg.repeated(arg.block({ longitude: arg.double(), latitude: arg.double() })),
      },
      { since: '9.0.0' },
    ),
  }),
  order: orderArgument(),
  countBlock: countArgument({}),
})

export const searchArguments = () => ({ ...areaArguments(), ...partArguments() })
export const searchStoreArguments = () => ({ ...areaArguments(), storedist: arg.flag('STOREDIST') })

/** Radius and options of GEORADIUS and GEORADIUSBYMEMBER. */
export const radiusArguments = (anyOptions: { readonly since?: string }) => ({
  radius: arg.double(),
  unit: unitArgument(),
  ...partArguments(),
  countBlock: countArgument(anyOptions),
  order: orderArgument(),
})

export const storeArgument = () =>
  arg.optional(
    arg.oneOf({
      storekey: arg.after('STORE', arg.key({ access: 'OW', display: 'key' })),
      storedistkey: arg.after('STOREDIST', arg.key({ access: 'OW', display: 'key' })),
    }),
  )

/** @param startFrom the first word that may be STORE */
export function radiusKeySpecs(startFrom: number): readonly KeySpec[] {
  const findKeys = { type: 'range', lastKey: 0, step: 1, limit: 0 } as const
  const store = (keyword: string): KeySpec => ({
    access: 'OW',
    flags: ['update', 'variable_flags'],
    beginSearch: { type: 'keyword', keyword, startFrom },
    findKeys,
  })
  const source: KeySpec = { access: 'RO', flags: ['access'], beginSearch: { type: 'index', pos: 1 }, findKeys }
  return [source, store('STORE'), store('STOREDIST')]
}

/** The sorted set, and the key behind the last STORE or STOREDIST. */
export function findRadiusKeys(words: CommandWords, startFrom: number): readonly FoundKey[] {
  let storeIndex = 0
  for (let i = startFrom; i + 1 < words.argc; i++) {
    if (words.is(i, 'store') || words.is(i, 'storedist')) storeIndex = ++i
  }
  const source: FoundKey = { index: 1, access: 'RO', flags: ['access'] }
  return storeIndex === 0 ? [source] : [source, { index: storeIndex, access: 'OW', flags: ['update'] }]
}

export const matchesReply = reply.oneOf([
  reply.list(reply.string('a member')),
  reply.list(
    reply.array([
      reply.string('a member'),
      reply.string('with WITHDIST: how far it is from the centre'),
      reply.integer('with WITHHASH: its geohash as a number'),
      placeReply,
    ]),
  ),
])

export const storedReply = reply.integer('how many members are stored')

export const SEARCH_COMPLEXITY =
  'O(N+log(M)) where N is the number of members in the cells around the area and M that of all members'
