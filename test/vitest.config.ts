import { defineConfig } from 'vitest/config'
import { LongestFirst } from './helpers/longest-first.ts'
import { unitTests } from './unit-tests.ts'

const root = new URL('..', import.meta.url).pathname
const include = process.env.TEST_ONLY === 'unit' ? [...unitTests()] : ['test/**/*.test.ts']

export default defineConfig({
  test: {
    root,
    include,
    // Starting a process for each file and importing the same sources there takes 1.5 s of CPU.
    isolate: false,
    globalSetup: 'test/helpers/temporary-directory.ts',
    setupFiles: 'test/helpers/each-file.ts',
    // Only what hangs is ended by these: a machine that other work slows down many times over passes.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    pool: 'forks',
    // The threads that a test starts have it too.
    execArgv: [`--import=${new URL('./helpers/strip-types.mjs', import.meta.url).href}`],
    // Many tests wait for a terminal, a clock or another program: more files at once than there are cores.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    env: { AWS_EC2_METADATA_DISABLED: 'true', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
  },
})
