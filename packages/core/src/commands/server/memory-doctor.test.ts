import { describe, expect, it } from 'vitest'
import { startTestEngine } from '../_test-client.ts'

describe('MEMORY DOCTOR', () => {
  it('has nothing to say about little data', () => {
    const { client } = startTestEngine()
    expect(client.run('MEMORY DOCTOR')).toBe('There is too little data for a report.\n')
    client.session.resp = 3
    expect(client.raw('MEMORY', 'DOCTOR').startsWith('=')).toBe(true)
  })

  it('names a peak far above the present use', () => {
    const { client } = startTestEngine()
    for (let i = 0; i < 100; i++) client.raw('SET', `k${i}`, 'x'.repeat(1_000_000))
    expect(client.run('MEMORY DOCTOR')).not.toContain('- Peak:')
    client.run('INFO memory')
    for (let i = 0; i < 90; i++) client.raw('SET', `k${i}`, '')
    expect(client.run('MEMORY DOCTOR')).toContain('- Peak:')
  })
})
