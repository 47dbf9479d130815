import { describe, expect, it } from 'vitest'
import { quoteWord, splitWords, trimLine } from './line.ts'

describe('splitting a line of the configuration', () => {
  it('separates words by space, tab and line ends alone', () => {
    expect(splitWords('  port   1\t2  ')).toEqual(['port', '1', '2'])
    expect(splitWords('availability-zone x\ry')).toEqual(['availability-zone', 'x', 'y'])
    expect(splitWords('availability-zone x\vy\xa0')).toEqual(['availability-zone', 'x\vy\xa0'])
    expect(splitWords('')).toEqual([])
    expect(splitWords('""')).toEqual([''])
  })

  it('reads escapes in double quotes, and only the quote in single ones', () => {
    expect(splitWords('"a\\nb\\r\\t\\b\\a\\q\\\\\\x41\\x4g"')).toEqual(['a\nb\r\t\b\x07q\\Ax4g'])
    expect(splitWords('"\\x00\\xfF"')).toEqual(['\0\xff'])
    expect(splitWords("'it\\'s \"q\" \\n'")).toEqual(['it\'s "q" \\n'])
    expect(splitWords('port\\ 1')).toEqual(['port\\', '1'])
  })

  it('lets quotes begin and end in the middle of a word, as Valkey does', () => {
    expect(splitWords('"a"b\'c d\'e')).toEqual(['abc de'])
    expect(splitWords('a"b\\x41"\'\\x41\'c')).toEqual(['abA\\x41c'])
    expect(splitWords('a\\"b"')).toEqual(['a\\b'])
    expect(splitWords('por"t" 1')).toEqual(['port', '1'])
  })

  it('refuses quotes that do not close', () => {
    for (const line of ['port "1', "port '1", "port 1'", 'port "a\\"', "port 'a\\'", "port 'a\\\\'", 'port "\\']) {
      expect(splitWords(line)).toBeUndefined()
    }
  })

  it('gives back every byte that was quoted', () => {
    const word = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
    const quoted = quoteWord(word)
    expect(quoted).toMatch(/^[\x20-\x7e]*$/)
    expect(splitWords(quoted)).toEqual([word])
    expect(quoteWord('a "b" \n \\x c')).toBe('"a \\"b\\" \\n \\\\x c"')
    expect(quoteWord('\x01\xc3\xa9')).toBe('"\\x01\\xc3\\xa9"')
    expect(quoteWord('')).toBe('""')
  })

  it('trims no bytes of UTF-8 characters', () => {
    expect(trimLine(' \t x \xc3\xa0 \r\n')).toBe('x \xc3\xa0')
  })
})
