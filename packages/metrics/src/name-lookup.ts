/**
 * Looks a host's name up and waits for the answer, as CONFIG SET metrics.bind must, whose reply says whether the
 * address can be had. Node.js resolves names asynchronously only; so another thread does it, and this one sleeps. The
 * server has the same for its own listeners; a module imports nothing of the server's.
 */

import { Worker } from 'node:worker_threads'

const TIMEOUT_MS = 5000
const ADDRESS_BYTES_MAX = 64
/** The first word of the shared memory is the length of the address behind it, or one of these. */
const PENDING = 0
const FAILED = -1
const HEADER_BYTES = 4

const SOURCE = `
const { workerData: { host, shared, failed, headerBytes } } = require('node:worker_threads')
const answer = (address) => {
  const length = address ? Buffer.from(shared, headerBytes).write(address, 'latin1') : failed
  const state = new Int32Array(shared, 0, 1)
  Atomics.store(state, 0, length)
  Atomics.notify(state, 0)
}
try {
  require('node:dns').lookup(host, (error, address) => answer(error ? '' : address))
} catch {
  // What can be no name is refused by a throw.
  answer('')
}
`

/** @returns the first address of the name; undefined when it has none, or none can be told within five seconds */
export function lookUpNow(host: string): string | undefined {
  const shared = new SharedArrayBuffer(HEADER_BYTES + ADDRESS_BYTES_MAX)
  const state = new Int32Array(shared, 0, 1)
  const workerData = { host, shared, failed: FAILED, headerBytes: HEADER_BYTES }
  const worker = new Worker(SOURCE, { eval: true, workerData, execArgv: [] })
  worker.on('error', () => {})
  worker.unref()
  Atomics.wait(state, 0, PENDING, TIMEOUT_MS)
  void worker.terminate()
  const length = Atomics.load(state, 0)
  return length > 0 ? Buffer.from(shared, HEADER_BYTES, length).toString('latin1') : undefined
}
