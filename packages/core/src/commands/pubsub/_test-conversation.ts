/**
 * Plays a conversation of several clients with the engine: what each says, and below it what all of them get.
 *
 *     A: SUBSCRIBE a ; PING      client A sends both commands at once; a name that ends with 3 speaks RESP3
 *       A [subscribe a :1]       an array; `>[...]` is a push, `$-1`, `*-1` and `_` are nils
 *       B closed                 its connection was ended
 */

import { startTestEngine, type TestClient } from '../_test-client.ts'

const LINE_LENGTH = 110
const ONLY_TEXT = ': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context'

/** @returns the conversation with what the clients got now: the same text, when all is as it was */
export function play(conversation: string): string {
  const server = startTestEngine()
  const clients = new Map<string, TestClient>()
  const closed = new Set<string>()
  const lines: string[] = []
  for (const line of conversation.split('\n').filter((each) => /^\w+: /.test(each))) {
    const [name, text] = line.split(': ') as [string, string]
    const client = clients.get(name) ?? server.connect()
    if (!clients.has(name) && name.endsWith('3')) client.raw('HELLO', '3')
    clients.set(name, client)
    lines.push(line)
    const said = client.bytes(Uint8Array.from(text.split(' ; ').map(request).join(''), (c) => c.charCodeAt(0)))
    for (const [other, listener] of clients) {
      const got = shown((listener === client ? said : '') + listener.received())
      if (got !== '') lines.push(...wrapped(`${other} ${got}`))
      if (!listener.closed || closed.has(other)) continue
      closed.add(other)
      lines.push(`  ${other} closed`)
    }
  }
  return lines.join('\n')
}

/** Lines of a length that fits into a file. */
function wrapped(text: string): string[] {
  const [first, ...words] = text.split(' ')
  const lines = [`  ${first}`]
  for (const word of words) {
    const last = lines[lines.length - 1]
    if (last.length + 1 + word.length > LINE_LENGTH) lines.push(`    ${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

function request(command: string): string {
  const words = command.split(' ').map((word) => (word === '""' ? '' : word))
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}

/** Replies and pushes in one line. */
export function shown(resp: string): string {
  let at = 0
  const one = (): string => {
    const end = resp.indexOf('\r\n', at)
    const line = resp.slice(at, end)
    const [type] = line
    const count = Number(line.slice(1))
    at = end + 2
    if (type === '$' && count >= 0) {
      at += count + 2
      const text = resp.slice(at - count - 2, at - 2)
      return text === '' ? '""' : text
    }
    if ((type !== '*' && type !== '>' && type !== '%') || count < 0) return line.replace(ONLY_TEXT, '...')
    const items = Array.from({ length: type === '%' ? count * 2 : count }, one)
    return `${type === '*' ? '' : type}[${items.join(' ')}]`
  }
  const all: string[] = []
  while (at < resp.length) all.push(one())
  return all.join(' ')
}
