import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandLine, parseCommandLine } from './command-line.ts'
import { failureText } from './config-file.ts'
import { type Configuration, readConfiguration } from './configuration.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kvasir-configuration-'))
  writeFileSync(join(directory, 'a.conf'), 'port 7000\nhz 20\n')
  writeFileSync(join(directory, 'kvasir.config.mjs'), "export default { port: 7001, modules: ['@kvasir/json'] }\n")
  writeFileSync(join(directory, 'typed.config.ts'), 'const port: number = 7002\nexport default { port }\n')
  writeFileSync(join(directory, 'empty.config.mjs'), 'export const port = 1\n')
})
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
})

function configured(args: readonly string[], input = ''): Promise<Configuration> {
  const line = parseCommandLine(args) as CommandLine & { readonly action: 'run' }
  return readConfiguration(line, { directory, readStandardInput: () => input })
}

const lines = ({ reading }: Configuration): string[] =>
  reading.directives.map(({ name, words, origin }) => `${origin.line}: ${[name, ...words].join(' ')}`)

describe('the configuration', () => {
  it('is empty without arguments', async () => {
    expect(await configured([])).toEqual({ reading: { directives: [] }, modules: [] })
  })

  it('comes from the file, then standard input, then the command line', async () => {
    const configuration = await configured(['a.conf', '--hz', '30', '-'], 'hz 25\n')
    expect(lines(configuration)).toEqual(['1: port 7000', '2: hz 20', '3: hz 25', '5: hz 30'])
    expect(configuration.file).toBe(join(directory, 'a.conf'))
  })

  it('needs no file', async () => {
    const configuration = await configured(['--hz', '30', '-'], 'hz 25')
    expect(lines(configuration)).toEqual(['1: hz 25', '2: hz 30'])
    expect(configuration.file).toBeUndefined()
  })

  it('says by its full path when its file cannot be read', async () => {
    const { reading } = await configured(['none.conf', '--port', '1'])
    const path = join(directory, 'none.conf')
    expect(reading.failure && failureText(reading.failure, '1')).toBe(
      `Fatal error, can't open config file '${path}': No such file or directory`,
    )
    const folder = await configured(['.'])
    expect(folder.reading.failure).toMatchObject({ reason: 'Is a directory' })
  })

  it('may be JavaScript, and the command line comes after it', async () => {
    const configuration = await configured(['kvasir.config.mjs', '--hz', '30'])
    expect(lines(configuration)).toEqual(['1: port 7001', '2: hz 30'])
    expect(configuration.modules).toEqual([['@kvasir/json']])
    expect(configuration.file).toBeUndefined()
  })

  it('may be TypeScript', async () => {
    expect(lines(await configured(['typed.config.ts']))).toEqual(['1: port 7002'])
  })

  it('needs a default export in JavaScript', async () => {
    await expect(configured(['empty.config.mjs'])).rejects.toThrow('has no configuration as its default export')
  })
})
