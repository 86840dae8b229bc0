import type { MergedSection } from './aws-files.ts'
import type { Profile } from './profile.ts'

/** A sign-in that profiles share: an `[sso-session NAME]`, or the `sso_start_url` of older profiles. */
export interface SsoSession {
  /** Null if the profiles themselves hold the start URL (the AWS CLI's older form). */
  readonly name: string | null
  readonly startUrl: string
  /** `sso_region`, where the portal is. */
  readonly region: string
  /** `sso_registration_scopes`; empty if it is not set. */
  readonly scopes: readonly string[]
}

/** The `[sso-session]`s that have a start URL and a region, in the order of the file. */
export function ssoSessionsOf(sections: ReadonlyMap<string, MergedSection>): readonly SsoSession[] {
  return [...sections].flatMap(([name, { values }]) => {
    const { sso_start_url: startUrl, sso_region: region } = values
    if (!startUrl || !region) return []
    return [{ name, startUrl, region, scopes: scopesOf(values.sso_registration_scopes) }]
  })
}

/** The sign-in that an SSO profile needs; null for a profile that needs none or whose session is missing. */
export function ssoSessionOf(
  profile: Profile,
  config: { readonly ssoSessions: readonly SsoSession[] },
): SsoSession | null {
  const { sso_session: name = null, sso_start_url: startUrl, sso_region: region } = profile.values
  if (profile.kind === 'sso') {
    const found = config.ssoSessions.find((each) => each.name === name)
    // A start URL or region that the session lacks may stand in the profile.
    if (found || !startUrl || !region) return found ?? null
    return { name, startUrl, region, scopes: scopesOf(profile.values.sso_registration_scopes) }
  }
  if (profile.kind !== 'legacy-sso' || !startUrl || !region) return null
  return { name: null, startUrl, region, scopes: [] }
}

/** The profiles that sign in by it. */
export function profilesOf(session: SsoSession, profiles: readonly Profile[]): readonly Profile[] {
  return profiles.filter(({ kind, values }) =>
    session.name === null
      ? kind === 'legacy-sso' && values.sso_start_url === session.startUrl
      : kind === 'sso' && values.sso_session === session.name,
  )
}

/** Scopes as the AWS CLI splits them: by commas, blanks aside. */
function scopesOf(text: string | undefined): readonly string[] {
  const words = (text ?? '').split(',').map((word) => word.trim())
  return words.filter((word) => word !== '')
}
