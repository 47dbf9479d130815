import { expect, it } from 'vitest'
import { startTestEngine } from './test-server.ts'

it('shows replies as values, with their types, and as bytes', async () => {
  await using engine = startTestEngine()
  using client = engine.dial()
  expect(await client.value('SET', 'a', '1')).toBe('OK')
  expect(await client.reply('GET', 'a')).toEqual({ type: 'bulk', value: '1' })
  expect(await client.raw('GET', 'a')).toBe('$1\r\n1\r\n')
  expect(await client.raw('GET', 'missing')).toBe('$-1\r\n')
  expect(await client.raw('GET')).toBe("-ERR wrong number of arguments for 'get' command\r\n")
  expect(await client.value('GET')).toBeInstanceOf(Error)
})

it('sends bytes as they are, and tells the replies apart', async () => {
  await using engine = startTestEngine()
  using client = engine.dial()
  expect(await client.bytes('PING\r\n')).toBe('+PONG\r\n')
  expect(await client.bytes('*2\r\n$3\r\nGET\r\n$1\r\na\r\nPING\r\n', 2)).toBe('$-1\r\n+PONG\r\n')
  const value = 'line\r\nline\r\n\xff'
  client.write(`*3\r\n$3\r\nSET\r\n$1\r\na\r\n$${value.length}\r\n${value}\r\n`)
  expect(await client.next()).toEqual({ type: 'simple', value: 'OK' })
  expect(await client.raw('GET', 'a')).toBe(`$${value.length}\r\n${value}\r\n`)
})

it('notices that the server has ended the connection', async () => {
  await using engine = startTestEngine()
  using client = engine.dial()
  expect(await client.bytes('*1\r\n@1\r\n')).toBe("-ERR Protocol error: expected '$', got '@'\r\n")
  await client.ended()
  expect(client.closed).toBe(true)
  await expect(client.next()).rejects.toThrow('the connection is closed')
})
