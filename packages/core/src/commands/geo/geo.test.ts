import { beforeEach, describe, expect, it } from 'vitest'
import { seededRandom, startTestEngine, type TestEngine } from '../_test-client.ts'

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'
const SYNTAX = '(error) ERR syntax error'
const NOT_FLOAT = '(error) ERR value is not a valid float'

let server: TestEngine
const run = (line: string): string => server.client.run(line)
/** Members of a flat reply. */
const list = (line: string): string[] => {
  const text = run(line).slice(1, -1)
  return text === '' ? [] : text.split(', ')
}
/** Events, but for those of missing keys. */
const events = (): string[] => server.events().filter((event) => !event.startsWith('keymiss'))

beforeEach(() => {
  server = startTestEngine()
  run('GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania')
  run('SET s v')
  server.events()
})

describe('GEOADD', () => {
  it('adds places, under conditions, and says how many are new or changed', () => {
    expect(run('GEOADD g 13.361389 38.115556 Palermo 2 48 Paris')).toBe('(integer) 1')
    expect(run('GEOADD g CH 2.35 48.85 Paris 13.361389 38.115556 Palermo')).toBe('(integer) 1')
    expect(run('GEOADD g NX 0 0 Paris 1 1 x')).toBe('(integer) 1')
    expect(run('GEOADD g XX CH 2 2 x 3 3 y')).toBe('(integer) 1')
    expect(run('ZCARD g')).toBe('(integer) 4')
    expect(run('ZSCORE g Palermo')).toBe('3479099956230698')
    expect(run('TYPE g')).toBe('zset')
    expect(events()).toEqual(['zadd g 0', 'zadd g 0', 'zadd g 0', 'zadd g 0'])
  })

  it('takes places up to the ends of the map, and no others', () => {
    expect(run('GEOADD e 180 85.05112878 a -180 -85.05112878 b')).toBe('(integer) 2')
    expect(run('GEOADD e 180.0000001 0 c')).toBe('(error) ERR invalid longitude,latitude pair 180.000000,0.000000')
    expect(run('GEOADD e 1 2 c -0 86 d')).toBe('(error) ERR invalid longitude,latitude pair -0.000000,86.000000')
    expect(run('GEOADD e 1e22 -inf c')).toBe(
      '(error) ERR invalid longitude,latitude pair 10000000000000000000000.000000,-inf',
    )
    expect(run('ZCARD e')).toBe('(integer) 2')
  })

  it('refuses what is wrong', () => {
    expect(run('GEOADD g x 1 m')).toBe(NOT_FLOAT)
    expect(run('GEOADD g 1 nan m')).toBe(NOT_FLOAT)
    for (const words of ['NX XX 1 2 m', 'INCR 1 2 m', '1 2 m 3', 'CH NX 1 2', 'GT 1 2 m']) {
      expect(run(`GEOADD g ${words}`)).toBe(SYNTAX)
    }
    expect(run('GEOADD s x 1 m')).toBe(NOT_FLOAT)
    expect(run('GEOADD s 1 1 m')).toBe(WRONG_TYPE)
  })
})

describe('GEODIST, GEOPOS and GEOHASH', () => {
  it('tell how far apart members are', () => {
    expect(run('GEODIST g Palermo Catania')).toBe('166274.1516')
    expect(run('GEODIST g Palermo Catania KM')).toBe('166.2742')
    expect(run('GEODIST g Palermo Catania ft')).toBe('545518.8700')
    expect(run('GEODIST g Palermo Catania mi')).toBe('103.3182')
    expect(run('GEODIST g Palermo Palermo')).toBe('0.0000')
    expect(run('GEODIST g Palermo missing')).toBe('(nil)')
    expect(run('GEODIST missing a b')).toBe('(nil)')
    const unit = '(error) ERR unsupported unit provided. please use M, KM, FT, MI'
    expect(run('GEODIST missing a b yd')).toBe(unit)
    expect(run('GEODIST s a b yd')).toBe(unit)
    expect(run('GEODIST g Palermo Catania m m')).toBe(SYNTAX)
    run('HELLO 3')
    expect(server.client.raw('GEODIST', 'g', 'Palermo', 'Catania')).toBe('$11\r\n166274.1516\r\n')
  })

  it('tell where members are', () => {
    const palermo = '[13.36138933897018433, 38.11555639549629859]'
    expect(run('GEOPOS g Palermo missing')).toBe(`[${palermo}, (nil)]`)
    expect(server.client.raw('GEOPOS', 'g', 'missing')).toBe('*1\r\n*-1\r\n')
    expect(run('GEOPOS missing a')).toBe('[(nil)]')
    expect(run('GEOPOS g')).toBe('[]')
    expect(run('GEOHASH g Palermo missing Catania')).toBe('[sqc8b49rny0, (nil), sqdtr74hyu0]')
    run('HELLO 3')
    expect(server.client.raw('GEOPOS', 'g', 'Palermo', 'missing')).toBe(
      '*2\r\n*2\r\n,13.36138933897018433\r\n,38.11555639549629859\r\n_\r\n',
    )
  })
})

describe('GEOSEARCH', () => {
  it('finds what lies in a circle, a box and a polygon', () => {
    run('GEOADD g 12.758489 38.788135 edge1 17.241510 38.788135 edge2')
    expect(run('GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ASC')).toBe('[Catania, Palermo]')
    expect(run('GEOSEARCH g FROMLONLAT 15 37 BYBOX 400 400 km ASC WITHDIST')).toBe(
      '[[Catania, 56.4413], [Palermo, 190.4424], [edge2, 279.7403], [edge1, 279.7405]]',
    )
    expect(run('GEOSEARCH g FROMMEMBER Palermo BYBOX 400 100 km DESC')).toBe('[Palermo]')
    expect(run('GEOSEARCH g BYPOLYGON 3 10 30 20 30 15 45 ASC WITHDIST COUNT 2')).toBe(
      '[[Catania, 271790.7291], [Palermo, 369997.5654]]',
    )
    expect(run('GEOSEARCH missing FROMMEMBER x BYRADIUS 1 m')).toBe('[]')
  })

  it('answers with distance, hash and place in this order', () => {
    const options = ['FROMMEMBER', 'Palermo', 'BYRADIUS', '1', 'km', 'WITHCOORD', 'WITHHASH', 'WITHDIST']
    const start = '*1\r\n*4\r\n$7\r\nPalermo\r\n$6\r\n0.0000\r\n:3479099956230698\r\n*2\r\n'
    expect(server.client.raw('GEOSEARCH', 'g', ...options)).toBe(
      `${start}$20\r\n13.36138933897018433\r\n$20\r\n38.11555639549629859\r\n`,
    )
    run('HELLO 3')
    expect(server.client.raw('GEOSEARCH', 'g', ...options)).toBe(
      `${start},13.36138933897018433\r\n,38.11555639549629859\r\n`,
    )
  })

  it('keeps the nearest ones with COUNT, and any with ANY', () => {
    expect(run('GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1')).toBe('[Catania]')
    expect(run('GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km COUNT 1 DESC')).toBe('[Palermo]')
    expect(list('GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km ANY COUNT 1').length).toBe(1)
    expect(list('GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 200 km COUNT 9223372036854775807').length).toBe(2)
    expect(run('GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 1 km ANY')).toBe(
      '(error) ERR the ANY argument requires COUNT argument',
    )
  })

  it('refuses what is wrong', () => {
    const refusals: Readonly<Record<string, string>> = {
      'FROMLONLAT 1 2 BYRADIUS x km': 'ERR need numeric radius',
      'FROMLONLAT 1 2 BYRADIUS -1 km': 'ERR radius cannot be negative',
      'FROMLONLAT 1 2 BYRADIUS 1 yd': 'ERR unsupported unit provided. please use M, KM, FT, MI',
      'FROMLONLAT 1 2 BYBOX x 1 km': 'ERR need numeric width',
      'FROMLONLAT 1 2 BYBOX 1 x km': 'ERR need numeric height',
      'FROMLONLAT 1 2 BYBOX 1 -1 km': 'ERR height or width cannot be negative',
      'FROMLONLAT 1 99 BYRADIUS 1 km': 'ERR invalid longitude,latitude pair 1.000000,99.000000',
      'FROMMEMBER none BYRADIUS 1 km': 'ERR member none does not exist',
      'BYRADIUS 1 km ASC ASC': 'ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GEOSEARCH',
      'FROMLONLAT 1 2 ASC ASC': 'ERR exactly one of BYRADIUS, BYBOX and BYPOLYGON can be specified for GEOSEARCH',
      'FROMLONLAT 1 2 BYRADIUS 1 km BYBOX 1 1 m': 'ERR syntax error',
      'FROMLONLAT 1 2 FROMMEMBER Palermo BYRADIUS 1 km': 'ERR syntax error',
      'FROMLONLAT 1 2 BYPOLYGON 3 1 1 2 2 3 1': 'ERR syntax error',
      'FROMLONLAT 1 2 BYRADIUS 1 km STORE x': 'ERR syntax error',
      'FROMLONLAT 1 2 BYRADIUS 1 km STOREDIST': 'ERR syntax error',
      'FROMLONLAT 1 2 BYRADIUS 1 km COUNT 0': 'ERR COUNT must be > 0',
      'FROMLONLAT 1 2 BYRADIUS 1 km COUNT x': 'ERR value is not an integer or out of range',
      'BYPOLYGON 2 1 1 2 2': 'ERR GEOSEARCH BYPOLYGON must have at least 3 vertices',
      'BYPOLYGON 4 1 1 2 2 3 1': 'ERR GEOSEARCH BYPOLYGON must have at least 3 vertices',
      'BYPOLYGON 2147483648 1 1 2 2 3 1': 'ERR invalid number of vertices',
      'BYPOLYGON x 1 1 2 2 3 1': 'ERR invalid number of vertices',
      'BYPOLYGON -2147483648 1 1 2 2 3 1': 'ERR GEOSEARCH BYPOLYGON must have at least 3 vertices',
      'BYPOLYGON -2147483649 1 1 2 2 3 1': 'ERR invalid number of vertices',
      'BYPOLYGON 3 1 1 2 x 3 1': 'ERR value is not a valid float',
    }
    for (const [words, error] of Object.entries(refusals)) {
      expect(run(`GEOSEARCH g ${words}`)).toBe(`(error) ${error}`)
    }
    expect(run('GEOSEARCH s FROMMEMBER a BYRADIUS x yd FOO')).toBe(WRONG_TYPE)
    expect(run('GEOSEARCH missing FROMMEMBER a BYRADIUS 1 km FOO')).toBe(SYNTAX)
  })
})

describe('GEOSEARCHSTORE', () => {
  it('stores geohashes or distances, over anything, and deletes the key when there is nothing', () => {
    const area = 'FROMLONLAT 15 37 BYRADIUS 200 km'
    expect(run(`GEOSEARCHSTORE d g ${area}`)).toBe('(integer) 2')
    expect(run('ZRANGE d 0 -1 WITHSCORES')).toBe('[Palermo, 3479099956230698, Catania, 3479447370796909]')
    expect(run(`GEOSEARCHSTORE s g ${area} COUNT 1 STOREDIST`)).toBe('(integer) 1')
    expect(Number(run('ZSCORE s Catania'))).toBeCloseTo(56.4412578701582, 10)
    expect(run(`GEOSEARCHSTORE g g ${area} COUNT 1`)).toBe('(integer) 1')
    expect(run('ZRANGE g 0 -1')).toBe('[Catania]')
    expect(run('GEOSEARCHSTORE d missing FROMMEMBER x BYRADIUS 1 m')).toBe('(integer) 0')
    expect(run('EXISTS d')).toBe('(integer) 0')
    expect(events()).toEqual(['geosearchstore d 0', 'geosearchstore s 0', 'geosearchstore g 0', 'del d 0'])
    expect(run(`GEOSEARCHSTORE d g ${area} WITHDIST`)).toBe(
      '(error) ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options',
    )
  })
})

describe('GEORADIUS, GEORADIUS_RO, GEORADIUSBYMEMBER and GEORADIUSBYMEMBER_RO', () => {
  it('find what lies in a circle around a place or a member', () => {
    expect(run('GEORADIUS g 15 37 200 km ASC')).toBe('[Catania, Palermo]')
    expect(run('GEORADIUS_RO g 15 37 200 km WITHDIST COUNT 1')).toBe('[[Catania, 56.4413]]')
    expect(run('GEORADIUSBYMEMBER g Palermo 100 km')).toBe('[Palermo]')
    expect(run('GEORADIUSBYMEMBER_RO g Palermo 170 km DESC')).toBe('[Catania, Palermo]')
    expect(run('GEORADIUSBYMEMBER missing x y z')).toBe('[]')
    expect(run('GEORADIUS missing 1 x 1 m')).toBe(NOT_FLOAT)
  })

  it('store at the key of the last STORE or STOREDIST, which is one of their keys', () => {
    expect(run('GEORADIUS g 15 37 200 km STORE a STOREDIST b')).toBe('(integer) 2')
    expect(run('EXISTS a')).toBe('(integer) 0')
    expect(run('ZRANGE b 0 -1')).toBe('[Catania, Palermo]')
    expect(run('GEORADIUSBYMEMBER g Palermo 1 m STORE b')).toBe('(integer) 1')
    expect(run('GEORADIUSBYMEMBER missing x 1 m STORE b')).toBe('(integer) 0')
    expect(events()).toEqual(['georadiusstore b 0', 'georadiusstore b 0', 'del b 0'])
    expect(run('COMMAND GETKEYS GEORADIUS g 15 37 200 km STORE a STOREDIST b')).toBe('[g, b]')
    expect(run('COMMAND GETKEYS GEORADIUSBYMEMBER g m 200 km STORE a')).toBe('[g, a]')
    expect(run('COMMAND GETKEYS GEORADIUS g 15 37 200 km')).toBe('[g]')
  })

  it('refuse what is wrong', () => {
    expect(run('GEORADIUS g 15 37 200 km STORE a WITHDIST')).toBe(
      '(error) ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD options',
    )
    expect(run('GEORADIUS g 15 37 200 km STORE')).toBe(SYNTAX)
    expect(run('GEORADIUS_RO g 15 37 200 km STORE a')).toBe(SYNTAX)
    expect(run('GEORADIUSBYMEMBER_RO g Palermo 200 km STORE a')).toBe(SYNTAX)
    expect(run('GEORADIUS g 15 37 200 km BYRADIUS 1 m')).toBe(SYNTAX)
    expect(run('GEORADIUSBYMEMBER g none x yd')).toBe('(error) ERR member none does not exist')
    expect(run('GEORADIUS s x x x x')).toBe(WRONG_TYPE)
  })
})

/** Metres between two places, by the angle between their directions from the middle of the earth. */
function metres(a: readonly number[], b: readonly number[]): number {
  const [x, y, z] = direction(a)
  const [u, v, w] = direction(b)
  const cross = Math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
  return 6372797.560856 * Math.atan2(cross, x * u + y * v + z * w)
}

function direction([longitude, latitude]: readonly number[]): readonly [number, number, number] {
  const lon = (longitude * Math.PI) / 180
  const lat = (latitude * Math.PI) / 180
  return [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)]
}

describe('GEOSEARCH by the definition', () => {
  it('misses nothing, wherever and however large the area is', () => {
    const random = seededRandom(7)
    const between = (low: number, high: number): number => low + (random.next() / 2 ** 32) * (high - low)
    const corners = [
      [180, 85.05112878],
      [-180, -85.05112878],
      [180, -85.05112878],
      [179.9999, 0],
      [-179.9999, 0],
      [0, 85],
      [0, 0],
    ]
    const points = Array.from({ length: 600 }, (_, i) => corners[i] ?? [between(-180, 180), between(-85, 85)])
    server.client.raw('GEOADD', 'p', ...points.flatMap(([x, y], i) => [`${x}`, `${y}`, `${i}`]))
    const stored = points.map((_, i) => list(`GEOPOS p ${i}`).map((part) => Number(part.replace(/[[\]]/g, ''))))
    for (let round = 0; round < 400; round++) {
      const [x, y] = round % 4 === 0 ? corners[(round >> 2) % corners.length] : [between(-180, 180), between(-85, 85)]
      const radius = 10 ** between(2, 7.4)
      const width = 10 ** between(3, 7.5)
      const height = 10 ** between(3, 7.3)
      // What is nearer to the edge than rounding may be on either side.
      const expectSame = (found: readonly string[], excess: (point: readonly number[]) => number): void => {
        const seen = new Set(found)
        expect(seen.size).toBe(found.length)
        for (const [i, point] of stored.entries()) {
          const over = excess(point)
          if (Math.abs(over) > 1e-3) expect([x, y, i, seen.has(`${i}`)]).toEqual([x, y, i, over < 0])
        }
      }
      expectSame(list(`GEOSEARCH p FROMLONLAT ${x} ${y} BYRADIUS ${radius} m`), (p) => metres(p, [x, y]) - radius)
      expectSame(list(`GEOSEARCH p FROMLONLAT ${x} ${y} BYBOX ${width} ${height} m`), (p) =>
        Math.max(metres([x, p[1]], p) - width / 2, metres([x, p[1]], [x, y]) - height / 2),
      )
    }
  })
})
