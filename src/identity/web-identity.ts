import { readFile } from 'node:fs/promises'
import type { Credentials } from '../aws/clients.ts'
import type { Profile } from '../config/profiles.ts'
import { cachedRole, cacheRole } from './cli-cache.ts'
import type { CredentialContext } from './context.ts'
import { credentialsFault } from './faults.ts'
import type { RoleArguments } from './role-arguments.ts'
import { askForWebRole, stsOf } from './sts.ts'

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
  const { roleCache, refused, io } = context
  const cached = roleCache === null ? null : cachedRole(roleCache, args, io.now())
  if (cached && !refused.has(cached.accessKeyId)) return cached
  const token = await readFile(tokenFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw credentialsFault(
      'WebIdentityToken',
      `The web identity token ${tokenFile} cannot be read: ${error.code ?? 'unknown error'}.`,
      'Correct web_identity_token_file or AWS_WEB_IDENTITY_TOKEN_FILE, or let the token be made again.',
      error,
    )
  })
  const role = await askForWebRole(stsOf(profile, null, context), args, token.trim(), context)
  if (roleCache !== null) cacheRole(roleCache, args, role)
  return role.credentials
}
