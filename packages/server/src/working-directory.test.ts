import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigRegistry } from '@kvasir/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followWorkingDirectory } from './working-directory.ts'

let directory: string
let before: string
beforeEach(() => {
  before = process.cwd()
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'kvasir-dir-')))
  mkdirSync(join(directory, 'd\u00e9p\u00f4t'))
  writeFileSync(join(directory, 'file'), '')
})
afterEach(() => {
  process.chdir(before)
  rmSync(directory, { recursive: true, force: true })
})

function follow(): ConfigRegistry {
  const config = new ConfigRegistry()
  config.load('enable-protected-configs', ['yes'])
  followWorkingDirectory(config)
  return config
}

const failed = (reason: string): string => `ERR CONFIG SET failed (possibly related to argument 'dir') - ${reason}`

describe('dir', () => {
  it('is the working directory', () => {
    expect(follow().get('dir')).toBe(Buffer.from(before).toString('latin1'))
  })

  it('changes the working directory, and is shown as an absolute path', () => {
    const config = follow()
    expect(config.set([['dir', directory]])).toBeUndefined()
    expect(config.set([['dir', 'd\xc3\xa9p\xc3\xb4t/']])).toBeUndefined()
    expect(process.cwd()).toBe(join(directory, 'd\u00e9p\u00f4t'))
    expect(config.get('dir')).toBe(`${directory}/d\xc3\xa9p\xc3\xb4t`)
  })

  it('must be a directory that there is', () => {
    const config = follow()
    config.load('dir', [directory])
    expect(config.set([['dir', 'none']])).toBe(failed('No such file or directory'))
    expect(config.set([['dir', 'file']])).toBe(failed('Not a directory'))
    expect(config.set([['dir', '']])).toBe(failed("dir can't be empty"))
    expect(config.load('dir', ['none'])).toBe('No such file or directory')
    expect(process.cwd()).toBe(directory)
  })

  it('is the old one again when another parameter is refused in the same CONFIG SET', () => {
    const config = follow()
    config.load('dir', [directory])
    config.onChange('port', () => 'no')
    expect(
      config.set([
        ['dir', '/'],
        ['port', '1'],
      ]),
    ).toContain("'port') - no")
    expect(process.cwd()).toBe(directory)
    expect(config.get('dir')).toBe(directory)
  })
})
