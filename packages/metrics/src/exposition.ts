/**
 * Metrics in Prometheus's text format:
 *
 *     # HELP redis_db_keys Keys in the database.
 *     # TYPE redis_db_keys gauge
 *     redis_db_keys{db="db0"} 2
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */

export type MetricType = 'counter' | 'gauge' | 'summary'
export type Labels = Readonly<Record<string, string>>

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

interface Family {
  readonly type: MetricType
  readonly help: string
  readonly lines: string[]
}

export class Exposition {
  readonly #families = new Map<string, Family>()

  /** Adds a sample; what is no number is left out. The samples of one name may come in any order. */
  add(name: string, type: MetricType, help: string, value: number, labels: Labels = {}): void {
    if (Number.isNaN(value)) return
    let family = this.#families.get(name)
    if (family === undefined) {
      family = { type, help, lines: [] }
      this.#families.set(name, family)
    }
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`)
    family.lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${valueText(value)}`)
  }

  toString(): string {
    const parts: string[] = []
    for (const [name, { type, help, lines }] of this.#families) {
      parts.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines)
    }
    return `${parts.join('\n')}\n`
  }
}

function valueText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

/** What could make a terminal do things that a scrape is looked at on. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

const escapeLabel = (text: string): string =>
  text.replace(CONTROL, '?').replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
