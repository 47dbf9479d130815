/** The fuzzer's command line. What each option means is in run.ts. */

import { FAMILIES } from './families.ts'

export interface FuzzOptions {
  seconds: number
  seed: number
  families: string[]
  commands: number
  episode: number
  keepGoing: number
  peerPort: number | undefined
  peerCommand: string | undefined
  oursPort: number | undefined
  alone: boolean
  replay: string | undefined
}

function whole(name: string, text: string): number {
  const value = Number(text.replaceAll('_', ''))
  if (text === '' || !Number.isInteger(value) || value < 0)
    throw new Error(`--${name} wants a whole number, not ${text}`)
  return value
}

function familyNames(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '')
  const known = FAMILIES.map(({ name }) => name)
  for (const name of names) {
    if (!known.includes(name)) throw new Error(`there is no family ${name}; there are ${known.join(', ')}`)
  }
  return names
}

/** What each option's text becomes. */
const READERS: Readonly<Record<string, (text: string) => Partial<FuzzOptions>>> = {
  seconds: (text) => ({ seconds: whole('seconds', text) }),
  seed: (text) => ({ seed: whole('seed', text) }),
  families: (text) => ({ families: familyNames(text) }),
  commands: (text) => ({ commands: whole('commands', text) }),
  episode: (text) => ({ episode: whole('episode', text) }),
  'keep-going': (text) => ({ keepGoing: whole('keep-going', text) }),
  peer: (text) => ({ peerPort: whole('peer', text) }),
  'peer-command': (text) => ({ peerCommand: text }),
  ours: (text) => ({ oursPort: whole('ours', text) }),
  replay: (text) => ({ replay: text }),
}

/** `--name value` or `--name=value`. */
export function parseOptions(argv: readonly string[]): FuzzOptions {
  const options: FuzzOptions = {
    seconds: 60,
    seed: 1,
    families: [],
    commands: Number.POSITIVE_INFINITY,
    episode: 3000,
    keepGoing: 1,
    peerPort: undefined,
    peerCommand: undefined,
    oursPort: undefined,
    alone: false,
    replay: undefined,
  }
  for (let i = 0; i < argv.length; i++) {
    const [, name = '', given] = /^--([a-z-]+)(?:=(.*))?$/s.exec(argv[i] as string) ?? []
    if (name === 'alone') {
      options.alone = true
      continue
    }
    const read = READERS[name]
    if (read === undefined)
      throw new Error(`unknown option ${argv[i]}; there are --alone, --${Object.keys(READERS).join(', --')}`)
    const value = given ?? argv[++i]
    if (value === undefined) throw new Error(`--${name} wants a value`)
    Object.assign(options, read(value))
  }
  return options
}
