import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Command } from '../app/command.ts'
import { printList } from '../app/print.ts'
import { removeJsonMember, setJsonMember } from '../config/json-members.ts'
import { splitList } from '../config/patterns.ts'
import {
  isSettingName,
  notAnObject,
  parseSettings,
  readSettingsText,
  readValue,
  type Settings,
  schemaKey,
  settingNames,
  settingsFile,
  unknownSetting,
  writtenDefaults,
} from '../config/settings.ts'
import { makeSettingsSchema } from '../config/settings-schema.ts'
import { type ExitCode, exitCodes, MusterError, usageError } from '../errors.ts'
import type { Io } from '../io.ts'
import { isObject } from '../json-object.ts'
import type { Json, JsonObject } from '../model.ts'
import { sanitise } from '../output/sanitise.ts'
import { writeWhole } from '../whole-file.ts'

export const config: Command = {
  summary: 'the settings: show where each comes from, get, set, unset',
  usage: 'config [show | get KEY | set KEY VALUE | unset KEY | path | schema] [OPTIONS]',
  about:
    'Shows every setting with its value and where that comes from: the settings file, a variable of the environment that\nwins over it, or the default. `get` prints one value; `set` writes one into the file, whole or not at all, and leaves all\nelse in it as it is; `unset` removes one. A list is written with commas or as JSON. `path` is the file, `schema` its JSON\nschema, for editors.',
  options: ['output'],
  examples: [
    'muster config',
    'muster config get fresh',
    "muster config set regions 'eu-*,us-east-1'",
    'muster config unset regions',
    'muster config show --output json',
  ],
  async run(args, io) {
    const [verb = 'show', key, ...more] = args.words
    const file = settingsFile(io)
    if (verb === 'show' && key === undefined) {
      await printList('Settings', ['Key', 'Value', 'From'], listSettings(file, io), args, io)
      return exitCodes.done
    }
    if (verb === 'path' && key === undefined) return print(file, io)
    if (verb === 'schema' && key === undefined)
      return print(JSON.stringify(makeSettingsSchema(), null, 2), io)
    if (verb === 'get' && key !== undefined && more.length === 0) {
      const value = readWritten(requireName(key, 'config get'), file, io)
      return print(typeof value === 'string' ? value : JSON.stringify(value), io)
    }
    const [value, ...others] = more
    if (verb === 'set' && key !== undefined && value !== undefined && others.length === 0) {
      const name = requireName(key, 'config set')
      const given = readGiven(name, value)
      readValue(name, given, `config set ${name}`)
      return change(file, io, (text) => setJsonMember(text, name, toJson(given)))
    }
    if (verb === 'unset' && key !== undefined && value === undefined)
      return change(file, io, (text) => removeJsonMember(text, key))
    throw usageError(
      'Say `muster config`, or `muster config` with get KEY, set KEY VALUE, unset KEY, path or schema.',
    )
  },
}

function requireName(key: string, command: string): keyof Settings {
  if (isSettingName(key)) return key
  throw unknownSetting(key, command)
}

/** Every setting, and what else stands in the file. */
function listSettings(file: string, io: Io): readonly JsonObject[] {
  const { value } = readSettingsText(file, io)
  if (!isObject(value)) throw notAnObject(file)
  const rows = settingNames.map((name) => {
    const written = readWritten(name, file, io)
    const from = Object.hasOwn(value, name) ? file : name === 'kinds' && value.kind ? 'kind' : 'default'
    const winner = findWinner(name, io.env)
    if (winner === null) return { Key: name, Value: written, From: from }
    const over = from === file ? `, which wins over ${file}` : ''
    return { Key: name, Value: winner.value, From: `${winner.variable}${over}` }
  })
  const others = Object.keys(value).filter((key) => !isSettingName(key) && key !== schemaKey)
  return [
    ...rows,
    ...others.map((key) => ({ Key: key, Value: null, From: `${file}: not a setting of this muster` })),
  ]
}

/** A setting as a file writes it, checked; the default in that form. */
function readWritten<Name extends keyof Settings>(name: Name, file: string, io: Io): Json {
  const { value } = readSettingsText(file, io)
  if (!isObject(value)) throw notAnObject(file)
  const given = Object.hasOwn(value, name) ? value[name] : undefined
  const read = readValue(name, given, file)
  if (given !== undefined) return given as Json
  if (name === 'kinds' && typeof value.kind === 'string') return [value.kind]
  const written: Partial<Record<keyof Settings, string>> = writtenDefaults
  return written[name] ?? (read as Json)
}

/** The variable that decides before the settings do, as config/selection.ts and config/region-choice.ts read it. */
function findWinner(
  name: keyof Settings,
  env: Io['env'],
): { readonly variable: string; readonly value: Json } | null {
  if (name === 'profiles' && env.AWS_ACCESS_KEY_ID)
    return { variable: 'AWS_ACCESS_KEY_ID', value: 'the keys of the environment' }
  const variables: Partial<Record<keyof Settings, readonly string[]>> = {
    profiles: ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'],
    regions: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
  }
  const variable = variables[name]?.find((each) => env[each])
  return variable === undefined ? null : { variable, value: [env[variable] ?? ''] }
}

/** A value as it is typed: JSON, a list with commas where a list is meant, or else a text. */
function readGiven(name: keyof Settings, typed: string): Json {
  const isList = Array.isArray(readValue(name, undefined, ''))
  try {
    const value = JSON.parse(typed) as Json
    if (!isList || Array.isArray(value)) return value
  } catch {
    // A text.
  }
  return isList ? splitList([typed]) : typed
}

/** `["eu-*", "us-east-1"]`, as people write it. */
function toJson(value: Json): string {
  return Array.isArray(value)
    ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]`
    : JSON.stringify(value)
}

/** Changes the text of the settings file, which must be what it was until the new one stands in its place. */
async function change(file: string, io: Io, edit: (text: string) => string): Promise<ExitCode> {
  const { text, value } = readSettingsText(file, io)
  if (!isObject(value)) throw notAnObject(file)
  const changed = edit(text ?? '{}\n')
  if (changed === text) return exitCodes.done
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const check = () => {
    if (readSettingsText(file, io).text !== text)
      throw new MusterError(
        `${file} was changed by another program meanwhile, and stays: run the command again.`,
      )
  }
  writeWhole(file, changed, { existing: 'replace', check })
  try {
    parseSettings(JSON.parse(changed), file)
  } catch (error) {
    if (!(error instanceof MusterError)) throw error
    io.err(`${sanitise(error.message)}\n`)
  }
  return exitCodes.done
}

async function print(text: string, io: Io): Promise<ExitCode> {
  await io.out(`${io.columns === null ? text : text.split('\n').map(sanitise).join('\n')}\n`)
  return exitCodes.done
}
