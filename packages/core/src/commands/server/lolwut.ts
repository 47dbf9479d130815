import { arg, reply } from '@kvasir/module-api'
import type { Call } from '../../engine/call.ts'
import { defineCoreCommand } from '../../engine/core-command.ts'
import { ERRORS } from '../../engine/errors.ts'
import { KVASIR_VERSION, REDIS_VERSION, VALKEY_VERSION } from '../../engine/version.ts'
import { parseDouble } from '../../structures/double.ts'

const WIDTH = 40
const HEIGHT = 6
const GLYPHS = ' .:*o'
const VERSION_NEWEST = 9
/** Versions with a drawing, and how many of their first arguments are whole numbers. Others just tell the version. */
const WHOLE_NUMBERS: ReadonlyMap<number, number> = new Map([
  [5, 3],
  [6, 2],
  [VERSION_NEWEST, 2],
])
const USAGE = 'ERR Syntax error. Use: LOLWUT [columns rows] [real imaginary]'

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
    const hasVersion = call.argc > 2 && call.argIs(1, 'version')
    const version = hasVersion ? call.argInteger(2) : VERSION_NEWEST
    const error = Number.isNaN(version) ? ERRORS.notInteger : mistake(call, hasVersion ? 3 : 1, version)
    if (error !== undefined) return call.reply.error(error)
    const compatible = engine.config.parameter('extended-redis-compatibility').value
    const dialect = compatible ? `Redis ver. ${REDIS_VERSION}` : `Valkey ver. ${VALKEY_VERSION}`
    const versions = `Kvasir ver. ${KVASIR_VERSION}, compatible with ${dialect}`
    const drawing = WHOLE_NUMBERS.has(version) ? `${mead(() => engine.random.next())}\n` : ''
    call.reply.verbatim('txt', `${drawing}${versions}\n`)
  },
})

/** The drawing takes no measures, but what other versions of it refuse is refused. @param first of its arguments */
function mistake(call: Call, first: number, version: number): string | undefined {
  const numbers = WHOLE_NUMBERS.get(version)
  if (numbers === undefined) return undefined
  const count = call.argc - first
  if (version === VERSION_NEWEST && count !== 0 && count !== 2 && count !== 4) return USAGE
  for (let i = 0; i < Math.min(count, numbers); i++) {
    if (Number.isNaN(call.argInteger(first + i))) return ERRORS.notInteger
  }
  if (version !== VERSION_NEWEST) return undefined
  for (let i = first + numbers; i < call.argc; i++) {
    if (Number.isNaN(parseDouble(call.buf, call.starts[i], call.lengths[i]))) return ERRORS.notFloat
  }
  return undefined
}

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
