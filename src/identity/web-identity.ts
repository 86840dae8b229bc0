import { readFile } from 'node:fs/promises'
import type { Credentials } from '../aws/clients.ts'
import { expandPath } from '../config/paths.ts'
import type { Profile } from '../config/profile.ts'
import { findCachedSession } from './assume-role.ts'
import type { CredentialContext } from './credential-context.ts'
import { credentialsFault } from './identity-faults.ts'
import type { RoleArguments } from './role-arguments.ts'
import { cacheRole } from './role-cache.ts'
import { askForWebRole, stsOf } from './sts-calls.ts'

/** A role that an identity provider's token opens. */
export interface WebIdentity {
  readonly roleArn: string
  readonly tokenFile: string
  readonly sessionName?: string
}

/** The role's session: the one that is kept, else by AssumeRoleWithWebIdentity with the token that the file holds now. */
export async function webIdentityCredentials(
  { roleArn, tokenFile, sessionName }: WebIdentity,
  profile: Profile | null,
  context: CredentialContext,
): Promise<Credentials> {
  const args: RoleArguments = {
    RoleArn: roleArn,
    ...(sessionName ? { RoleSessionName: sessionName } : {}),
  }
  const cached = findCachedSession(args, context)
  if (cached) return cached
  const token = await readFile(expandPath(tokenFile, context.io), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      throw credentialsFault(
        'WebIdentityToken',
        `The web identity token ${tokenFile} cannot be read: ${error.code ?? 'unknown error'}.`,
        'Correct web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE, or let the token be made again.',
        error,
      )
    },
  )
  const role = await askForWebRole(stsOf(profile, null, context), args, token.trim(), context)
  if (context.roleCache !== null) cacheRole(context.roleCache, args, role)
  return role.credentials
}
