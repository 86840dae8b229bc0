// npm run torture: what must stay true whatever is done to muster, tried at length. --part NAME runs one part, --seed N
// takes other random numbers, --share 0.1 does a tenth, --minutes 90 is for a machine that does other work, too. Ends with
// a table in Markdown; exit code 1 if anything was wrong, 3 if there was no time for all of it.
import { parseArgs } from 'node:util'
import { answers } from './answers.ts'
import { continuations } from './continuations.ts'
import { damage } from './damage.ts'
import { fuzz } from './fuzz.ts'
import { kills } from './kills.ts'
import { leases } from './leases.ts'
import { mentions } from './mentions.ts'
import type { Outcome, Part } from './part.ts'
import { processes } from './processes.ts'
import { screen } from './screen.ts'

const parts: Readonly<Record<string, Part>> = {
  kills,
  mentions,
  continuations,
  leases,
  answers,
  damage,
  processes,
  screen,
  fuzz,
}

const { values } = parseArgs({
  options: {
    part: { type: 'string', multiple: true },
    seed: { type: 'string', default: '1' },
    share: { type: 'string', default: '1' },
    // Enough for all of it on two cores that do nothing else.
    minutes: { type: 'string', default: '20' },
  },
})
/**
 * How many seconds each part takes on two cores that do nothing else: by these the time is shared. What a part leaves over,
 * or overruns, is shared by those after it.
 */
const usualSeconds: Readonly<Record<string, number>> = {
  kills: 216,
  mentions: 60,
  continuations: 151,
  leases: 143,
  answers: 184,
  damage: 82,
  processes: 101,
  screen: 120,
  fuzz: 61,
}

const wanted = values.part ?? Object.keys(parts)
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  say(`There is no part ${unknown.join(', ')}: ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}

const given = { seed: Number(values.seed), share: Number(values.share) }
const bound = Number(values.minutes)
// What a part has begun it brings to its end.
const end = performance.now() + bound * 60_000 * 0.97
const done: { readonly name: string; readonly outcome: Outcome; readonly seconds: number }[] = []
for (const [at, name] of wanted.entries()) {
  const start = performance.now()
  const share = secondsOf([name]) / secondsOf(wanted.slice(at))
  const deadline = start + Math.max(0, end - start) * share
  const report = (line: string) => say(`${name}: ${line}`)
  const outcome = await (parts[name] as Part)({ ...given, deadline, report }).catch(reportCrash)
  const seconds = Math.round((performance.now() - start) / 1000)
  report(`${outcome.wrong.length} wrong, ${outcome.late.length} not done in time, in ${seconds} s`)
  done.push({ name, outcome, seconds })
}

say(`\n| part | what | how often |\n|---|---|---|`)
for (const { name, outcome, seconds } of done) {
  for (const [what, count] of outcome.figures) say(`| ${name} | ${what} | ${count.toLocaleString('en')} |`)
  say(`| ${name} | **wrong** (in ${seconds} s, seed ${values.seed}) | **${outcome.wrong.length}** |`)
}
const late = done.flatMap(({ name, outcome }) => outcome.late.map((line) => `${name}: ${line}`))
if (late.length > 0) say(`\nNot done in ${bound} minutes:\n${late.map((line) => `- ${line}`).join('\n')}`)
const isWrong = done.some(({ outcome }) => outcome.wrong.length > 0)
process.exit(isWrong ? 1 : late.length > 0 ? 3 : 0)

function secondsOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (usualSeconds[name] ?? 60), 0)
}

function reportCrash(error: unknown): Outcome {
  const what = `the part itself failed: ${error instanceof Error ? error.stack : String(error)}`
  say(what)
  return { figures: [], wrong: [what], late: [] }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
