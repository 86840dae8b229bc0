import type { Network } from './network.ts'
import type { ProfileKind, StaticKeys } from './profile-sources.ts'

/** A profile of ~/.aws as the AWS CLI sees it. */
export interface Profile {
  readonly name: string
  readonly kind: ProfileKind
  /** What it is to a role that names it as its source, which passes over its own role_arn if it holds keys. */
  readonly kindAsSource: ProfileKind
  /** The keys that it holds, as the AWS CLI takes them. */
  readonly keys: StaticKeys | null
  /** The account that the profile declares: 12 digits of `sso_account_id` or of `role_arn`. */
  readonly account: string | null
  /** `sso_role_name`, or the name of the role of `role_arn`. */
  readonly role: string | null
  readonly region: string | null
  /** `source_profile`. */
  readonly source: string | null
  /** This profile, its source, the source's source and so on; stops before a cycle or a missing profile. */
  readonly chain: readonly string[]
  /** The chain's profiles behind this one, as sources. */
  readonly sources: readonly SourceProfile[]
  readonly network: Network
  /** The keys of both files, the credentials file winning. Holds secrets. */
  readonly values: Values
  readonly file: string
  readonly line: number
  /** One sentence if the profile cannot work. */
  readonly problem: string | null
  /** The same if it is a role's source. */
  readonly problemAsSource: string | null
}

/** A profile as the source of a role. */
export interface SourceProfile {
  readonly kind: ProfileKind
  readonly keys: StaticKeys | null
  readonly values: Values
}

/** Keys of a section and their values. */
export type Values = Readonly<Record<string, string>>
