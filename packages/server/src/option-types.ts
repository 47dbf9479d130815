/**
 * The options of createServer and createEngine, checked for what they are before anything is made of them: programs in
 * plain JavaScript give anything. What stands behind the name of a parameter is checked like a configuration file.
 */

/** Throws a TypeError that names the option, what it takes, and what it got. @param maker whose options they are */
export function checkOptions(options: unknown, maker: string): void {
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new TypeError(`${maker}: ${name} must be ${expected}, got ${described(value)}`)
  }
  if (!isPlain(options)) return refuse('options', 'an object', options)
  const { modules, users, renameCommands, log, clock, random, directory } = options
  if (modules !== undefined && !Array.isArray(modules)) refuse('modules', 'an array', modules)
  for (const [index, entry] of ((modules ?? []) as readonly unknown[]).entries()) {
    const isLine = typeof entry === 'string' || (Array.isArray(entry) && entry.length > 0 && entry.every(isText))
    if (!isLine && !isPlain(entry)) {
      refuse(`modules[${index}]`, 'a module, the name of a package, or an array of the name and its arguments', entry)
    }
  }
  if (users !== undefined && !isTexts(users)) refuse('users', 'an array of strings', users)
  if (renameCommands !== undefined && !(isPlain(renameCommands) && isTexts(Object.values(renameCommands)))) {
    refuse('renameCommands', 'an object of strings', renameCommands)
  }
  if (log !== undefined && typeof log !== 'function') refuse('log', 'a function', log)
  if (directory !== undefined && typeof directory !== 'string') refuse('directory', 'a string', directory)
  if (clock !== undefined && !hasMethods(clock, ['nowMs', 'monotonicUs', 'every', 'soon'])) {
    refuse('clock', 'an object with nowMs(), monotonicUs(), every() and soon()', clock)
  }
  if (random !== undefined && !hasMethods(random, ['next'])) refuse('random', 'an object with next()', random)
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const hasMethods = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')

function described(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}
