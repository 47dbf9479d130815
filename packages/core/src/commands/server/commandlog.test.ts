import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

/** A reply in one line, numbers without their type. */
const run = (line: string): string => server.client.run(line).replaceAll('(integer) ', '')

describe('COMMANDLOG', () => {
  it('has requests from the size on that commandlog-request-larger-than says', () => {
    run('CONFIG SET commandlog-request-larger-than 100')
    run(`SET k ${'x'.repeat(72)}`)
    run(`SET k ${'x'.repeat(73)}`)
    expect(run('COMMANDLOG GET -1 large-request')).toBe(
      `[[0, 1700000000, 100, [SET, k, ${'x'.repeat(73)}], 127.0.0.1:50000, ]]`,
    )
    run('CONFIG SET commandlog-request-larger-than -1')
    run(`SET k ${'x'.repeat(1000)}`)
    expect(run('COMMANDLOG LEN large-request')).toBe('1')
  })

  it('has replies from the size on that commandlog-reply-larger-than says', () => {
    run('CONFIG SET commandlog-reply-larger-than 50')
    for (const length of [42, 43, 44]) {
      run(`SET k ${'x'.repeat(length)}`)
      run('GET k')
    }
    expect(run('COMMANDLOG GET 2 LARGE-REPLY')).toBe(
      '[[1, 1700000000, 51, [GET, k], 127.0.0.1:50000, ], [0, 1700000000, 50, [GET, k], 127.0.0.1:50000, ]]',
    )
  })

  it('knows the size of a reply of which parts were sent before it was complete', () => {
    run('CONFIG SET commandlog-reply-larger-than 5000000')
    server.client.raw('SET', 'k', 'x'.repeat(100_000))
    server.client.raw('MGET', ...'k'.repeat(60))
    const [entry] = server.engine.observer.largeReplies.newest(1)
    expect(entry.amount).toBe('*60\r\n'.length + 60 * ('$100000\r\n'.length + 100_000 + 2))
  })

  it('limits each of its logs by itself', () => {
    run('CONFIG SET commandlog-reply-larger-than 0 commandlog-large-reply-max-len 1 commandlog-request-larger-than 0')
    run('PING')
    run('PING')
    expect(run('COMMANDLOG LEN large-reply')).toBe('1')
    expect(run('COMMANDLOG LEN large-request')).toBe('4')
    expect(run('COMMANDLOG LEN slow')).toBe('0')
  })

  it('COMMANDLOG GET, COMMANDLOG LEN and COMMANDLOG RESET know three logs', () => {
    const wrong = '(error) ERR type should be one of the following: slow, large-request, large-reply'
    for (const line of ['GET 1', 'LEN', 'RESET']) expect(run(`COMMANDLOG ${line} fast`)).toBe(wrong)
    expect(run('COMMANDLOG GET -2 slow')).toBe('(error) ERR count should be greater than or equal to -1')
    run('CONFIG SET commandlog-execution-slower-than 0')
    expect([run('COMMANDLOG LEN slow'), run('COMMANDLOG RESET slow')]).toEqual(['1', 'OK'])
    expect(run('COMMANDLOG LEN slow')).toBe('1')
  })
})
