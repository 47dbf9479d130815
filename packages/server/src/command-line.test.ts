import { describe, expect, it } from 'vitest'
import { type CommandLine, HELP_TEXT, parseCommandLine, versionText } from './command-line.ts'
import { readDirectives } from './config-file.ts'

/** The lines of text that the directives become, without the first, which is empty. */
function lines(...args: string[]): string[] {
  const line = parseCommandLine(args) as CommandLine & { readonly action: 'run' }
  return (line.directives?.text ?? '').split('\n').slice(1)
}

describe('the command line', () => {
  it('may be empty', () => {
    expect(parseCommandLine([])).toEqual({ action: 'run', readsStandardInput: false })
  })

  it('asks for version and help by its first argument alone', () => {
    expect(parseCommandLine(['-v'])).toEqual({ action: 'version' })
    expect(parseCommandLine(['--version', 'x'])).toEqual({ action: 'version' })
    expect(parseCommandLine(['-h', 'x'])).toEqual({ action: 'help' })
    expect(parseCommandLine(['--help'])).toEqual({ action: 'help' })
    expect(lines('--port', '1', '--help')).toEqual(['port "1"', 'help'])
    expect(lines('--port', '1', '-v')).toEqual(['port "1" "-v"'])
  })

  it('gets an answer to what Kvasir has not', () => {
    for (const args of [['--test-memory', '100'], ['--check-system'], ['x.conf', '--sentinel']]) {
      expect(parseCommandLine(args)).toMatchObject({ action: 'refuse', reason: expect.stringContaining('Kvasir') })
    }
  })

  it('names a file first, when the first argument does not begin with a dash', () => {
    expect(parseCommandLine(['port', '1'])).toEqual({
      action: 'run',
      file: 'port',
      readsStandardInput: false,
      directives: { source: 'command line', text: '\n"1"' },
    })
    expect(lines('-x', '1')).toEqual(['"-x" "1"'])
  })

  it('reads standard input for a dash at its end', () => {
    expect(parseCommandLine(['-'])).toEqual({ action: 'run', readsStandardInput: true })
    expect(parseCommandLine(['a.conf', '-'])).toEqual({ action: 'run', file: 'a.conf', readsStandardInput: true })
    expect(parseCommandLine(['a.conf', '--hz', '30', '-'])).toMatchObject({ readsStandardInput: true })
    expect(lines('a.conf', '-', '--port', '1')).toEqual(['"-"', 'port "1"'])
    expect(lines('--port', '1', '-', '--nonsense')).toEqual(['port "1" "-"', 'nonsense'])
  })

  it('makes a line of each directive, with every word quoted', () => {
    expect(lines('--hz', '1', '--PORT', '1')).toEqual(['hz "1"', 'PORT "1"'])
    expect(lines('--bind', '1.1.1.1', '-::1', '--port')).toEqual(['bind "1.1.1.1" "-::1"', 'port'])
    expect(lines('--availability-zone', 'a"b\\c\n\x01\u00e9')).toEqual([
      'availability-zone "a\\"b\\\\c\\n\\x01\\xc3\\xa9"',
    ])
    expect(lines('--loadmodule', '@scope/name', 'a', '-b', '', '--hz', '1')).toEqual([
      'loadmodule "@scope/name" "a" "-b" ""',
      'hz "1"',
    ])
  })

  it('takes the first word of a directive as it is, even when it looks like a directive', () => {
    expect(lines('--port', '--nonsense')).toEqual(['port "--nonsense"'])
    expect(lines('--dir', '--nonsense', '/tmp')).toEqual(['dir "--nonsense" "/tmp"'])
    expect(lines('--loadmodule', '/x', 'a', '--b', 'c')).toEqual(['loadmodule "/x" "a"', 'b "c"'])
  })

  it('takes --save in front of another directive for no saving at all', () => {
    expect(lines('--save', '--port', '1')).toEqual(['save', 'port "1"'])
    expect(lines('--save', '', '--save', '1', '2')).toEqual(['save ""', 'save "1" "2"'])
    expect(lines('--save', '900 1')).toEqual(['save "900 1"'])
  })

  it('leaves the name of a directive as it stands', () => {
    expect(lines('---port', '1')).toEqual(['-port "1"'])
    expect(lines('--p ort', '1')).toEqual(['p ort "1"'])
    expect(lines('--port 1', '--hz', '2')).toEqual(['port 1', 'hz "2"'])
    expect(lines('--maxmemory=100')).toEqual(['maxmemory=100'])
    expect(lines('--', '1')).toEqual(['"1"'])
    expect(lines('--hz', '1', '--', '--nonsense')).toEqual(['hz "1"', '"--nonsense"'])
  })

  it('is read as lines behind an empty one', () => {
    const { directives } = parseCommandLine(['--port', '1', '--hz', '2']) as CommandLine & { readonly action: 'run' }
    expect(readDirectives(directives === undefined ? [] : [directives], '/').directives).toEqual([
      { name: 'port', words: ['1'], origin: { source: 'command line', line: 2, text: 'port "1"' } },
      { name: 'hz', words: ['2'], origin: { source: 'command line', line: 3, text: 'hz "2"' } },
    ])
  })
})

describe('the texts', () => {
  it('tell the version in the form that tools look for', () => {
    expect(versionText('1.2.3')).toMatch(/^Kvasir server v=1\.2\.3 sha=[0-9a-f]{8}:\d malloc=\S+ bits=64 build=\S+$/)
  })

  it('tell the usage', () => {
    expect(HELP_TEXT).toContain('Usage: kvasir [/path/to/kvasir.conf] [options] [-]')
  })
})
