import type { Checkup } from './checkup.ts'
import { type Conceal, concealer } from './conceal.ts'
import type { Finding, Found, Rule, Severity } from './finding.ts'
import { accountRules } from './rules/accounts.ts'
import { byteRules } from './rules/bytes.ts'
import { chainRules } from './rules/chains.ts'
import { duplicateRules } from './rules/duplicates.ts'
import { environmentRules } from './rules/environment.ts'
import { headerRules } from './rules/headers.ts'
import { keyRules } from './rules/keys.ts'
import { lineRules } from './rules/line-rules.ts'
import { mfaRules } from './rules/mfa.ts'
import { nameRules } from './rules/names.ts'
import { networkRules } from './rules/network.ts'
import { processRules } from './rules/processes.ts'
import { unexplained, unlikeReadings } from './rules/readings.ts'
import { roleRules } from './rules/roles.ts'
import { secretRules } from './rules/secrets.ts'
import { sourceRules } from './rules/sources.ts'
import { ssoRules } from './rules/sso.ts'
import { valueRules } from './rules/values.ts'

/** What stands in the files, whatever it means. */
const fileRules: readonly Rule[] = [
  ...byteRules,
  ...headerRules,
  ...nameRules,
  ...duplicateRules,
  ...lineRules,
  ...valueRules,
]

/** Every rule but the last, which looks at what the others found. */
export const rules: readonly Rule[] = [
  ...fileRules,
  ...keyRules,
  ...sourceRules,
  ...processRules,
  ...networkRules,
  ...roleRules,
  ...chainRules,
  ...mfaRules,
  ...ssoRules,
  ...accountRules,
  ...secretRules,
  ...environmentRules,
]

/** A finding of these rules tells why the two readers differ; the others tell of what both read alike. */
export const explaining: ReadonlySet<string> = new Set(
  fileRules
    .map(({ code }) => code)
    .filter((code) => !['crlf', 'tab', 'quoted-name', 'empty-section'].includes(code)),
)

const severities: readonly Severity[] = ['error', 'warning', 'remark']

/** All that is wrong with the two files, by file and line, the worst of a line first; no secret is in it but in edits. */
export function examine(checkup: Checkup): readonly Finding[] {
  const found = rules.flatMap((rule) =>
    [...rule.check(checkup)].map((each) => ({ severity: rule.severity, ...each, code: rule.code })),
  )
  // What nobody has told of is an error: one of the two does not do what the file says.
  const told = found.filter(({ code }) => explaining.has(code))
  const rest = [...unexplained(checkup, told)].map((each) => ({
    ...each,
    severity: 'error' as const,
    code: unlikeReadings,
  }))
  const conceal = concealer(checkup)
  return [...found, ...rest].map((each) => concealed(each, conceal)).toSorted(byPlace)
}

function concealed(finding: Finding, hide: Conceal): Finding {
  const conceal = (text: string) => hide(text, finding)
  const { profile, wrong, awsCli, sdk, mends } = finding
  return {
    ...finding,
    profile: profile === null ? null : conceal(profile),
    wrong: conceal(wrong),
    awsCli: conceal(awsCli),
    sdk: conceal(sdk),
    mends: mends.map(({ what, edits, command, condition }) => ({
      what: conceal(what),
      edits,
      ...(command === undefined ? {} : { command: conceal(command) }),
      ...(condition === undefined ? {} : { condition: conceal(condition) }),
    })),
  }
}

function byPlace(a: Finding, b: Finding): number {
  return (
    fileOrder(a) - fileOrder(b) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity)
  )
}

function fileOrder({ file }: Found): number {
  return ['environment', 'config', 'credentials'].indexOf(file)
}
