/** Starts an engine in this process, uses it, and ends it. */

import { createEngine } from '@kvasir/server'
import { Visits } from './visits.js'

declare const console: { log(text: string): void }

const engine = createEngine({ maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' })
const visits = new Visits(engine)

for (const page of ['home', 'about', 'home']) visits.count(page)
console.log(`home: ${visits.of('home')[0]}, about: ${visits.of('about')[0]}`)

// The same engine for code that expects a client: pipelined, asynchronous, over a connection in memory.
const client = engine.client()
console.log(`as a client sees it: ${await client.send('GET', 'visits:home')}`)

await engine.close()
