import { createServer } from 'node:net'
import { createEngine } from '@kvasir/core'
import { defineCommand } from '@kvasir/module-api'
import { systemClock, systemHost, systemRandom } from './host.ts'
import { SocketTransport } from './socket-transport.ts'

const engine = createEngine({
  clock: systemClock,
  random: systemRandom(),
  host: systemHost,
  log: (l, m) => console.error(l, m),
})
const add = (name: string, raw: (c: any) => void) => {
  if (engine.commands.get(name.toLowerCase()) === undefined)
    engine.modules.load({
      name: 'tmp' + name.toLowerCase(),
      version: '1.0.0',
      api: 1,
      commands: [
        defineCommand({ name, summary: 'x', since: '1', complexity: 'O(1)', flags: [], arity: -1, args: {}, raw }),
      ],
    })
}
add('INFO', (c) => c.reply.bulkString('process_id:' + process.pid + '\r\n'))
add('FLUSHALL', (c) => {
  engine.flush(-1)
  c.reply.ok()
})
add('SHUTDOWN', () => process.exit(0))
createServer({ pauseOnConnect: true, noDelay: true }, (s) => {
  const t = new SocketTransport(s, 'tcp', '')
  t.start(engine.createSession(t))
}).listen(+(process.argv[2] ?? 7777), () => console.log('ready'))
