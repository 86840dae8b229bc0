import { type Files, filesOf } from './readers.ts'

/** The config of the guide's exercise. */
export const exercise = `[sso-session empresa]
sso_start_url = https://empresa.awsapps.com/start
sso_region    = us-east-1

[profile staging]
sso_session    = empresa
sso_account_id = 111122223333
sso_role_name  = DevAccess
region         = us-east-1

[profile prod]
role_arn       = arn:aws:iam::444455556666:role/ProdDeploy
source_profile = staging
duration_seconds = 7200
region         = us-east-1
`

/** Keys, roles, nested settings, comments, both files. */
export const everyday = `# work
[default]
region = eu-west-1
output = json

[profile a]
region = eu-central-1
s3 =
  max_concurrent_requests = 20
  addressing_style = path
cli_pager =

[profile deploy]
  role_arn = arn:aws:iam::111122223333:role/Deploy
  source_profile = default
  mfa_serial = arn:aws:iam::999988887777:mfa/anna
  region = eu-west-1

[profile legacy]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 222233334444
sso_role_name = View
region = eu-west-1
services = local

[services local]
ec2 =
  endpoint_url = http://127.0.0.1:4566
`

export const keys = `[default]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY

[a]
aws_access_key_id=ASIAIOSFODNN7EXAMPLE
aws_secret_access_key=ZJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token=FwoGZXIvYXdzEBYaDHexampletokenexample1234567890
`

export const realistic: readonly Files[] = [filesOf(exercise), filesOf(everyday, keys)]
