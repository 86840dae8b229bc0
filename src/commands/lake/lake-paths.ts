import { join } from 'node:path'
import type { ResolvedScope, Scope } from '../../model.ts'

/** What a file of the tree holds. */
export const lakeFormats = ['parquet', 'ndjson'] as const
export type LakeFormat = (typeof lakeFormats)[number]

/** Hive's name for a value that is not known. */
const unknownValue = '__HIVE_DEFAULT_PARTITION__'

/** The path of a scope's file below the tree: `kind=…/date=…/account=…/region=…/part-0.parquet`. */
export function partitionPath(
  { kind, account, region }: ResolvedScope,
  date: string,
  format: LakeFormat,
): string {
  const values = { kind, date, account, region }
  const folders = Object.entries(values).map(([key, value]) => `${key}=${escapeHive(value)}`)
  return join(...folders, `part-0.${format}`)
}

/** The path of the file that says where the scopes of an account stand; of a profile whose account is not known its own. */
export function coveragePath({ account, profile }: Scope, date: string): string {
  const name = account === null ? `profile-${escapeHive(profile)}` : 'part-0'
  const owner = account === null ? unknownValue : escapeHive(account)
  return join('coverage', `date=${date}`, `account=${owner}`, `${name}.ndjson.gz`)
}

/** A value as Hive writes it in a path (org.apache.hadoop.hive.common.FileUtils.escapePathName). */
export function escapeHive(value: string): string {
  if (value === '') return unknownValue
  return value.replaceAll(/[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  })
}
