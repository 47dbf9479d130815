import { expect, it } from 'vitest'
import { createEngine } from './embedded-engine.ts'
import { createServer } from './server.ts'

const module = 'a module, the name of a package, or an array of the name and its arguments'

const wrong: readonly (readonly [options: unknown, message: string])[] = [
  [5, 'options must be an object, got 5'],
  [null, 'options must be an object, got null'],
  ['x', 'options must be an object, got the string "x"'],
  [[], 'options must be an object, got an array of 0'],
  [{ modules: 5 }, 'modules must be an array, got 5'],
  [{ modules: null }, 'modules must be an array, got null'],
  [{ modules: [5] }, `modules[0] must be ${module}, got 5`],
  [{ modules: ['x', []] }, `modules[1] must be ${module}, got an array of 0`],
  [{ modules: [[5]] }, `modules[0] must be ${module}, got an array of 1`],
  [{ users: 5 }, 'users must be an array of strings, got 5'],
  [{ users: [5] }, 'users must be an array of strings, got an array of 1'],
  [{ renameCommands: 5 }, 'renameCommands must be an object of strings, got 5'],
  [{ renameCommands: { GET: 5 } }, 'renameCommands must be an object of strings, got an object'],
  [{ log: 5 }, 'log must be a function, got 5'],
  [{ directory: () => '' }, 'directory must be a string, got a function'],
  [{ clock: {} }, 'clock must be an object with nowMs(), monotonicUs(), every() and soon(), got an object'],
  [{ random: 5 }, 'random must be an object with next(), got 5'],
]

it.each(wrong)('says what is wrong with %j', async (options, message) => {
  expect(() => createEngine(options as never)).toThrow(new TypeError(`createEngine: ${message}`))
  await expect(createServer(options as never)).rejects.toThrow(new TypeError(`createServer: ${message}`))
})

it('takes what is right', async () => {
  await createEngine({ modules: [], users: [], renameCommands: {}, log: () => {}, directory: '/' }).close()
  await createEngine(undefined).close()
})
