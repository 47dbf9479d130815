import { expect } from 'vitest'
import type { TestClient, TestEngine } from '../_test-client.ts'

/** Makes a user without a password, and logs in as it. */
export function logIn({ client, connect }: TestEngine, rules: string, name = 'alice'): TestClient {
  expect(client.run(`ACL SETUSER ${name} reset on nopass ${rules}`)).toBe('OK')
  const user = connect()
  expect(user.run(`AUTH ${name} x`)).toBe('OK')
  return user
}
