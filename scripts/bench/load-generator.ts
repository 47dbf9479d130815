/**
 * A load generator in a process of its own, for machines without valkey-benchmark or redis-benchmark:
 *
 *     node load-generator.ts PORT CONNECTIONS PIPELINE REQUESTS KEYS WORD ...
 *
 * Every `__rand_int__` in the words becomes a random number below KEYS, in twelve digits. Prints requests per second.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { pathToFileURL } from 'node:url'
import { encodeRequest, ReplyCounter } from './connection.ts'

const MARK = '__rand_int__'

async function generate(argv: readonly string[]): Promise<number> {
  const [port = 0, connections = 1, pipeline = 1, requests = 1, keys = 1] = argv.slice(0, 5).map(Number)
  const template = Buffer.concat(Array.from({ length: pipeline }, () => encodeRequest(argv.slice(5))))
  const marks: number[] = []
  for (let at = template.indexOf(MARK); at >= 0; at = template.indexOf(MARK, at + MARK.length)) marks.push(at)
  let left = requests
  const startMs = performance.now()
  const client = async (): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const bytes = Buffer.from(template)
    const counter = new ReplyCounter()
    let target = 0
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        if (left <= 0) return resolve()
        left -= pipeline
        target += pipeline
        for (const at of marks) {
          bytes.write(String(Math.floor(Math.random() * keys)).padStart(MARK.length, '0'), at, 'latin1')
        }
        socket.write(bytes)
      }
      socket.on('data', (data: Buffer | string) => {
        counter.take(data as Buffer)
        if (counter.errors > 0) reject(new Error(`the server refuses ${argv.slice(5).join(' ')}`))
        else if (counter.count === target) next()
      })
      socket.on('error', reject)
      next()
    })
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, client))
  return (requests - left) / ((performance.now() - startMs) / 1000)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(await generate(process.argv.slice(2)))
