/** The command line of the benchmarks: words, and `--name=value`. */

export interface Arguments {
  readonly words: readonly string[]
  readonly options: ReadonlyMap<string, string>
}

export function parseArguments(argv: readonly string[], known: readonly string[]): Arguments {
  const words: string[] = []
  const options = new Map<string, string>()
  for (const word of argv) {
    if (!word.startsWith('--')) {
      words.push(word)
      continue
    }
    const [name = '', ...value] = word.slice(2).split('=')
    if (!known.includes(name)) throw new Error(`unknown option --${name}; there are --${known.join(', --')}`)
    options.set(name, value.join('='))
  }
  return { words, options }
}

/** @returns the option as a whole number of at least 1 */
export function countOption({ options }: Arguments, name: string, otherwise: number): number {
  const text = options.get(name)
  if (text === undefined) return otherwise
  const count = Number(text.replaceAll('_', ''))
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${name} wants a whole number, not ${text}`)
  return count
}

/** Whether a line of a table is wanted: its name contains the filter. */
export const wanted = (name: string, filter: string | undefined): boolean =>
  filter === undefined || name.includes(filter)
