import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Part } from './part.ts'

const root = new URL('../..', import.meta.url).pathname

/**
 * The test files that make more cases under LONG_RUNS (test/helpers/long-runs.ts), with all of them; where less than the
 * whole torture is asked for, their tenth.
 */
export const fuzz: Part = async ({ share, deadline }) => {
  const files = longFiles()
  const folder = mkdtempSync(join(tmpdir(), 'muster-torture-'))
  try {
    const report = join(folder, 'report.json')
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const words = ['run', '--config', 'test/vitest.config.ts', '--reporter=json', `--outputFile=${report}`]
    const ended = spawnSync(process.execPath, [vitest, ...words, ...files], {
      cwd: root,
      env: { ...process.env, LONG_RUNS: share < 1 ? '0' : '1' },
      encoding: 'utf8',
      timeout: Math.max(1000, Math.round(deadline - performance.now())),
    })
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
    const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
    const of = (status: string) => tests.filter((each) => each.status === status).length
    return {
      figures: [
        ['test files that make all of their cases', files.length],
        ['… tests passed', of('passed')],
        ['… tests skipped, without a program to compare with', of('skipped') + of('pending')],
      ],
      wrong: failed.length === 0 && ended.status !== 0 ? [ended.stderr.slice(-2000)] : failed,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

function longFiles(): readonly string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => readFileSync(join(root, 'test', name), 'utf8').includes('helpers/long-runs.ts'))
    .map((name) => `test/${name}`)
}
