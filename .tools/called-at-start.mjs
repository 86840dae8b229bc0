// Writes called-at-start.txt: which functions of src/ are called when a query is answered from the cache. Node reports
// them (NODE_V8_COVERAGE) of the program as it is in src/, over the simulated AWS. By hand, now and then:
// npx node .tools/called-at-start.mjs
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const main = new URL('../src/main.ts', import.meta.url)
const root = new URL('..', import.meta.url).href
const questions = [
  ['running'],
  ['running', '--region', 'nowhere-1'],
  ['by-state'],
  ['Reservations[0]', '--output', 'json'],
  ["Reservations[].Instances[?InstanceId=='i-1'][]"],
  ['--filter', 'web'],
  ['--output', 'csv'],
  ['@', '--output', 'json'],
]

const home = mkdtempSync(join(tmpdir(), 'muster-called-'))
const env = { PATH: process.env.PATH, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' }
try {
  const serving = await serveDemo()
  const everything = ['--profile', '*', '--region', '*']
  run(['sync', ...everything], env)
  for (const words of questions)
    run(['query', ...words, '--offline', ...everything.slice(0, words.includes('--region') ? 2 : 4)], {
      ...env,
      NODE_V8_COVERAGE: join(home, 'reports'),
    })
  serving.kill()
  const called = readReports(join(home, 'reports'))
  const lines = [...called].sort().map(([file, names]) => `${file} ${[...names].sort().join(' ')}\n`)
  writeFileSync(new URL('called-at-start.txt', import.meta.url), lines.join(''))
} finally {
  rmSync(home, { recursive: true })
}

function run(words, environment) {
  const { stderr } = spawnSync(process.execPath, [main.pathname, ...words], {
    env: environment,
    encoding: 'utf8',
  })
  process.stderr.write(stderr)
}

async function serveDemo() {
  const serving = spawn(process.execPath, [main.pathname, 'demo', 'serve', '--instances', '200'], { env })
  let text = ''
  for await (const piece of serving.stdout) {
    text += piece
    if (/# ~\/\.aws\/credentials\n[\s\S]*\n$/.test(text)) break
  }
  const [, config, credentials] = text.split(/# ~\/\.aws\/\w+\n/)
  mkdirSync(join(home, '.aws'))
  writeFileSync(join(home, '.aws/config'), config)
  writeFileSync(join(home, '.aws/credentials'), credentials)
  return serving
}

/** The functions at the left of files of src/ that were called in any of the runs, by file. */
function readReports(folder) {
  const called = new Map()
  for (const report of readdirSync(folder)) {
    for (const { url, functions } of JSON.parse(readFileSync(join(folder, report), 'utf8')).result) {
      if (!url.startsWith(`${root}src/`)) continue
      const file = url.slice(root.length)
      const declared = readFileSync(new URL(url), 'utf8').matchAll(
        /^(?:export )?(?:async )?function\*? (\w+)/gm,
      )
      const names = new Set([...declared].map(([, name]) => name))
      for (const { functionName, ranges } of functions) {
        if (ranges[0].count === 0 || !names.has(functionName)) continue
        called.set(file, (called.get(file) ?? new Set()).add(functionName))
      }
    }
  }
  return called
}
