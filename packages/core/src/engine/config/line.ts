/**
 * Lines of a configuration file: one directive each, words separated by spaces.
 *
 *     word        as it stands; quotes may open and close in its middle: ab"c d"e is the word `abc de`
 *     "..."       with \n \r \t \b \a, \xHH for any byte, and \ before any other character for that character
 *     '...'       as it stands, but \' for a quote
 *
 * Text has one character per byte, so that every byte survives being read and written back.
 * Source: the comments of redis.conf and valkey.conf, and observed behaviour of Valkey 9.1 (Redis wants a space after a
 * closing quote; Valkey does not).
 */

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }
const LETTERS: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\x07': '\\a',
  '"': '\\"',
  '\\': '\\\\',
}
const HEX_BYTE = /^[0-9a-fA-F]{2}$/

const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\t' || char === '\n' || char === '\r' || char === '\0'

/** Without the space at both ends. `trim()` would take U+00A0 too, which here is half of a character in UTF-8. */
export function trimLine(line: string): string {
  return line.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
}

/** The words of a line, or undefined when its quotes do not match. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = []
  let at = 0
  for (;;) {
    while (isSpace(line[at])) at++
    if (at >= line.length) return words
    let word = ''
    while (at < line.length && !isSpace(line[at])) {
      const char = line[at] as string
      if (char !== '"' && char !== "'") {
        word += char
        at++
        continue
      }
      const part = char === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1)
      if (part === undefined) return undefined
      word += part.text
      at = part.end
    }
    words.push(word)
  }
}

interface Quoted {
  readonly text: string
  /** Behind the closing quote. */
  readonly end: number
}

function readDoubleQuoted(line: string, start: number): Quoted | undefined {
  let text = ''
  for (let at = start; at < line.length; at++) {
    const char = line[at] as string
    if (char === '"') return { text, end: at + 1 }
    if (char !== '\\' || at + 1 === line.length) {
      text += char
      continue
    }
    const next = line[++at] as string
    const hex = line.slice(at + 1, at + 3)
    if (next === 'x' && HEX_BYTE.test(hex)) {
      text += String.fromCharCode(Number.parseInt(hex, 16))
      at += 2
    } else {
      text += ESCAPES[next] ?? next
    }
  }
  return undefined
}

function readSingleQuoted(line: string, start: number): Quoted | undefined {
  let text = ''
  for (let at = start; at < line.length; at++) {
    const char = line[at] as string
    if (char === "'") return { text, end: at + 1 }
    if (char === '\\' && line[at + 1] === "'") at++
    text += line[at]
  }
  return undefined
}

/** A word in double quotes, printable ASCII alone, so that it is one word of one line whatever it holds. */
export function quoteWord(word: string): string {
  let quoted = '"'
  for (const char of word) {
    const code = char.charCodeAt(0)
    quoted += LETTERS[char] ?? (code >= 32 && code < 127 ? char : `\\x${code.toString(16).padStart(2, '0')}`)
  }
  return `${quoted}"`
}
