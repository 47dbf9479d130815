/** HOTKEYS as node-redis has it, over a real socket. */

import { createClient } from 'redis'
import { expect, it } from 'vitest'
import { createServer } from './server.ts'

it.each([2, 3] as const)('node-redis reads what HOTKEYS tells in RESP%d', async (RESP) => {
  await using server = await createServer({ port: 0 })
  const client = createClient({ socket: server.address, RESP })
  await client.connect()
  try {
    expect(await client.hotkeysStop()).toBeNull()
    expect(await client.hotkeysReset()).toBe('OK')
    expect(await client.hotkeysGet()).toBeNull()
    const options = { METRICS: { count: 2, CPU: true, NET: true }, COUNT: 20, DURATION: 60, SAMPLE: 1 }
    expect(await client.hotkeysStart(options)).toBe('OK')
    await expect(client.hotkeysStart(options)).rejects.toThrow('already in progress')
    await client.set('large', 'x'.repeat(6000))
    for (let i = 0; i < 20; i++) await client.incr('counter')
    expect(await client.hotkeysGet()).toMatchObject({ trackingActive: 1 })
    expect(await client.hotkeysStop()).toBe('OK')
    const report = await client.hotkeysGet()
    expect(report).toMatchObject({ trackingActive: 0, sampleRatio: 1, selectedSlots: [{ start: 0, end: 16383 }] })
    expect(report?.byNetBytes?.map(({ key }) => key)).toEqual(['large', 'counter'])
    expect(report?.byNetBytes?.[0]?.value).toBeGreaterThan(6000)
    const byTime = new Map(report?.byCpuTimeUs?.map(({ key, value }) => [key, value]))
    expect(byTime.get('counter')).toBeGreaterThan(0)
    expect(report?.allCommandsAllSlotsUs).toBeGreaterThan(0)
    expect(report?.totalNetBytes).toBe(report?.netBytesAllCommandsAllSlots)
    expect(report?.totalCpuTimeUserMs).toBeGreaterThanOrEqual(0)
    expect(report?.collectionStartTimeUnixMs).toBeGreaterThan(1.7e12)
    expect(await client.hotkeysReset()).toBe('OK')
    expect(await client.hotkeysGet()).toBeNull()
  } finally {
    client.destroy()
  }
})
