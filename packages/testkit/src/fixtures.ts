/** Fixtures for vitest: an engine, a client of it and a server, for the tests that name them. */

import type { RespClient } from './resp-client.ts'
import {
  startTestEngine,
  startTestServer,
  type TestEngine,
  type TestEngineOptions,
  type TestServer,
} from './test-server.ts'

type Fixture<Context, Value> = (context: Context, use: (value: Value) => Promise<void>) => Promise<void>

export interface TestFixtures {
  readonly engine: Fixture<object, TestEngine>
  /** Of the engine; RESP2. */
  readonly client: Fixture<{ readonly engine: TestEngine }, RespClient>
  /** On a free port, with the computer's clock. */
  readonly server: Fixture<object, TestServer>
}

/**
 * What `test.extend` of vitest takes. Each test gets its own, and they are gone when it ends.
 *
 *     const it = test.extend(fixtures({ modules: [ratelimit] }))
 *     it('takes a token', async ({ client }) => { ... })
 *
 * @param options of the engine; the server gets them too, but for the clock
 */
export function fixtures(options: TestEngineOptions = {}): TestFixtures {
  const { clock: _clock, ...ofServer } = options
  return {
    // Vitest looks at the parameter's source to know what a fixture needs.
    // biome-ignore lint/correctness/noEmptyPattern: it needs nothing
    engine: async ({}, use) => {
      await using engine = startTestEngine(options)
      await use(engine)
    },
    client: async ({ engine }, use) => {
      using client = engine.dial()
      await use(client)
    },
    // biome-ignore lint/correctness/noEmptyPattern: it needs nothing
    server: async ({}, use) => {
      await using server = await startTestServer(ofServer)
      await use(server)
    },
  }
}
