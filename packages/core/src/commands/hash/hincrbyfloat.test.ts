import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

describe('HINCRBYFLOAT', () => {
  let server: TestEngine
  const run = (line: string): string => server.client.run(line)
  beforeEach(() => {
    server = startTestEngine()
  })

  it('counts in long doubles from 0, and creates key and field', () => {
    expect(run('HINCRBYFLOAT h a 3.0')).toBe('3')
    expect(run('HINCRBYFLOAT h a 0.1')).toBe('3.1')
    expect(run('HSET h b 5010.6')).toBe('(integer) 1')
    expect(run('HINCRBYFLOAT h b 0.1')).toBe('5010.70000000000000018')
    expect(run('HINCRBYFLOAT h c -0')).toBe('0')
    expect(run('HINCRBYFLOAT h d 9007199254740993')).toBe('9007199254740993')
    expect(run('HINCRBYFLOAT h d 9223372036854775807')).toBe('9232379236109516800')
    expect(run('HGET h a')).toBe('3.1')
    expect(server.events()[0]).toBe('hincrbyfloat h 0')
  })

  it('refuses what is no finite number, and other types', () => {
    server.client.raw('HSET', 'h', 'text', 'foo', 'blank', '1 ', 'empty', '', 'inf', 'inf', 'huge', '1.1e4932')
    for (const field of ['text', 'blank', 'empty']) {
      expect(run(`HINCRBYFLOAT h ${field} 1`)).toBe('(error) ERR hash value is not a float')
    }
    expect(run('HINCRBYFLOAT h a x')).toBe('(error) ERR value is not a valid float')
    expect(run('HINCRBYFLOAT h a nan')).toBe('(error) ERR value is not a valid float')
    expect(run('HINCRBYFLOAT h a inf')).toBe('(error) ERR value is NaN or Infinity')
    expect(run('HINCRBYFLOAT h a -inf')).toBe('(error) ERR value is NaN or Infinity')
    expect(run('HINCRBYFLOAT h inf 1')).toBe('(error) ERR increment would produce NaN or Infinity')
    expect(run('HINCRBYFLOAT h huge 1.1e4932')).toBe('(error) ERR increment would produce NaN or Infinity')
    expect(run('HINCRBYFLOAT h a')).toBe("(error) ERR wrong number of arguments for 'hincrbyfloat' command")
    run('SET s v')
    expect(run('HINCRBYFLOAT s a 1')).toMatch(/^\(error\) WRONGTYPE/)
    expect(run('HEXISTS h a')).toBe('(integer) 0')
  })
})
