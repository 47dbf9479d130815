import { defineConfig } from 'vitest/config'

// Tests import `@kvasir/*` from source: the condition points each package's exports at its src/index.ts.
const conditions = ['@kvasir/source', 'module', 'node', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@kvasir/source'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    passWithNoTests: true,
    testTimeout: 20_000,
    // One set of modules per worker: tests share no state but the modules' own, which has none.
    isolate: false,
  },
})
