/**
 * The area of a search: circle, box or polygon, and the cells to look through for it.
 *
 * The cells are the smallest ones of which three by three cover the area's bounds wherever they lie: those that the
 * bounds touch, each one range of scores, and beyond the last ones those of the upper ends (see geohash.ts). The one of
 * the centre comes first, then north, south, east and west, then the corners: mostly the order in which Redis answers
 * unless it is asked for another. Near the poles Redis looks through too few cells; here nothing is missed.
 */

import {
  distance,
  EARTH_RADIUS,
  interleave,
  LATITUDE_MAX,
  LONGITUDE_MAX,
  latitudeDistance,
  RADIANS,
  STEPS_MAX,
} from '../../structures/geohash.ts'

/** Degrees that bounds are widened by, against rounding: far less than a cell of 26 halvings. */
const MARGIN = 1e-7

/** In degrees; `west` may be below -180 and `east` beyond 180, for an area across that meridian. */
export interface Bounds {
  readonly west: number
  readonly south: number
  readonly east: number
  readonly north: number
}

export interface Area {
  /** What distances are measured from. */
  readonly longitude: number
  readonly latitude: number
  readonly bounds: Bounds
  /** Metres from the centre, or -1 for a place outside. */
  distanceWithin(longitude: number, latitude: number): number
}

/** @param radius in metres */
export function circle(longitude: number, latitude: number, radius: number): Area {
  const angle = radius / EARTH_RADIUS
  const rows = angle / RADIANS
  const reachesPole = latitude + rows >= 90 || latitude - rows <= -90
  const columns = reachesPole ? LONGITUDE_MAX : arcSine(Math.sin(angle) / Math.cos(latitude * RADIANS))
  return {
    longitude,
    latitude,
    bounds: around(longitude, latitude, columns, rows),
    distanceWithin(lon, lat) {
      const metres = distance(longitude, latitude, lon, lat)
      return metres > radius ? -1 : metres
    },
  }
}

/** Width and height in metres; how wide it is in degrees depends on the latitude. */
export function box(longitude: number, latitude: number, width: number, height: number): Area {
  const rows = height / 2 / EARTH_RADIUS / RADIANS
  const farthest = Math.min(90, Math.abs(latitude) + rows)
  const angle = Math.min(Math.PI / 2, width / 4 / EARTH_RADIUS)
  const columns = 2 * arcSine(Math.sin(angle) / Math.cos(farthest * RADIANS))
  return {
    longitude,
    latitude,
    bounds: around(longitude, latitude, columns, rows),
    distanceWithin(lon, lat) {
      if (latitudeDistance(latitude, lat) > height / 2) return -1
      if (distance(longitude, lat, lon, lat) > width / 2) return -1
      return distance(longitude, latitude, lon, lat)
    },
  }
}

/** In degrees, 90 when there is none. */
function arcSine(value: number): number {
  return value < 1 ? Math.asin(value) / RADIANS : 90
}

function around(longitude: number, latitude: number, columns: number, rows: number): Bounds {
  return { west: longitude - columns, south: latitude - rows, east: longitude + columns, north: latitude + rows }
}

/**
 * On the map as a plane, so not across the meridian of 180 degrees. Distances are measured from the middle of the
 * vertices.
 */
export function polygon(longitudes: readonly number[], latitudes: readonly number[]): Area {
  const bounds = {
    west: Math.min(...longitudes),
    south: Math.min(...latitudes),
    east: Math.max(...longitudes),
    north: Math.max(...latitudes),
  }
  const { longitude, latitude } = middle(longitudes, latitudes)
  return {
    longitude,
    latitude,
    bounds,
    distanceWithin(lon, lat) {
      return isInside(lon, lat, longitudes, latitudes) ? distance(longitude, latitude, lon, lat) : -1
    },
  }
}

/** The direction of the sum of the vertices as vectors from the middle of the earth. */
function middle(
  longitudes: readonly number[],
  latitudes: readonly number[],
): { readonly longitude: number; readonly latitude: number } {
  let x = 0
  let y = 0
  let z = 0
  for (let i = 0; i < longitudes.length; i++) {
    const lon = longitudes[i] * RADIANS
    const lat = latitudes[i] * RADIANS
    x += Math.cos(lat) * Math.cos(lon)
    y += Math.cos(lat) * Math.sin(lon)
    z += Math.sin(lat)
  }
  return { longitude: Math.atan2(y, x) / RADIANS, latitude: Math.atan2(z, Math.sqrt(x * x + y * y)) / RADIANS }
}

/** Whether a ray to the east crosses an odd number of sides. */
function isInside(lon: number, lat: number, longitudes: readonly number[], latitudes: readonly number[]): boolean {
  let inside = false
  for (let i = 0, j = longitudes.length - 1; i < longitudes.length; j = i++) {
    if (latitudes[i] > lat === latitudes[j] > lat) continue
    const slope = (longitudes[j] - longitudes[i]) / (latitudes[j] - latitudes[i])
    if (lon < slope * (lat - latitudes[i]) + longitudes[i]) inside = !inside
  }
  return inside
}

/** A range of scores, the end not included. */
export interface Cell {
  readonly from: number
  readonly to: number
}

/** The cells to look through, without one twice. */
export function cellsOf({ longitude, latitude, bounds }: Area): readonly Cell[] {
  const { west, south, east, north } = bounds
  let steps = STEPS_MAX
  while (steps > 1 && !covers(steps, east - west, north - south)) steps--
  const columns = 2 ** steps
  // The last row and column are those of the upper ends themselves.
  const rowOf = (lat: number): number => Math.min(columns, Math.max(0, rowAt(lat, columns)))
  const left = columnAt(west - MARGIN, columns)
  const end = columnAt(east + MARGIN, columns)
  const right = Math.min(end, left + columns - 1)
  const top = rowOf(north + MARGIN)
  const bottom = rowOf(south - MARGIN)
  const centreX = columnAt(longitude, columns)
  const centreY = rowOf(latitude)
  const cells: (Cell & { readonly order: number })[] = []
  const size = 4 ** (STEPS_MAX - steps)
  const add = (x: number, y: number, order: number): void => {
    const from = interleave(x, y) * size
    cells.push({ from, to: from + size, order })
  }
  for (let y = bottom; y <= top; y++) {
    for (let x = left; x <= right; x++) {
      add(((x % columns) + columns) % columns, y, orderOf(x - centreX, y - centreY))
    }
    if (left < 0 || end >= columns) add(columns, y, orderOf(columns - centreX, y - centreY))
  }
  return cells.sort((a, b) => a.order - b.order)
}

/** Whether the bounds are at most two cells wide and high, and so touch at most three. */
function covers(steps: number, width: number, height: number): boolean {
  const cells = 2 ** steps
  return width + 2 * MARGIN <= (4 * LONGITUDE_MAX) / cells && height + 2 * MARGIN <= (4 * LATITUDE_MAX) / cells
}

function columnAt(longitude: number, columns: number): number {
  return Math.floor(((longitude + LONGITUDE_MAX) / (2 * LONGITUDE_MAX)) * columns)
}

function rowAt(latitude: number, rows: number): number {
  return Math.floor(((latitude + LATITUDE_MAX) / (2 * LATITUDE_MAX)) * rows)
}

/** Place of a cell in the order, from its place beside the centre. */
function orderOf(dx: number, dy: number): number {
  const x = Math.sign(dx) + 1
  const y = Math.sign(dy) + 1
  return ORDER[y * 3 + x]
}

/** South-west, south, south-east; west, centre, east; north-west, north, north-east. */
const ORDER = [8, 2, 7, 4, 0, 3, 6, 1, 5]
