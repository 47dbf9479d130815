import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    passWithNoTests: true,
    testTimeout: 60_000,
    // One set of modules per worker: tests share no state but the modules' own, which has none.
    isolate: false,
    // Node.js itself loads the sources, as it does for users: Vite's own loader turns every import into a getter, which
    // a benchmark would measure. The condition makes `@kvasir/*` mean each package's src/index.ts.
    experimental: { viteModuleRunner: false },
    execArgv: ['--conditions=@kvasir/source'],
  },
})
