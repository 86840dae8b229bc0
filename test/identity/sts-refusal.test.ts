import { afterAll, beforeAll, expect, test } from 'vitest'
import { serve, type Wire } from '../aws/wire.ts'
import { homeWith } from '../config/folder.ts'
import { openAt } from './open.ts'

/** The regions that the calls were signed for, and those that refuse them. */
let signedFor: (string | undefined)[] = []
let refusing: readonly string[] = []
let far: Wire
beforeAll(async () => {
  far = await serve((request, response) => {
    const [, region = ''] = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '') ?? []
    signedFor.push(region)
    if (refusing.includes(region)) {
      response.statusCode = 403
      response.end(
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error></ErrorResponse>',
      )
      return
    }
    response.end(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/u</Arn><UserId>U</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    )
  })
})
afterAll(() => far.close())

test('keys that STS refuses in the profile’s own region alone are not to be renewed', async () => {
  refusing = ['me-south-1']
  expect(await findFault('me-south-1')).toEqual({
    class: 'denied',
    code: 'InvalidClientTokenId',
    message: 'STS in me-south-1 refuses these credentials, and STS in us-east-1 accepts them.',
    next: "Enable the region in the account, or give the profile another one; a session of STS's global endpoint is not good there either.",
  })
  expect(signedFor).toEqual(['me-south-1', 'us-east-1'])
})

test('keys that STS refuses in us-east-1, too, are to be renewed', async () => {
  refusing = ['me-south-1', 'us-east-1']
  expect(await findFault('me-south-1')).toMatchObject({
    class: 'credentials',
    next: /^Renew the credentials/,
  })
  expect(signedFor).toEqual(['me-south-1', 'us-east-1'])
})

test('keys that STS refuses in a region that all accounts have are tried nowhere else', async () => {
  refusing = ['eu-west-1']
  expect(await findFault('eu-west-1')).toMatchObject({ class: 'credentials' })
  expect(signedFor).toEqual(['eu-west-1'])
})

async function findFault(region: string) {
  signedFor = []
  const config = `[profile p]\naws_access_key_id = AKIA1\naws_secret_access_key = s\nregion = ${region}\n`
  const env = { AWS_ENDPOINT_URL: far.url, AWS_EC2_METADATA_DISABLED: 'true' }
  const { fault, close } = openAt(homeWith({ '.aws/config': config }), env, { shareRoles: false })
  try {
    return await fault('p')
  } finally {
    close()
  }
}
