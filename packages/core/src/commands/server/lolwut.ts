import { arg, reply } from '@kvasir/module-api'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { KVASIR_VERSION, REDIS_VERSION, VALKEY_VERSION } from '../../engine/version.ts'

const WIDTH = 40
const HEIGHT = 6
const GLYPHS = ' .:*o'

export default defineCoreCommand({
  name: 'LOLWUT',
  summary: 'Returns a drawing and the version of the server.',
  since: '5.0.0',
  group: 'server',
  complexity: 'O(1)',
  flags: ['readonly', 'fast'],
  args: { version: arg.optional(arg.after('VERSION', arg.integer())) },
  reply: reply.string('a drawing, made anew each time'),
  raw(call) {
    const { engine } = call
    if (call.argc > 2 && call.argIs(1, 'version') && Number.isNaN(call.argInteger(2))) {
      return call.reply.error(ERRORS.notInteger)
    }
    const compatible = engine.config.parameter('extended-redis-compatibility').value
    const dialect = compatible ? `Redis ver. ${REDIS_VERSION}` : `Valkey ver. ${VALKEY_VERSION}`
    const versions = `Kvasir ver. ${KVASIR_VERSION}, compatible with ${dialect}`
    call.reply.verbatim('txt', `${mead(() => engine.random.next())}\n${versions}\n`)
  },
})

/** The mead of poetry, which was brewed from Kvasir, rising in bubbles. */
function mead(random: () => number): string {
  let text = ''
  for (let y = 0; y < HEIGHT; y++) {
    text += '|'
    for (let x = 0; x < WIDTH; x++)
      text += GLYPHS[(random() >>> 8) % HEIGHT <= y ? (random() >>> 8) % GLYPHS.length : 0]
    text += '|\n'
  }
  return `${text}\\${'_'.repeat(WIDTH)}/\n`
}
