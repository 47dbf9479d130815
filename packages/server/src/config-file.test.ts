import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigRegistry } from '@kvasir/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureText, openConfigFile, type Reading, readDirectives, readText } from './config-file.ts'
import { expandGlob } from './file-glob.ts'
import { applyDirectives, applyModuleParameters, unsupportedWarnings } from './startup-directives.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kvasir-config-'))
})
afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
})

const write = (name: string, text: string): void => writeFileSync(join(directory, name), text, 'latin1')
const read = (text: string): Reading => readDirectives([{ source: 'x.conf', text }], directory)
const names = (text: string): string[] => read(text).directives.map(({ name, words }) => [name, ...words].join('|'))

/** What the peers print for this file; empty when they start. */
function printed(text: string, config = new ConfigRegistry()): string {
  const { failure } = applyDirectives(read(text), config)
  return failure === undefined ? '' : failureText(failure, '9.1.2')
}

/** The last line of what is printed, which says why. */
const reason = (text: string): string => printed(text).split('\n').at(-2) ?? ''

describe('reading a configuration file', () => {
  it('makes a directive of each line that is no comment', () => {
    expect(names('# c\n   # c\n#\n\n  PORT   1  \n\thz\t2\t\r\n"timeout" \'3\'\n""')).toEqual([
      'port|1',
      'hz|2',
      'timeout|3',
      '',
    ])
  })

  it('takes a number sign behind a directive for a word', () => {
    expect(names('port 1 # c')).toEqual(['port|1|#|c'])
  })

  it('keeps every byte', () => {
    expect(read('availability-zone \xff\xa0\nx "\\xfe"').directives.map(({ words }) => words)).toEqual([
      ['\xff\xa0'],
      ['\xfe'],
    ])
  })

  it('stops at quotes that do not close, and keeps what was before', () => {
    const { directives, failure } = read('hz 1\nport "1\nhz 2')
    expect(directives.length).toBe(1)
    expect(failure && failureText(failure, '9.1.2')).toBe(
      "\n*** FATAL CONFIG FILE ERROR (Version 9.1.2) ***\nReading the configuration file, at line 2\n>>> 'port \"1'\n" +
        'Unbalanced quotes in configuration line\n',
    )
  })

  it('counts lines through file, standard input and command line, as the peers do', () => {
    const { directives } = readDirectives(
      [
        { source: 'a.conf', text: 'port 1\nhz 20\n' },
        { source: 'standard input', text: 'hz 25\n' },
        { source: 'command line', text: '\nhz "30"\nnonsense' },
      ],
      directory,
    )
    expect(directives.map(({ name, origin }) => [name, origin.source, origin.line])).toEqual([
      ['port', 'a.conf', 1],
      ['hz', 'a.conf', 2],
      ['hz', 'standard input', 3],
      ['hz', 'command line', 5],
      ['nonsense', 'command line', 6],
    ])
  })
})

describe('include', () => {
  it('puts the lines of a file in its place, and counts them for themselves', () => {
    write('inc.conf', 'timeout 3\n\nbad2 1\n')
    const { directives } = read('port 1\ninclude inc.conf\nhz 1')
    expect(directives.map(({ name, origin }) => `${name} ${origin.line}`)).toEqual([
      'port 1',
      'timeout 1',
      'bad2 3',
      'hz 3',
    ])
    expect(printed('port 1\ninclude inc.conf\nhz 1')).toContain("at line 3\n>>> 'bad2 1'\n")
  })

  it('takes every file of a pattern in the order of their names, and none when there is none', () => {
    for (const name of ['b.conf', 'a1.conf', 'a2.conf', '.hidden.conf', 'a3.cnf']) write(name, `x-${name} 1`)
    expect(names('include *.conf')).toEqual(['x-a1.conf|1', 'x-a2.conf|1', 'x-b.conf|1'])
    expect(names('include a[2-9].conf\ninclude [!a]?conf\ninclude none*')).toEqual(['x-a2.conf|1', 'x-b.conf|1'])
    expect(names(`include "${directory}/.hid*"`)).toEqual(['x-.hidden.conf|1'])
  })

  it('counts the lines of all files of a pattern together', () => {
    write('g1.conf', 'hz 11\n')
    write('g2.conf', 'bad4 a b\n')
    expect(printed('port 1\ninclude g*.cnf\ninclude g[12].conf')).toContain("at line 2\n>>> 'bad4 a b'\n")
  })

  it('starts from the working directory, which dir changes', () => {
    mkdirSync(join(directory, 'sub'))
    write('sub/a.conf', 'hz 11')
    expect(names('include sub/a.conf\ndir sub\ninclude a.conf')).toEqual(['hz|11', 'dir|sub', 'hz|11'])
  })

  it('fails for a file that cannot be read', () => {
    expect(printed('include none.conf')).toBe(
      "Fatal error, can't open config file 'none.conf': No such file or directory",
    )
    expect(printed('include ""')).toBe("Fatal error, can't open config file '': No such file or directory")
    expect(printed('include .')).toBe("Fatal error, can't open config file '.': Is a directory")
  })

  it('fails for files that include one another without end, which the peers do not notice', () => {
    write('self.conf', 'include self.conf')
    expect(printed('include self.conf')).toContain('more than 32 files include one another')
  })

  it('takes one file', () => {
    expect(reason('include')).toBe('Bad directive or wrong number of arguments')
    expect(reason('include a b')).toBe('Bad directive or wrong number of arguments')
  })
})

describe('a pattern of files', () => {
  it('may have stars in several parts, and follows links', () => {
    for (const name of ['one', 'two']) {
      mkdirSync(join(directory, name))
      write(`${name}/x.conf`, '')
    }
    symlinkSync(join(directory, 'one'), join(directory, 'z'))
    write('two/y(1)+.conf', '')
    expect(expandGlob('*/x.conf', directory)).toEqual(['one/x.conf', 'two/x.conf', 'z/x.conf'])
    expect(expandGlob('t*/y(1)+.c?nf', directory)).toEqual(['two/y(1)+.conf'])
    expect(expandGlob('*/none', directory)).toEqual([])
    expect(expandGlob(`${directory}/o*/x.conf`, '/')).toEqual([join(directory, 'one/x.conf')])
  })
})

describe('applying directives', () => {
  it('sets parameters, the last directive winning', () => {
    const config = new ConfigRegistry()
    expect(printed('maxmemory 1\nsave 1 2\nMAXMEMORY 1gb\nslave-priority 7\nsave 3 4\ndynamic-hz yes', config)).toBe('')
    expect([config.get('maxmemory'), config.get('replica-priority'), config.get('save')]).toEqual([
      '1073741824',
      '7',
      '1 2 3 4',
    ])
  })

  it('stops at the first mistake with the text of the peers', () => {
    expect(printed('# c\nport 99999999\nnonsense')).toBe(
      '\n*** FATAL CONFIG FILE ERROR (Version 9.1.2) ***\nReading the configuration file, at line 2\n' +
        ">>> 'port 99999999'\nargument must be between 0 and 65535 inclusive\n",
    )
    expect(printed('port x\nhz "1')).toContain("couldn't be parsed into an integer")
  })

  it('gives the reasons of the peers', () => {
    const unknown = 'Bad directive or wrong number of arguments'
    const rows: readonly (readonly [line: string, reason: string])[] = [
      ['nonsense 1', unknown],
      ['nonsense', unknown],
      ['port', 'wrong number of arguments'],
      ['port 1 2', 'wrong number of arguments'],
      ['port 1 # c', 'wrong number of arguments'],
      ['port\\ 1', unknown],
      ['"" 1', unknown],
      ['maxmemory 1gb 2', 'wrong number of arguments'],
      ['save 1', 'Invalid save parameters'],
      ['save "1 2" 3 4', 'Invalid save parameters'],
      ['save "" 1', 'Invalid save parameters'],
      ['oom-score-adj-values', 'wrong number of arguments'],
      ['client-output-buffer-limit x 1 2 3', 'Invalid client class specified in buffer limit configuration.'],
      ['notify-keyspace-events KEA x', 'wrong number of arguments'],
      ['rename-command a', unknown],
      ['rename-command get get2 get3', unknown],
      ['user', unknown],
      ['loadmodule', unknown],
      ['module.param', 'Module config specified without value'],
      ['sentinel monitor', 'sentinel directive while not in sentinel mode'],
      ['enable-debug-command maybe', 'argument(s) must be one of the following: no, yes, local'],
      ['dynamic-hz a b', unknown],
    ]
    for (const [line, expected] of rows) expect([line, reason(line)]).toEqual([line, expected])
  })

  it('takes what the peers take', () => {
    const lines = ['save', 'save ""', 'save "1 2"', 'bind', 'bind ""', 'maxmemory ""', 'port "\\x31"', 'user "a b" on']
    lines.push('client-output-buffer-limit', 'latency-tracking-info-percentiles', 'oom-score-adj-values "1 2 3"')
    lines.push(
      'shutdown-on-sigint save now',
      'module.param 1',
      'a.b.c 1 2',
      'loadmodule /x a b',
      'rename-command get ""',
    )
    for (const line of lines) expect([line, printed(line)]).toEqual([line, ''])
  })

  it('collects modules, their parameters and users', () => {
    const { plan } = applyDirectives(
      read('loadmodule @scope/name a "b c"\ndemo.Size 5 6\nuser alice on >x\nloadmodule other\nuser bob'),
      new ConfigRegistry(),
    )
    expect(plan.modules).toEqual([['@scope/name', 'a', 'b c'], ['other']])
    expect(plan.users).toEqual([['alice', 'on', '>x'], ['bob']])
    expect(plan.moduleParameters.map(({ name, words }) => [name, words])).toEqual([['demo.size', ['5', '6']]])
  })

  it('refuses a user twice, and what the checks refuse', () => {
    const duplicate =
      "Error in user declaration 'alice': Duplicate user found. A user can only be defined once in config files"
    expect(reason('user alice on\nuser alice off')).toBe(duplicate)
    const checks = {
      user: (_name: string, rules: readonly string[]) => (rules.includes('foo') ? 'Syntax error' : undefined),
      renameCommand: (from: string) => (from === 'nosuch' ? 'No such command in rename-command' : undefined),
    }
    const failure = (text: string): unknown => applyDirectives(read(text), new ConfigRegistry(), checks).failure
    expect(failure('user alice foo')).toMatchObject({ reason: "Error in user declaration 'alice': Syntax error" })
    expect(failure('rename-command nosuch b')).toMatchObject({ reason: 'No such command in rename-command' })
    expect(failure('rename-command get b')).toBeUndefined()
  })

  it('refuses a replica in cluster mode, in whatever order', () => {
    const text = '\n*** FATAL CONFIG FILE ERROR (Version 9.1.2) ***\nreplicaof directive not allowed in cluster mode\n'
    expect(printed('cluster-enabled yes\nreplicaof h 1\n')).toBe(text)
    expect(printed('slaveof h 1\ncluster-enabled yes\n\n# c\n')).toBe(text)
    expect(printed('cluster-enabled yes\nreplicaof h 1\nreplicaof no one')).toBe('')
  })

  it("sets modules' parameters once their modules are loaded, and refuses those of none", () => {
    const config = new ConfigRegistry()
    config.defineModuleParameter('demo.size', { type: 'integer', summary: '', default: 1, max: 9, immutable: true })
    const applied = (text: string): unknown => {
      const { plan } = applyDirectives(read(text), new ConfigRegistry())
      return applyModuleParameters(plan, config)
    }
    expect(applied('demo.size 5')).toBeUndefined()
    expect(config.value('demo.size')).toBe(5)
    expect(applied('demo.size 50')).toMatchObject({ reason: expect.stringContaining('argument must be between') })
    expect(applied('other.x 1')).toMatchObject({ reason: expect.stringContaining("a loadmodule line for 'other'") })
  })

  it("tells of a wrong line without its secrets, and those of modules' parameters that nobody knows", () => {
    const config = new ConfigRegistry()
    config.defineModuleParameter('demo.token', { type: 'text', summary: '', default: '', sensitive: true })
    config.defineModuleParameter('demo.title', { type: 'text', summary: '', default: '' })
    const shown = (line: string): unknown => {
      const { plan, failure = applyModuleParameters(plan, config) } = applyDirectives(read(line), config)
      return failure?.kind === 'directive' ? failure.origin.text : failure
    }
    expect(shown('demo.token "hush" hush')).toBe('demo.token (redacted)')
    expect(shown('other.token hush')).toBe('other.token (redacted)')
    expect(shown('requirepass hush hush')).toBe('requirepass (redacted)')
    expect(shown('demo.title "a" b')).toBe('demo.title "a" b')
  })

  it('warns of what is set and not acted on, and never of its secrets', () => {
    const config = new ConfigRegistry()
    printed('io-threads 4\nmaxmemory 1gb\nprimaryauth hush\nappendonly no\nsave ""', config)
    const warnings = unsupportedWarnings(config)
    expect(warnings.length).toBe(2)
    expect(warnings.join()).toContain("io-threads to '4'")
    expect(warnings.join()).not.toContain('hush')
  })
})

describe('the file of CONFIG REWRITE', () => {
  it('is read and replaced as a whole, byte for byte', () => {
    const path = join(directory, 'a.conf')
    const file = openConfigFile(path)
    expect(file.read()).toBe('')
    file.write('hz 1 \xff\n')
    expect(file.read()).toBe('hz 1 \xff\n')
    file.write('hz 2\n')
    expect(readFileSync(path, 'utf8')).toBe('hz 2\n')
    expect(readdirSync(directory)).toEqual(['a.conf'])
  })

  it('is left as it was when it cannot be replaced', () => {
    const path = join(directory, 'none', 'a.conf')
    expect(() => openConfigFile(path).write('x')).toThrow('No such file or directory')
  })

  it('has a reason in the words of the system when it cannot be read', () => {
    expect(readText(join(directory, 'none'))).toEqual({ reason: 'No such file or directory' })
    write('locked.conf', 'hz 1')
    chmodSync(join(directory, 'locked.conf'), 0)
    // The superuser reads it all the same.
    const text = readText(join(directory, 'locked.conf'))
    expect(typeof text === 'string' ? text : text.reason).toMatch(/^(hz 1|Permission denied)$/)
  })
})
