import type { Checkup } from '../checkup.ts'
import { makeFix, type Rule, type RuleFinding } from '../finding.ts'
import { entriesOf, profileOf, removeLine, valueColumns } from '../lines.ts'
import { reportAtKey, roleArn } from './role-rules.ts'

/** Which account a profile is of. */
export const accountRules: readonly Rule[] = [
  {
    code: 'conflicting-accounts',
    severity: 'error',
    about: 'a profile whose keys name two accounts, or one key another account in each file',
    *check(checkup) {
      for (const profile of checkup.aws.profiles) {
        const { sso_account_id: sso, role_arn: arn, aws_account_id: own } = profile.values
        const role = roleArn.exec(arn ?? '')?.[1]
        const other = [role, own].find((each) => each !== undefined && each !== sso)
        if (sso !== undefined && other !== undefined) {
          yield* reportAtKey(checkup, profile, 'sso_account_id', {
            wrong: `sso_account_id says account ${sso}, ${role === other ? 'role_arn' : 'aws_account_id'} says ${other}.`,
            awsCli: role === other ? 'looks at role_arn alone' : 'signs in to the first and calls the second',
            sdk:
              role === other
                ? 'looks at role_arn where it has a source, else at SSO'
                : 'signs in to the first and calls the second',
            fixes: () => [],
          })
        }
      }
      yield* findAccountsInTwoFiles(checkup)
    },
  },
]

/** An account id in the config file, another in the credentials file, which wins. */
function* findAccountsInTwoFiles(checkup: Checkup): Generator<RuleFinding> {
  const { config, sdk } = checkup
  for (const { section, entry } of entriesOf(config)) {
    const { key, line } = entry
    const profile = profileOf(config, section)
    if (profile === null || (key !== 'sso_account_id' && key !== 'role_arn')) continue
    const placed = sdk.profiles.get(profile)?.values.get(key)
    if (placed?.file !== 'credentials' || placed.value === entry.value) continue
    yield {
      file: 'config',
      line,
      columns: valueColumns(config, line),
      profile,
      wrong: `${key} is ${entry.value} here and ${placed.value} in the credentials file (line ${placed.line}).`,
      awsCli: 'takes the credentials file',
      sdk: 'takes the credentials file',
      fixes: [makeFix('remove this one, which nobody reads', removeLine({ file: 'config', line }))],
    }
  }
}
