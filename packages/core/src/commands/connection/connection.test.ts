import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestEngine } from '../_test-client.ts'

const SYNTAX = '(error) ERR syntax error'
const UNPRINTABLE = ' cannot contain spaces, newlines or special characters.\r\n'
const BAD_NAMES = ['a b', ' ', 'a\n', 'a\r\nid=1', 'a\t', '\0', 'a\x7f', 'ä', new Uint8Array([128])]

let server: TestEngine
let run: (line: string) => string

beforeEach(() => {
  server = startTestEngine()
  run = (line) => server.client.run(line)
})

const arityOf = (command: string): string => `(error) ERR wrong number of arguments for '${command}' command`

describe('PING', () => {
  it('answers PONG, or the bytes given', () => {
    expect(server.client.raw('PING')).toBe('+PONG\r\n')
    expect(server.client.raw('PING', new Uint8Array([0, 255]))).toBe('$2\r\n\0\xff\r\n')
    expect(server.client.raw('PING', '')).toBe('$0\r\n\r\n')
  })

  it('takes at most one argument', () => {
    expect(run('PING a b')).toBe(arityOf('ping'))
  })
})

describe('ECHO', () => {
  it('answers the bytes given', () => {
    expect(server.client.raw('ECHO', new Uint8Array([13, 10, 0, 255]))).toBe('$4\r\n\r\n\0\xff\r\n')
  })

  it('takes exactly one argument', () => {
    expect(run('ECHO')).toBe(arityOf('echo'))
    expect(run('ECHO a b')).toBe(arityOf('echo'))
  })
})

describe('QUIT', () => {
  it('answers, closes the connection and runs nothing of what was sent behind it', () => {
    const reply = server.client.bytes(new TextEncoder().encode('QUIT\r\nSET k v\r\n'))
    expect([reply, server.client.closed]).toEqual(['+OK\r\n', true])
    expect(server.connect().run('GET k')).toBe('(nil)')
    expect(server.engine.sessions.size).toBe(1)
  })

  it('takes any arguments, and needs no password', () => {
    run('CONFIG SET requirepass secret')
    expect(server.connect().run('QUIT now please')).toBe('OK')
  })
})

describe('RESET', () => {
  it('puts the connection into its first state', () => {
    for (const line of ['SELECT 3', 'CLIENT SETNAME me', 'CLIENT NO-EVICT ON', 'CLIENT NO-TOUCH ON', 'HELLO 3'])
      run(line)
    expect(server.client.raw('RESET')).toBe('+RESET\r\n')
    expect(server.client.raw('GET', 'none')).toBe('$-1\r\n')
    expect(run('CLIENT INFO')).toMatch(/ name= .* flags=N .* db=0 .* resp=2 /)
  })

  it('keeps what the client told about its library and what it can do', () => {
    for (const line of ['CLIENT SETINFO lib-name x', 'CLIENT CAPA redirect', 'RESET']) run(line)
    expect(run('CLIENT INFO')).toMatch(/ capa=r .* lib-name=x /)
  })

  it('asks for the password again', () => {
    run('CONFIG SET requirepass secret')
    expect(run('PING')).toBe('PONG')
    run('RESET')
    expect(run('PING')).toBe('(error) NOAUTH Authentication required.')
    expect(run('RESET')).toBe('RESET')
  })

  it('turns replies on again', () => {
    run('CLIENT REPLY OFF')
    expect(run('RESET')).toBe('RESET')
    expect(run('PING')).toBe('PONG')
  })

  it('takes no arguments', () => {
    expect(run('RESET x')).toBe(arityOf('reset'))
  })
})

describe('CLIENT', () => {
  it('wants a subcommand that it knows', () => {
    expect(run('CLIENT')).toBe(arityOf('client'))
    expect(run('CLIENT FOO')).toBe("(error) ERR unknown subcommand 'FOO'. Try CLIENT HELP.")
    expect(server.client.raw('CLIENT', 'fo\r\no')).toBe("-ERR unknown subcommand 'fo  o'. Try CLIENT HELP.\r\n")
  })

  it('HELP tells of every subcommand, from the declarations', () => {
    const lines = server.client.raw('CLIENT', 'HELP').split('\r\n').slice(1, -1)
    expect(lines[0]).toBe('+CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:')
    expect(lines.slice(-2)).toEqual(['+HELP', '+    Print this help.'])
    expect(lines).toContain('+NO-EVICT (ON|OFF)')
    expect(lines).toContain('+SETINFO (LIB-NAME <libname>|LIB-VER <libver>)')
    expect(lines).toContain('+UNBLOCK <client-id> [TIMEOUT|ERROR]')
    expect(lines).toContain('+CAPA <capability> [<capability> ...]')
    expect(run('CLIENT HELP x')).toBe(arityOf('client|help'))
  })
})

describe('CLIENT ID', () => {
  it('is another for every connection', () => {
    expect([run('CLIENT ID'), server.connect().run('CLIENT ID')]).toEqual(['(integer) 1', '(integer) 2'])
    expect(run('CLIENT ID x')).toBe(arityOf('client|id'))
  })
})

describe('CLIENT SETNAME', () => {
  it('gives a name, which CLIENT GETNAME returns, and takes it away', () => {
    expect(server.client.raw('CLIENT', 'GETNAME')).toBe('$-1\r\n')
    expect(run('CLIENT SETNAME a~!')).toBe('OK')
    expect(run('CLIENT GETNAME')).toBe('a~!')
    expect(server.connect().run('CLIENT GETNAME')).toBe('(nil)')
    expect(server.client.raw('CLIENT', 'SETNAME', '')).toBe('+OK\r\n')
    expect(run('CLIENT GETNAME')).toBe('(nil)')
    server.client.session.resp = 3
    expect(server.client.raw('CLIENT', 'GETNAME')).toBe('_\r\n')
  })

  it('refuses blanks, control characters and what is not ASCII', () => {
    for (const name of BAD_NAMES) {
      expect(server.client.raw('CLIENT', 'SETNAME', name)).toBe(`-ERR Client names${UNPRINTABLE}`)
    }
    expect(run('CLIENT SETNAME')).toBe(arityOf('client|setname'))
  })
})

describe('CLIENT SETINFO', () => {
  it('keeps the name and the version of the library', () => {
    run('CLIENT SETINFO lib-name redis-py')
    run('CLIENT SETINFO LIB-VER 1.2.3')
    expect(run('CLIENT INFO')).toContain(' lib-name=redis-py lib-ver=1.2.3 ')
    expect(server.client.raw('CLIENT', 'SETINFO', 'lib-ver', '')).toBe('+OK\r\n')
    expect(run('CLIENT INFO')).toContain(' lib-name=redis-py lib-ver= ')
  })

  it('refuses blanks, control characters and other options', () => {
    for (const value of BAD_NAMES) {
      expect(server.client.raw('CLIENT', 'SETINFO', 'LIB-NAME', value)).toBe(`-ERR lib-name${UNPRINTABLE}`)
      expect(server.client.raw('CLIENT', 'SETINFO', 'LIB-VER', value)).toBe(`-ERR lib-ver${UNPRINTABLE}`)
    }
    expect(run('CLIENT SETINFO foo a')).toBe("(error) ERR Unrecognized option 'foo'")
    expect(run('CLIENT SETINFO lib-name')).toBe(arityOf('client|setinfo'))
  })
})

describe('CLIENT NO-EVICT', () => {
  it('shows in the flags of the connection', () => {
    expect(run('CLIENT NO-EVICT on')).toBe('OK')
    expect(run('CLIENT INFO')).toContain(' flags=e ')
    run('CLIENT NO-EVICT OFF')
    expect(run('CLIENT INFO')).toContain(' flags=N ')
    expect(run('CLIENT NO-EVICT maybe')).toBe(SYNTAX)
  })
})

describe('CLIENT NO-TOUCH', () => {
  it('keeps commands from counting as accesses', () => {
    run('SET k v')
    server.clock.advance(5000)
    expect(run('CLIENT NO-TOUCH on')).toBe('OK')
    run('GET k')
    expect(run('OBJECT IDLETIME k')).toBe('(integer) 5')
    expect(run('CLIENT INFO')).toContain(' flags=T ')
    run('CLIENT NO-TOUCH off')
    run('GET k')
    expect(run('OBJECT IDLETIME k')).toBe('(integer) 0')
    expect(run('CLIENT NO-TOUCH maybe')).toBe(SYNTAX)
  })
})

describe('CLIENT CAPA', () => {
  it('keeps what it knows and passes over the rest', () => {
    expect(run('CLIENT CAPA foo bar')).toBe('OK')
    expect(run('CLIENT INFO')).toContain(' capa= ')
    expect(run('CLIENT CAPA foo Redirect')).toBe('OK')
    expect(run('CLIENT INFO')).toContain(' capa=r ')
    expect(run('CLIENT CAPA')).toBe(arityOf('client|capa'))
  })
})

describe('READONLY and READWRITE', () => {
  it('change nothing outside a cluster', () => {
    expect([run('READONLY'), run('SET k v'), run('READWRITE'), run('GET k')]).toEqual(['OK', 'OK', 'OK', 'v'])
  })

  it('have no arguments', () => {
    expect(run('READONLY x')).toBe(arityOf('readonly'))
    expect(run('READWRITE x')).toBe(arityOf('readwrite'))
  })
})

describe('CLIENT GETREDIR', () => {
  it('is -1 without tracking', () => {
    expect(run('CLIENT GETREDIR')).toBe('(integer) -1')
  })
})

describe('CLIENT UNBLOCK', () => {
  it('finds nobody blocked', () => {
    for (const line of ['1', '999', '999 TIMEOUT', '999 error', '-1']) {
      expect(run(`CLIENT UNBLOCK ${line}`)).toBe('(integer) 0')
    }
  })

  it('checks the reason first, then the number', () => {
    expect(run('CLIENT UNBLOCK x foo')).toBe('(error) ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR')
    for (const id of ['x', '1.5', '9223372036854775808']) {
      expect(run(`CLIENT UNBLOCK ${id}`)).toBe('(error) ERR value is not an integer or out of range')
    }
    expect(run('CLIENT UNBLOCK 9223372036854775807')).toBe('(integer) 0')
  })
})

describe('CLIENT REPLY', () => {
  const batch = (...lines: readonly string[]): string =>
    server.client.bytes(new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join('')))

  it('OFF silences everything until ON, errors too', () => {
    expect(batch('CLIENT REPLY OFF', 'PING', 'FOO', 'CLIENT REPLY x', 'CLIENT REPLY ON', 'PING')).toBe(
      '+OK\r\n+PONG\r\n',
    )
  })

  it('SKIP silences the next command', () => {
    expect(batch('CLIENT REPLY SKIP', 'PING a', 'PING')).toBe('+PONG\r\n')
    expect(batch('CLIENT REPLY SKIP', 'FOO', 'PING')).toBe('+PONG\r\n')
    expect(batch('CLIENT REPLY SKIP', 'CLIENT REPLY SKIP', 'PING a', 'PING')).toBe('+PONG\r\n')
    expect(batch('CLIENT REPLY SKIP', 'CLIENT REPLY ON', 'PING')).toBe('+OK\r\n+PONG\r\n')
  })

  it('SKIP silences RESET like any other', () => {
    expect(batch('CLIENT REPLY SKIP', 'RESET', 'PING')).toBe('+PONG\r\n')
  })

  it('SKIP does not end OFF', () => {
    expect(batch('CLIENT REPLY OFF', 'CLIENT REPLY SKIP', 'PING', 'PING', 'CLIENT REPLY ON')).toBe('+OK\r\n')
  })

  it('wants one of the three', () => {
    expect(run('CLIENT REPLY maybe')).toBe(SYNTAX)
    expect(run('CLIENT REPLY')).toBe(arityOf('client|reply'))
  })
})
