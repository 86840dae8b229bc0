import { isIP } from 'node:net'
import type { Json } from '../model.ts'
import { escapeForTerminal, sanitise } from './sanitise.ts'
import { escapeForYaml } from './yaml.ts'

export type Quoting = keyof typeof quotings

/** How a value is written, so that it stays one: each gives null for what it cannot write. */
export const quotings = {
  /** On one line: what would break it, or could drive a terminal, is made visible. */
  line: (value: Json) => sanitise(textOf(value)),
  /** Of letters, digits, dots, dashes and underscores; it begins with no dot and no dash. */
  word: (value: Json) =>
    textOf(value)
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[.-]+/, '') || null,
  /**
   * As one label of a host's name (RFC 1123): it cannot stand for a name of the internet, for this machine, nor for a
   * resource, whose id only `word` writes: whoever may tag would else answer for another instance.
   */
  label: (value: Json) => {
    const label = textOf(value)
      .replace(/[^A-Za-z0-9-]+/g, '-')
      .slice(0, 63)
      .replace(/^-+|-+$/g, '')
    return label === '' || /^(localhost|broadcasthost|ip6-.*)$/i.test(label) || idLike.test(label)
      ? null
      : label
  },
  /** An IP address and nothing else. */
  address: (value: Json) => (typeof value === 'string' && isIP(value) !== 0 ? value : null),
  /** As JSON. */
  json: (value: Json) => escapeForTerminal(JSON.stringify(value)),
  /** As YAML on one line. */
  yaml: (value: Json) => escapeForYaml(JSON.stringify(value)),
  /** As one word of a POSIX shell. */
  shell: (value: Json) => `'${sanitise(textOf(value)).replaceAll("'", "'\\''")}'`,
} as const satisfies Readonly<Record<string, (value: Json) => string | null>>

/** The form of an id of EC2, as `i-0123456789abcdef0`; ssh takes upper case for lower. */
const idLike = /^[a-z]+(-[a-z]+)*-([0-9a-f]{8}|[0-9a-f]{17})$/i

function textOf(value: Json): string {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value)
}
