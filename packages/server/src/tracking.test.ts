import { describe, expect, it } from 'vitest'
import { Client, type Value } from './client.ts'
import { createServer } from './server.ts'

describe('client-side caching', () => {
  it('by the small client hears of changes in the order in which they were made', async () => {
    await using server = await createServer({ port: 0 })
    using client = new Client(server.connect())
    using other = new Client(server.connect())
    const heard: Value[] = []
    client.onPush = (push) => void heard.push(push as Value)
    await client.send('CLIENT', 'TRACKING', 'ON', 'BCAST', 'PREFIX', 'user:')
    for (let i = 0; i < 3; i++) await other.send('SET', `user:${i}`, 'x')
    await expect.poll(() => heard).toEqual([0, 1, 2].map((i) => ['invalidate', [`user:${i}`]]))
  })
})
