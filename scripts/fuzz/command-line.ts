/** Commands as lines that valkey-cli and redis-cli understand, and back. */

const PLAIN = /^[!#-&(-[\]-~]+$/

function quoted(word: string): string {
  if (PLAIN.test(word) && !word.startsWith('#')) return word
  let text = ''
  for (const char of word) {
    const code = char.charCodeAt(0)
    if (char === '"' || char === '\\') text += `\\${char}`
    else if (code >= 32 && code < 127) text += char
    else text += `\\x${code.toString(16).padStart(2, '0')}`
  }
  return `"${text}"`
}

export const commandLine = (words: readonly string[]): string => {
  const [first = '', ...rest] = words
  return [first.startsWith('#') ? first : quoted(first), ...rest.map(quoted)].join(' ')
}

/** The words of a line that `commandLine` wrote. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  for (const [match] of line.matchAll(/"(?:[^"\\]|\\.)*"|\S+/g)) {
    if (!match.startsWith('"')) words.push(match)
    else {
      words.push(
        match
          .slice(1, -1)
          .replace(/\\(x([0-9a-f]{2})|.)/g, (_, char: string, hex?: string) =>
            hex === undefined ? char : String.fromCharCode(Number.parseInt(hex, 16)),
          ),
      )
    }
  }
  return words
}
