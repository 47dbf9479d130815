/** Plain tables, printed line by line as the figures come in. */

export interface Column {
  readonly title: string
  readonly width: number
}

/** The first column is set to the left, the others to the right. */
export class Table {
  readonly #columns: readonly Column[]
  readonly #silent: boolean

  /** @param silent prints nothing: for rounds that only warm up */
  constructor(columns: readonly Column[], silent = false) {
    this.#columns = columns
    this.#silent = silent
    this.#print(columns.map(({ title }) => title))
  }

  row(...cells: readonly (string | number)[]): void {
    this.#print(cells.map(String))
  }

  #print(cells: readonly string[]): void {
    if (this.#silent) return
    const line = this.#columns.map(({ width }, i) => {
      const cell = cells[i] ?? ''
      return i === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    console.log(line.join('  ').trimEnd())
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** A quotient with two digits; a dash where there is nothing to compare with. */
export const ratio = (a: number, b: number | undefined): string =>
  b === undefined || b === 0 ? '-' : (a / b).toFixed(2)

export const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)
