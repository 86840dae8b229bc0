import { existsSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { readAwsConfig } from '../config/aws-config.ts'
import { readSettingsText, settingNames, settingsFile } from '../config/settings.ts'
import { ownFolder } from '../folders.ts'
import type { Io } from '../io.ts'
import { isObject } from '../json-object.ts'
import { readCacheFacts, readSqliteVersion } from '../store/cached-names.ts'
import { hasColour } from './print.ts'

/**
 * What a report about a bug needs to say of the machine, and may be shown to anybody: counts and names of variables, no
 * value of one, no name of a profile, an account, a region or a file.
 */
export function describeInstallation(version: string, io: Io): string {
  const { arch, platform, version: node, versions } = process
  const lines: readonly (readonly [about: string, read: () => string])[] = [
    ['Node', () => `${node}, V8 ${versions.v8}`],
    ['system', () => `${platform} ${arch}, ${release()}`],
    ['SQLite', readSqliteVersion],
    ['terminal', () => describeTerminal(io)],
    ['~/.aws', () => describeProfiles(io)],
    ['settings', () => describeSettings(io)],
    ['cache', () => describeCache(io)],
    ['variables', () => nameVariables(io.env) || 'none of AWS, muster, XDG or a proxy'],
  ]
  return [
    `muster ${version}`,
    ...lines.map(([about, read]) => `${about.padEnd(11)}${orProblem(read)}`),
    '',
  ].join('\n')
}

function describeTerminal({ env, columns, terminal, ...io }: Io): string {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'no locale'
  const output = columns === null ? 'output is not one' : `${columns} columns`
  const screen = terminal === null ? 'no screen' : 'a screen'
  const colour = hasColour({ env, columns, terminal, ...io } as Io) ? 'colours' : 'no colours'
  return `${env.TERM || 'no TERM'}, ${locale}, ${output}, ${screen}, ${colour}`
}

/** `12 profiles (9 sso, 3 role), 1 SSO session, 0 lines that are read in another way than they look`. */
function describeProfiles(io: Io): string {
  const { profiles, ssoSessions, problems } = readAwsConfig(io)
  const kinds = [...Map.groupBy(profiles, ({ kind }) => kind)].map(([kind, all]) => `${all.length} ${kind}`)
  const each = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`
  return `${profiles.length} profiles${each}, ${ssoSessions.length} SSO sessions, ${problems.length} problems in lines`
}

/** The names of the settings that the file has. */
function describeSettings(io: Io): string {
  const { text, value } = readSettingsText(settingsFile(io), io)
  if (text === null) return 'no file'
  const given = isObject(value) ? settingNames.filter((name) => Object.hasOwn(value, name)) : []
  const others = isObject(value) ? Object.keys(value).length - given.length : 0
  return `${given.join(' ') || 'none'}${others > 0 ? `, and ${others} that are not known` : ''}`
}

function describeCache(io: Io): string {
  const file = join(ownFolder('cache', io), 'inventory.db')
  if (!existsSync(file)) return 'no file'
  const { migrations, accounts, regions, kinds, scopes, rows } = readCacheFacts(file)
  const size = (statSync(file).size / 1e6).toFixed(1)
  return `${size} MB, tables ${migrations}, ${accounts} accounts, ${regions} regions, ${kinds} kinds, ${scopes} scopes, ${rows} rows`
}

function nameVariables(env: Io['env']): string {
  const known = /^(AWS_|MUSTER_|XDG_|NODE_|NO_COLOR$|LC_ALL$|SSL_CERT)|_PROXY$/i
  return Object.keys(env)
    .filter((name) => known.test(name) && /^\w+$/.test(name))
    .sort()
    .join(' ')
}

/** An error's own words may name files and profiles: its class is enough here. */
function orProblem(read: () => string): string {
  try {
    return read()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    return `cannot be read${code}: the command itself says why`
  }
}
