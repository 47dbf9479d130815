import { expect, it } from 'vitest'
import { LeveledLog, logLine } from './log.ts'

it('writes lines as redis-server does', () => {
  const time = new Date(2026, 10, 1, 2, 8, 45, 28)
  expect(logLine(13061, 'M', time, 'notice', 'Server initialized')).toBe(
    '13061:M 01 Nov 2026 02:08:45.028 * Server initialized\n',
  )
  const marks = (['debug', 'verbose', 'notice', 'warning'] as const).map((level) =>
    logLine(1, 'M', time, level, '').at(-3),
  )
  expect(marks).toEqual(['.', '-', '*', '#'])
})

it('writes the further lines of a message behind blanks, so that none can pass for an entry', () => {
  const time = new Date(2026, 10, 1, 2, 8, 45, 28)
  expect(logLine(1, 'M', time, 'notice', 'a\r\n1:M forged\rb\n    at c\n')).toBe(
    '1:M 01 Nov 2026 02:08:45.028 * a\n    1:M forged\n    b\n    at c\n',
  )
})

it('writes no control characters, which a terminal would follow', () => {
  const line = logLine(1, 'M', new Date(2026, 10, 1), 'notice', 'a\u001b[2J\u0000\u0008\u007f\u009bb\tc')
  expect(line).toBe('1:M 01 Nov 2026 00:00:00.000 * a?[2J????b\tc\n')
})

it('lets through what is at least as important as the level', () => {
  const seen: string[] = []
  const log = new LeveledLog((level) => void seen.push(level))
  const writeAll = (): string[] => {
    for (const level of ['debug', 'verbose', 'notice', 'warning'] as const) log.write(level, '')
    return seen.splice(0)
  }
  expect(writeAll()).toEqual(['notice', 'warning'])
  log.level = 'debug'
  expect(writeAll()).toEqual(['debug', 'verbose', 'notice', 'warning'])
  log.level = 'nothing'
  expect(writeAll()).toEqual([])
})
