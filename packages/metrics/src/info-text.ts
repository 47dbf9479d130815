/**
 * The text of INFO, in lines:
 *
 *     # Memory
 *     used_memory:1048576
 *     cmdstat_get:calls=3,usec=12,usec_per_call=4.00      a value of several fields
 *     db0:keys=2,expires=1,avg_ttl=0
 */

/** Name and value, in the order of the text; a name may occur more than once. */
export type InfoLine = readonly [name: string, value: string]

export function infoLines(text: string): InfoLine[] {
  const lines: InfoLine[] = []
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0 && !line.startsWith('#')) lines.push([line.slice(0, colon), line.slice(colon + 1)])
  }
  return lines
}

/** The fields of a value: `calls=3,usec=12`. */
export function valueFields(value: string): ReadonlyMap<string, string> {
  return new Map(value.split(',').map((field) => splitAt(field, '=')))
}

function splitAt(text: string, mark: string): [string, string] {
  const index = text.indexOf(mark)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + mark.length)]
}
