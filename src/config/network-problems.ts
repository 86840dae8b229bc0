import type { MergedSection } from './aws-files.ts'

/** A value, and where it is set: `AWS_CA_BUNDLE`, `ca_bundle (/home/u/.aws/config:3)`. */
export interface NetworkSetting {
  readonly value: string
  readonly setting: string
}

/** Every setting by its key, before it is looked at. */
export interface NetworkSettings {
  readonly endpoints: Readonly<Record<'ec2' | 'sts' | 'sso' | 'sso_oidc' | 'signin', NetworkSetting | null>>
  /** `services`, if an endpoint is looked for in the section that it names. */
  readonly services: NetworkSetting | null
  readonly fips: NetworkSetting | null
  readonly dualstack: NetworkSetting | null
  readonly stsRegional: NetworkSetting | null
  readonly maxAttempts: NetworkSetting | null
  readonly retryMode: NetworkSetting | null
}

/** One sentence about the first setting that cannot work, for which the AWS CLI stops, too; null if all can work. */
export function problemOfNetwork(
  settings: NetworkSettings,
  services: ReadonlyMap<string, Pick<MergedSection, 'values'>>,
): string | null {
  const { endpoints, services: servicesSetting, fips, dualstack } = settings
  if (servicesSetting && Object.keys(services.get(servicesSetting.value)?.values ?? {}).length === 0) {
    return `${servicesSetting.setting} names the section [services ${servicesSetting.value}], which does not exist; add it, or take ${nameOfSetting(servicesSetting)} out.`
  }
  for (const endpoint of Object.values(endpoints)) {
    const problem = endpoint && problemOfAddress(endpoint)
    if (problem) return problem
  }
  const custom = endpoints.ec2 ?? endpoints.sts
  for (const variant of [fips, dualstack]) {
    if (custom && variant?.value.toLowerCase() === 'true') {
      return `${variant.setting} and ${custom.setting} exclude each other: an address of your own has no such variant; take one out.`
    }
  }
  return problemOfWords(settings)
}

function problemOfAddress({ value, setting }: NetworkSetting): string | null {
  const address = value.replace(/\/\/[^/]*@/, '//')
  if (!/^https?:\/\//i.test(value)) {
    return `${setting} is '${address}', which is not an address; write http:// or https:// before it.`
  }
  const port = /^https?:\/\/[^/]*:(\d+)(\/|$)/i.exec(value)?.[1]
  if (port !== undefined && Number(port) > 65_535) {
    return `${setting} is '${address}', whose port is not a number from 1 to 65535; correct it.`
  }
  return URL.canParse(value) ? null : `${setting} is '${address}', which is not an address; correct it.`
}

function problemOfWords({ maxAttempts, retryMode, stsRegional }: NetworkSettings): string | null {
  if (maxAttempts && !/^\s*[1-9]\d{0,8}\s*$/.test(maxAttempts.value)) {
    return `${maxAttempts.setting} is '${maxAttempts.value}', which is not a number of attempts; write one from 1 on.`
  }
  for (const [setting, words] of [
    [retryMode, ['legacy', 'standard', 'adaptive']],
    [stsRegional, ['legacy', 'regional']],
  ] as const) {
    if (setting && !(words as readonly string[]).includes(setting.value)) {
      return `${setting.setting} is '${setting.value}'; write ${words.join(' or ')}.`
    }
  }
  return null
}

/** The key or variable without its place. */
function nameOfSetting({ setting }: NetworkSetting): string {
  return setting.replace(/ \(.*$/s, '')
}
