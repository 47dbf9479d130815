/**
 * A well-behaved client on a thread of its own: a GET each few milliseconds, and how long each answer took. Its thread has
 * nothing else to do, so that what it measures is the server, not the benchmark.
 *
 *     workerData   { port, password }; `password` is empty when there is none
 *     'report'     -> { p50, p99, max } in milliseconds since the last report
 */
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { encodeRequest } from './connection.ts'

export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const INTERVAL_MS = 5
const REQUEST = encodeRequest(['GET', 'key'])

const { port, password } = workerData as { readonly port: number; readonly password: string }
const socket = connect({ port, host: '127.0.0.1', noDelay: true })
let sentMs = 0
let times: number[] = []
let waits = false

if (password !== '') socket.write(encodeRequest(['AUTH', password]))
socket.on('data', () => {
  if (sentMs > 0) times.push(performance.now() - sentMs)
  waits = false
})

setInterval(() => {
  if (waits) return
  waits = true
  sentMs = performance.now()
  socket.write(REQUEST)
}, INTERVAL_MS)

parentPort?.on('message', () => {
  // One that is still waited for counts as long as it has been.
  if (waits) times.push(performance.now() - sentMs)
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
  parentPort?.postMessage({ p50: at(0.5), p99: at(0.99), max: at(1) } satisfies Latency)
  times = []
})
