import { usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Selection } from '../model.ts'
import type { AwsConfig } from './aws-config.ts'
import { isGlob, isPattern, splitList } from './patterns.ts'
import type { Profile } from './profile.ts'
import { isRegionName } from './region-names.ts'
import type { Settings } from './settings.ts'

/** Where to look: these regions; those enabled in the account that match; or nothing says where (a fault). */
export type RegionChoice =
  | { readonly type: 'named'; readonly names: readonly string[] }
  | { readonly type: 'enabled'; readonly patterns: readonly string[] }
  | { readonly type: 'none' }

/** What a choice of regions rests on. */
export interface RegionRequest {
  readonly selection: Selection
  readonly settings: Settings
  readonly env: Io['env']
  readonly config: Pick<AwsConfig, 'network'>
}

/**
 * The regions of one profile: --region, else AWS_REGION, AWS_DEFAULT_REGION (which the SDK ignores and the AWS CLI
 * reads), the settings' regions, the profile's own. A usage error if a word cannot be a region's name; in one profile
 * among many, such a word chooses no region, so that the others go on.
 */
export function chooseRegions(
  { selection, settings, env, config: { network: environment } }: RegionRequest,
  profile: Profile | null,
): RegionChoice {
  // Behind an endpoint of its own a region may have any name, such as OpenStack's RegionOne.
  const network = profile?.network ?? environment
  const isKnown = (word: string) => (network.ec2Endpoint ? isRegionName(word) : isRegion(word))
  const sources: readonly (readonly [origin: string, words: readonly string[]])[] = [
    ['--region', splitList(selection.regions)],
    ['AWS_REGION', oneWord(env.AWS_REGION)],
    ['AWS_DEFAULT_REGION', oneWord(env.AWS_DEFAULT_REGION)],
    ['the settings', splitList(settings.regions)],
    ['~/.aws', oneWord(profile?.region).filter(isKnown)],
  ]
  const [origin, words] = sources.find(([, each]) => each.length > 0) ?? ['', []]
  if (words.length === 0) return { type: 'none' }
  for (const word of words) checkRegion(word, origin, isKnown)
  if (words.some(isPattern)) return { type: 'enabled', patterns: words }
  return { type: 'named', names: [...new Set(words)] }
}

function oneWord(value: string | null | undefined): readonly string[] {
  return value ? [value] : []
}

function checkRegion(word: string, origin: string, isKnown: (word: string) => boolean): void {
  const bare = word.startsWith('!') ? word.slice(1) : word
  if (isGlob(bare) || isKnown(bare)) return
  throw usageError(
    `'${word}' (from ${origin}) is no region; give a name such as eu-west-1, or '*' for all that are enabled.`,
  )
}

function isRegion(word: string): boolean {
  return /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(word)
}
