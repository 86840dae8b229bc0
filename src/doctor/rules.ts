import type { Checkup } from './checkup.ts'
import { concealer } from './conceal.ts'
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
import { unexplained, unlikeReadings } from './rules/readings.ts'
import { roleRules } from './rules/roles.ts'
import { secretRules } from './rules/secrets.ts'
import { ssoRules } from './rules/sso.ts'
import { valueRules } from './rules/values.ts'

/** Every rule but the last, which looks at what the others found. */
export const rules: readonly Rule[] = [
  ...byteRules,
  ...headerRules,
  ...nameRules,
  ...duplicateRules,
  ...lineRules,
  ...valueRules,
  ...keyRules,
  ...roleRules,
  ...chainRules,
  ...mfaRules,
  ...ssoRules,
  ...accountRules,
  ...secretRules,
  ...environmentRules,
]

const severities: readonly Severity[] = ['error', 'warning', 'remark']

/** All that is wrong with the two files, by file and line, the worst of a line first; no secret is in it but in edits. */
export function examine(checkup: Checkup): readonly Finding[] {
  const found = rules.flatMap((rule) =>
    [...rule.check(checkup)].map((each) => ({ severity: rule.severity, ...each, code: rule.code })),
  )
  // What nobody has told of is an error: one of the two does not do what the file says.
  const rest = [
    ...unexplained(
      checkup,
      found.filter(({ file }) => file !== 'environment'),
    ),
  ].map((each) => ({
    ...each,
    severity: 'error' as const,
    code: unlikeReadings,
  }))
  const conceal = concealer(checkup)
  return [...found, ...rest].map((each) => concealed(each, conceal)).toSorted(byPlace)
}

function concealed(finding: Finding, conceal: (text: string) => string): Finding {
  return {
    ...finding,
    wrong: conceal(finding.wrong),
    awsCli: conceal(finding.awsCli),
    sdk: conceal(finding.sdk),
    mends: finding.mends.map((mend) => ({ ...mend, what: conceal(mend.what) })),
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
