import type { Checkup } from './checkup.ts'
import { type Conceal, makeConcealer } from './conceal.ts'
import type { Finding, Rule, RuleFinding, Severity } from './finding.ts'
import { accountRules } from './rules/account-rules.ts'
import { byteRules } from './rules/byte-rules.ts'
import { chainRules } from './rules/chain-rules.ts'
import { duplicateRules } from './rules/duplicate-rules.ts'
import { environmentRules } from './rules/environment-rules.ts'
import { headerRules } from './rules/header-rules.ts'
import { keyRules } from './rules/key-rules.ts'
import { lineRules } from './rules/line-rules.ts'
import { mfaRules } from './rules/mfa-rules.ts'
import { nameRules } from './rules/name-rules.ts'
import { networkRules } from './rules/network-rules.ts'
import { processRules } from './rules/process-rules.ts'
import { findUnexplained, unlikeReadings } from './rules/reading-rules.ts'
import { roleRules } from './rules/role-rules.ts'
import { secretRules } from './rules/secret-rules.ts'
import { sourceRules } from './rules/source-rules.ts'
import { ssoRules } from './rules/sso-rules.ts'
import { valueRules } from './rules/value-rules.ts'

/** Rules about what stands in the files, whatever it means. */
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

/** A finding of these rules says why the two readers differ; the other rules are about what both read alike. */
export const explainingCodes: ReadonlySet<string> = new Set(
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
  // A difference that no rule has reported is an error: one of the two does not do what the file says.
  const explained = found.filter(({ code }) => explainingCodes.has(code))
  const rest = [...findUnexplained(checkup, explained)].map((each) => ({
    ...each,
    severity: 'error' as const,
    code: unlikeReadings,
  }))
  const conceal = makeConcealer(checkup)
  return [...found, ...rest].map((each) => concealFinding(each, conceal)).toSorted(compareByPlace)
}

function concealFinding(finding: Finding, hide: Conceal): Finding {
  const conceal = (text: string) => hide(text, finding)
  const { profile, wrong, awsCli, sdk, fixes } = finding
  return {
    ...finding,
    profile: profile === null ? null : conceal(profile),
    wrong: conceal(wrong),
    awsCli: conceal(awsCli),
    sdk: conceal(sdk),
    fixes: fixes.map(({ what, edits, command, condition }) => ({
      what: conceal(what),
      edits,
      ...(command === undefined ? {} : { command: conceal(command) }),
      ...(condition === undefined ? {} : { condition: conceal(condition) }),
    })),
  }
}

function compareByPlace(a: Finding, b: Finding): number {
  return (
    fileOrder(a) - fileOrder(b) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity)
  )
}

function fileOrder({ file }: RuleFinding): number {
  return ['environment', 'config', 'credentials'].indexOf(file)
}
