import type { prepareLedgerStatements } from './scope-statements.ts'

/** Makes a function one transaction. */
export type AsTransaction = <A extends unknown[], T>(work: (...args: A) => T) => (...args: A) => T

/** The part of the writer that remembers what AWS says of profiles and accounts. */
export function prepareRemembering(
  sql: ReturnType<typeof prepareLedgerStatements>,
  asTransaction: AsTransaction,
) {
  return {
    /** Remembers which account a profile leads to, for offline work. */
    rememberProfile: asTransaction(
      (profile: string, fingerprint: string, account: string, at: number): void => {
        sql.profile.run(profile, fingerprint, account, at)
        sql.account.run(account, profile)
      },
    ),

    /** Remembers what the organisation calls its accounts: id and name. */
    nameAccounts: asTransaction((names: readonly (readonly [account: string, name: string])[]): void => {
      for (const [account, name] of names) sql.nameByOrganisation.run(account, name)
    }),

    /** Remembers the regions that are enabled in an account. */
    rememberRegions: asTransaction((account: string, regions: readonly string[], at: number): void => {
      sql.regions.run(account, JSON.stringify(regions), at)
    }),
  }
}
