/** Fields of INFO and how their values are written. */

/** Name to value, in the order shown. */
export type InfoFields = Readonly<Record<string, string | number>>

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P']

/** A size as `924.61K`, or `0B`. */
export function humanBytes(bytes: number): string {
  let unit = 0
  let value = bytes
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return unit === 0 ? `${bytes}B` : `${value.toFixed(2)}${UNITS[unit]}`
}

/** @returns `part / whole` as `12.34%` */
export function percentage(part: number, whole: number): string {
  return `${whole === 0 ? '0.00' : ((part / whole) * 100).toFixed(2)}%`
}

export function ratio(part: number, whole: number): string {
  return (whole === 0 ? 0 : part / whole).toFixed(2)
}

/** A section as INFO shows it. */
export function infoSection(title: string, fields: InfoFields): string {
  let text = `# ${title}\r\n`
  for (const [name, value] of Object.entries(fields)) text += `${name}:${value}\r\n`
  return text
}
