import { beforeEach, describe, expect, it } from 'vitest'
import { startTestEngine, type TestClient, type TestEngine } from '../_test-client.ts'
import { logIn } from './_test-login.ts'

const HASH_OF_SECRET = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'

let server: TestEngine
beforeEach(() => {
  server = startTestEngine()
})

const run = (line: string): string => server.client.run(line)
const loggedIn = (rules: string, name?: string): TestClient => logIn(server, rules, name)

describe('ACL LOAD and ACL SAVE', () => {
  const NO_FILE = '(error) ERR This instance is not configured to use an ACL file.'

  function withFile(text: string): { text: string; isBroken: boolean } {
    const file = { text, isBroken: false }
    const fail = (): never => {
      throw new Error('No such file or directory')
    }
    server.engine.acl.storage = {
      read: (path) => (file.isBroken ? fail() : `${file.text}`.replaceAll('PATH', path)),
      write: (_path, contents) => {
        if (file.isBroken) fail()
        file.text = contents
      },
    }
    expect(server.engine.config.load('aclfile', ['users.acl'])).toBe(undefined)
    return file
  }

  it('need a file', () => {
    expect(run('ACL LOAD')).toContain(NO_FILE)
    expect(run('ACL SAVE')).toContain(NO_FILE)
  })

  it('write the users, and read them again', () => {
    const file = withFile('')
    run('ACL SETUSER alice on >secret +get ~a (+set %W~b)')
    expect(run('ACL SAVE')).toBe('OK')
    expect(file.text).toBe(
      `user alice on #${HASH_OF_SECRET} ~a resetchannels -@all +get (%W~b resetchannels -@all +set)\n` +
        'user default on nopass ~* &* +@all\n',
    )
    const before = run('ACL LIST')
    run('ACL SETUSER default -config')
    run('ACL SETUSER bob')
    expect(run('ACL LOAD')).toBe('OK')
    expect(run('ACL LIST')).toBe(before)
  })

  it('close the connections of users that are gone, and leave the others as they are', () => {
    const alice = loggedIn('+@all')
    const bob = loggedIn('+acl|load', 'bob')
    const carol = loggedIn('+acl|load', 'carol')
    withFile('user alice on nopass +get ~k\r\n\n  user  default  on nopass +@all ')
    expect(carol.run('ACL LOAD')).toBe('OK')
    expect([alice.closed, bob.closed, carol.closed]).toEqual([false, true, true])
    expect(alice.run('GET k')).toBe('(nil)')
    expect(alice.run('SET k v')).toContain('NOPERM')
  })

  it('change nothing when there is a mistake in the file, and tell all of them', () => {
    const file = withFile('')
    const before = run('ACL LIST')
    const mistakes: readonly (readonly [line: string, reason: string])[] = [
      ['# comment', 'users.acl:1 should start with user keyword followed by the username.'],
      ['user', 'users.acl:1 should start with user keyword followed by the username.'],
      ['USER x', 'users.acl:1 should start with user keyword followed by the username.'],
      ['user a\tb', "'users.acl:1: username 'a\tb' contains invalid characters."],
      ['user a\nuser a', "WARNING: Duplicate user 'a' found on line 2."],
      ['user a nosuch', 'users.acl:1: Syntax error.'],
      ['user a (+get', 'users.acl:1: Unmatched parenthesis in selector definition.'],
      [
        'user a\nuser b +x +y',
        "users.acl:2: Error in applying operation '+x': Unknown command or category name in ACL. ",
      ],
    ]
    for (const [text, reason] of mistakes) {
      file.text = text
      expect(run('ACL LOAD')).toContain(`(error) ERR ${reason}`)
      expect(run('ACL LOAD')).toContain('WARNING: ACL errors detected, no change to the previously active ACL rules')
      expect(run('ACL LIST')).toBe(before)
    }
    file.text = 'user a nosuch\nuser b +nosuch'
    expect(run('ACL LOAD')).toContain("users.acl:1: Syntax error. users.acl:2: Error in applying operation '+nosuch'")
    file.isBroken = true
    expect(run('ACL LOAD')).toBe("(error) ERR Error loading ACLs, opening file 'users.acl': No such file or directory")
    expect(run('ACL SAVE')).toContain('There was an error trying to save the ACLs')
  })
})
