import { areas } from '../kinds/areas.ts'
import { listKindNames } from '../kinds.ts'
import type { JsonObject } from '../model.ts'
import { bounds, faultClasses, type Settings, schemaKey, themeNames, writtenDefaults } from './settings.ts'

/** The JSON schema of a settings file, by which editors complete and check it (https://json-schema.org, 2020-12). */
export function makeSettingsSchema(): JsonObject {
  const properties: Readonly<Record<keyof Settings, JsonObject>> = {
    profiles: { ...texts, description: 'Patterns, as for --profile.', default: [] },
    regions: {
      ...texts,
      description: "Patterns, as for --region; without any the profile's region.",
      default: [],
    },
    kind: { enum: listKindNames(), description: 'The kind without --kind.' },
    kinds: {
      type: 'array',
      minItems: 1,
      items: {
        anyOf: [
          { enum: [...Object.keys(areas), 'all', ...listKindNames()] },
          { type: 'string', pattern: '[*?!\\[]' },
        ],
      },
      description: `What muster sync reads if no kind is named: names, globs, ${Object.keys(areas).join(', ')}, all.`,
    },
    fresh: {
      ...span,
      description: 'The age up to which cached rows are used.',
      default: writtenDefaults.fresh,
    },
    preferRoles: {
      ...texts,
      description: 'Role names, the preferred first, if several profiles lead to one account.',
      default: [],
    },
    accepted: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          scope: {
            type: 'string',
            pattern: '/',
            description: 'A glob over profile/region and account/region.',
          },
          fault: { enum: Object.keys(faultClasses) },
        },
        required: ['scope', 'fault'],
        additionalProperties: false,
      },
      description: 'Faults to live with: still named, but no longer exit code 3.',
      default: [],
    },
    concurrency: { ...wholeNumber(...bounds.concurrency), description: 'Scopes read at once.' },
    pageSize: {
      anyOf: [wholeNumber(...bounds.pageSize), { type: 'null' }],
      description: "MaxResults; null for the kind's largest.",
      default: null,
    },
    keepGone: {
      ...span,
      description: 'How long resources that AWS no longer gives stay in the cache.',
      default: writtenDefaults.keepGone,
    },
    keepGoneMegabytes: {
      ...wholeNumber(...bounds.keepGoneMegabytes),
      description: 'How many megabytes of them at most.',
    },
    every: {
      anyOf: [{ ...span, not: { pattern: shortSpan } }, { type: 'null' }],
      description: 'How often the screen reads again by itself, 10s or more; null for never.',
      default: null,
    },
    theme: { enum: themeNames, description: 'The colours of the screen.' },
    mouse: {
      type: 'boolean',
      description: 'Whether the wheel scrolls the screen and a click chooses a row.',
      default: true,
    },
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The settings of muster',
    type: 'object',
    properties: { [schemaKey]: { type: 'string' }, ...properties },
    additionalProperties: false,
  }
}

const texts = { type: 'array', items: { type: 'string', minLength: 1 } }

/** A time such as 90s, 15m, 2h or 1d12h: its parts from the largest to the smallest. */
const span = {
  type: 'string',
  pattern: '^(?=.)(\\d+y)?(\\d+w)?(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?$',
}

/** Less than ten seconds, in whatever parts it is written. */
const shortSpan = '^(0+[ywdhm])*(0*\\ds)?$'

function wholeNumber(minimum: number, maximum: number) {
  return { type: 'integer', minimum, maximum }
}
