import type { Command } from '../../app/command.ts'
import type { Context } from '../../app/context.ts'
import { inContext } from '../../app/open-context.ts'
import type { Args } from '../../app/options.ts'
import { formatOf, hasColour, printList, writeChunks } from '../../app/print.ts'
import { matchPatterns, splitList } from '../../config/patterns.ts'
import { type Checkup, checkUp } from '../../doctor/checkup.ts'
import { makeConcealer } from '../../doctor/conceal.ts'
import { type Finding, refusesFile } from '../../doctor/finding.ts'
import { readDocuments } from '../../doctor/read-documents.ts'
import { examine } from '../../doctor/rules.ts'
import { type ExitCode, exitCodes, usageError } from '../../errors.ts'
import { printedFormats } from '../../output/format-names.ts'

export const doctor: Command = {
  summary: 'what is wrong in ~/.aws/config and credentials, and how to fix it',
  usage: 'doctor [OPTIONS]',
  about:
    'Examines ~/.aws/config and ~/.aws/credentials: what is wrong, what the AWS CLI and the SDK make of it, and the\nfix as a diff. Changes nothing. Exit code 1 when there are errors.',
  options: [
    { name: 'profile', help: 'only these profiles and their sources; globs, !excludes' },
    'online',
    { name: 'output', help: `${printedFormats.join(', ')} in place of the report` },
  ],
  examples: ['muster doctor', "muster doctor --profile 'prod-*' --online", 'muster doctor --output json'],
  async run(args, io) {
    const format = formatOf(args)
    return inContext(args, io, async (context) => {
      const { config, credentials } = readDocuments(context.io)
      const checkup = checkUp(config, credentials, context.io.env)
      const chosen = chooseProfiles(checkup, args)
      const found = examine(checkup).filter((finding) => isRelevant(finding, checkup, chosen))
      const tried = args.online ? await tryProfiles(context, checkup, chosen) : []
      const findings = [...found, ...tried]
      const conceal = makeConcealer(checkup)
      if (args.output === null) {
        const { formatReport } = await import('./doctor-report.ts')
        const options = { columns: io.columns ?? 80, colour: hasColour(io), home: io.home }
        await writeChunks(formatReport(findings, checkup, conceal, options), io)
      } else {
        const { flatColumns, fullColumns, makeDoctorItems } = await import('./doctor-items.ts')
        const full = ['json', 'ndjson', 'yaml'].includes(format)
        const items = makeDoctorItems(findings, checkup, conceal)
        await printList('Findings', full ? fullColumns : flatColumns, items, args, io)
      }
      return exitCodeOf(findings)
    })
  },
}

function exitCodeOf(findings: readonly Finding[]): ExitCode {
  return findings.some(({ severity }) => severity === 'error') ? exitCodes.failed : exitCodes.done
}

/** The profiles of --profile, as either reader knows them; null for all. A broken profile can be named, too. */
function chooseProfiles({ sdk, awsCli }: Checkup, args: Args): ReadonlySet<string> | null {
  const words = splitList(args.profile)
  if (words.length === 0) return null
  const names = [...new Set([...sdk.profiles.keys(), ...awsCli.profiles.keys()])]
  const matched = matchPatterns(words, names)
  if (matched.length > 0) return new Set(matched)
  throw usageError(
    `No profile matches --profile ${words.join(',')}; run muster doctor without it to see all.`,
  )
}

/** What is wrong with a chosen profile, with one of its sources, or with all of them. */
function isRelevant(finding: Finding, { aws }: Checkup, chosen: ReadonlySet<string> | null): boolean {
  const { profile, awsCli } = finding
  if (chosen === null || profile === null || awsCli === refusesFile || chosen.has(profile)) return true
  return aws.profiles.some(({ name, chain }) => chosen.has(name) && chain.includes(profile))
}

async function tryProfiles(
  context: Context,
  checkup: Checkup,
  chosen: ReadonlySet<string> | null,
): Promise<readonly Finding[]> {
  const { tryEach } = await import('./doctor-online.ts')
  const profiles = checkup.aws.profiles.filter(
    ({ name, kind }) => kind !== 'none' && (chosen === null || chosen.has(name)),
  )
  return tryEach(context, checkup, profiles)
}
