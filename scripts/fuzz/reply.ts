/** Replies as the fuzzer sees them: their bytes as text, one character each, and when those differ, their parts. */

export interface Reply {
  /** The type byte: `+ - : $ * % ~ _ , # ( = > |`; `$nil` and `*nil` for RESP2's two kinds of nil. */
  readonly type: string
  /** A line without its type, or a bulk string's bytes. */
  readonly text: string
  /** Of an aggregate; keys and values of a map in turn. */
  readonly items?: readonly Reply[]
}

const AGGREGATES = '*~>%|'
const BULKS = '$=!'

/** Where the reply that starts at `start` ends, or -1 when it is not all there. */
function endOf(text: string, start: number): number {
  let at = start
  for (let left = 1; left > 0; left--) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return -1
    const type = text[at] as string
    if (BULKS.includes(type)) {
      const length = Number(text.slice(at + 1, line))
      at = line + 2 + (length < 0 ? 0 : length + 2)
      if (at > text.length) return -1
      continue
    }
    if (AGGREGATES.includes(type)) {
      const count = Number(text.slice(at + 1, line))
      if (count > 0) left += type === '%' || type === '|' ? count * 2 : count
      // Attributes come before the reply that they belong to.
      if (type === '|') left++
    }
    at = line + 2
  }
  return at
}

/** Cuts what came into whole replies. @param rest gets what is left, when something is missing */
export function splitReplies(text: string): { readonly replies: string[]; readonly rest: string } {
  const replies: string[] = []
  let at = 0
  while (at < text.length) {
    const end = endOf(text, at)
    if (end < 0) break
    replies.push(text.slice(at, end))
    at = end
  }
  return { replies, rest: text.slice(at) }
}

/** Takes one whole reply apart. */
export function parseReply(text: string): Reply {
  let at = 0
  const one = (): Reply => {
    const line = text.indexOf('\r\n', at)
    if (line < 0) throw new Error(`no reply: ${JSON.stringify(text.slice(at, at + 40))}`)
    const type = text[at] as string
    const head = text.slice(at + 1, line)
    at = line + 2
    if (head === '-1' && '$*'.includes(type)) return { type: `${type}nil`, text: '' }
    if (BULKS.includes(type)) {
      const bytes = text.slice(at, at + Number(head))
      at += Number(head) + 2
      return { type, text: bytes }
    }
    if (!AGGREGATES.includes(type)) return { type, text: head }
    const items: Reply[] = []
    const count = type === '%' || type === '|' ? Number(head) * 2 : Number(head)
    for (let i = 0; i < count; i++) items.push(one())
    return { type, text: head, items }
  }
  return one()
}

export const isError = (reply: Reply): boolean => reply.type === '-'
export const isNil = (reply: Reply): boolean => reply.type === '_' || reply.type.endsWith('nil')

/** Texts of an aggregate's parts; of another reply none. */
export const texts = (reply: Reply): string[] => (reply.items ?? []).map((item) => item.text)

/** One string per value: equal for equal replies. */
export function written(reply: Reply): string {
  if (reply.items === undefined) return `${reply.type}${reply.text.length}:${reply.text}`
  return `${reply.type}[${reply.items.map(written).join(' ')}]`
}

/** Parts in twos: fields with their values, members with their scores. */
export function pairs(items: readonly Reply[]): (readonly [Reply, Reply])[] {
  const found: (readonly [Reply, Reply])[] = []
  for (let i = 0; i + 1 < items.length; i += 2) found.push([items[i] as Reply, items[i + 1] as Reply])
  return found
}
