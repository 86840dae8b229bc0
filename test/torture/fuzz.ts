import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Part, wrongs } from './part.ts'

const root = new URL('../..', import.meta.url).pathname
const reporter = new URL('test-lines.mjs', import.meta.url).pathname

/**
 * The test files that make more cases under LONG_RUNS (test/helpers/long-runs.ts), with all of them; where less than the
 * whole torture is asked for, their tenth. What is not through when its time ends is named.
 */
export const fuzz: Part = async ({ share, deadline, report }) => {
  const files = longFiles()
  const wrong = wrongs(report)
  const folder = mkdtempSync(join(tmpdir(), 'muster-torture-'))
  try {
    const path = join(folder, 'lines')
    const ended = await runTests(files, path, { LONG_RUNS: share < 1 ? '0' : '1' }, deadline)
    const lines = existsSync(path) ? readLines(path) : []
    const tests = lines.filter(({ name }) => name !== null)
    for (const { file, name, error } of lines.filter(({ state }) => state === 'failed'))
      if (name !== null || error !== '') wrong.add(`${file}: ${name ?? 'the file'}: ${error}`)
    const through = new Set(lines.filter(({ name }) => name === null).map(({ file }) => file))
    const left = files.filter((file) => !through.has(file))
    if (ended.isLate) for (const file of left) wrong.addLate(file)
    else if (left.length > 0 || (ended.code !== 0 && wrong.lines.length === 0))
      wrong.add(ended.text.slice(-2000))
    return {
      figures: [
        ['test files that make all of their cases', files.length - left.length],
        ['… tests passed', tests.filter(({ state }) => state === 'passed').length],
        [
          '… tests skipped, without a program to compare with',
          tests.filter(({ state }) => state === 'skipped').length,
        ],
      ],
      wrong: wrong.lines,
      late: wrong.late,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What became of a test, or of a whole file (whose `name` is null). */
interface TestLine {
  readonly file: string
  readonly name: string | null
  readonly state: string
  readonly error: string
}

function readLines(path: string): readonly TestLine[] {
  const texts = readFileSync(path, 'utf8').split('\n')
  // The last line is empty, or half of one if the run was killed.
  return texts.slice(0, -1).map((text) => JSON.parse(text) as TestLine)
}

interface RunEnd {
  readonly code: number | null
  readonly isLate: boolean
  readonly text: string
}

/** Runs test files with the reporter above. At the deadline the run is killed, with all processes that it started. */
function runTests(
  files: readonly string[],
  path: string,
  env: Readonly<Record<string, string>>,
  deadline: number,
): Promise<RunEnd> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  // A test of all cases may take longer than one of a tenth may: the deadline ends what hangs.
  const words = ['run', '--config', 'test/vitest.config.ts', `--reporter=${reporter}`, '--testTimeout=0']
  const child = spawn(process.execPath, [vitest, ...words, ...files], {
    cwd: root,
    env: { ...process.env, ...env, TEST_LINES: path },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let text = ''
  let isLate = false
  const collect = (chunk: Buffer) => {
    text = `${text}${chunk}`.slice(-10_000)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const { promise, resolve, reject } = Promise.withResolvers<RunEnd>()
  const timer = setTimeout(
    () => {
      isLate = true
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    },
    Math.max(0, deadline - performance.now()),
  )
  child.once('error', reject)
  child.once('close', (code) => {
    clearTimeout(timer)
    resolve({ code, isLate, text })
  })
  return promise
}

function longFiles(): readonly string[] {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .filter((name) => readFileSync(join(root, 'test', name), 'utf8').includes('helpers/long-runs.ts'))
    .map((name) => `test/${name}`)
}
