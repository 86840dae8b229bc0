import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAwsConfig } from '../../src/config/aws-config.ts'
import { selectProfiles } from '../../src/config/selection.ts'
import { parseSettings } from '../../src/config/settings.ts'
import { openSessions } from '../../src/identity/session.ts'
import { never, serve, type Wire } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'
import { hasAwsV1, runAwsV1 } from '../helpers/aws-v1.ts'
import { answerAs } from './source-judge.ts'

/** The regions that the calls were signed for. */
let regions: (string | undefined)[] = []
let far: Wire
beforeAll(async () => {
  far = await serve((request, response) => {
    regions.push(/Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1])
    return answerAs(request, response)
  })
})
afterAll(() => far.close())

const config = `[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = s
region = us-east-1
[profile role]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = base
[profile there]
role_arn = arn:aws:iam::111122223333:role/R
source_profile = base
region = eu-west-1
`

describe('AssumeRole and GetCallerIdentity are asked', () => {
  const rows: readonly (readonly [string, string, string | null, Record<string, string>, string])[] = [
    ['in the region of the profile', 'there', null, {}, 'eu-west-1'],
    ['in a region of --region’s partition: GovCloud', 'there', 'us-gov-west-1', {}, 'us-gov-west-1'],
    ['in a region of --region’s partition: China', 'there', 'cn-north-1', {}, 'cn-north-1'],
    ['in a region of --region’s partition: isolated', 'there', 'us-iso-east-1', {}, 'us-iso-east-1'],
    [
      'in AWS_DEFAULT_REGION of another partition',
      'there',
      null,
      { AWS_DEFAULT_REGION: 'cn-north-1' },
      'cn-north-1',
    ],
    ['in --region behind an endpoint of its own', 'base', 'us-gov-west-1', {}, 'us-gov-west-1'],
  ]
  test.each(rows)('%s', async (_, profile, region, env, expected) => {
    expect(new Set(await findAskedRegions(profile, region, env))).toEqual(new Set([expected]))
  })

  if (!hasAwsV1) process.stderr.write('SKIPPED: the regions of STS beside the AWS CLI v1.\n')
  test.skipIf(!hasAwsV1).each(rows)(
    '%s, by the AWS CLI v1 too',
    async (_, profile, region, env, expected) => {
      regions = []
      const more = region === null ? [] : ['--region', region]
      const words = ['sts', 'get-caller-identity', '--profile', profile, ...more]
      await runAwsV1(words, { ...env, AWS_ENDPOINT_URL: far.url, HOME: homeWith({ '.aws/config': config }) })
      expect(new Set(regions)).toEqual(new Set([expected]))
    },
  )

  test('in the profile’s own region where --region is of its partition, as many may be named', async () => {
    expect(new Set(await findAskedRegions('there', 'us-west-2,eu-west-3', {}))).toEqual(
      new Set(['eu-west-1']),
    )
  })

  test('in the source’s region where the role names none', async () => {
    expect(new Set(await findAskedRegions('role', null, {}))).toEqual(new Set(['us-east-1']))
  })
})

async function findAskedRegions(name: string, region: string | null, more: Record<string, string>) {
  const home = homeWith({ '.aws/config': config })
  const env = { ...more, AWS_ENDPOINT_URL: far.url }
  const read = readAwsConfig({ env, home })
  const selection = { profiles: [name], accounts: [], regions: region === null ? [] : [region] }
  const settings = parseSettings({}, 'config.json')
  const [selected] = selectProfiles({ selection, config: read, settings, env, allowInstance: false })
  if (!selected) throw new Error(`no profile ${name}`)
  const io = { env, home, now: Date.now, signal: never }
  const sessions = openSessions({ io, config: read, shareRoles: false })
  regions = []
  await sessions.open(selected).identify(never)
  sessions.close()
  return regions
}
