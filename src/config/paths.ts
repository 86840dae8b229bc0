import { join } from 'node:path'
import type { Io } from '../io.ts'

/**
 * A path of a setting: `$NAME` and `${NAME}` stand for variables, one that is not set for itself, and a leading `~`
 * for the home folder (Python's `os.path.expandvars` and `expanduser`, as botocore reads AWS_CONFIG_FILE).
 */
export function expandPath(path: string, { env, home }: Pick<Io, 'env' | 'home'>): string {
  const text = path.replace(/\$(?:(\w+)|\{([^}]*)\})/g, (whole, bare?: string, braced?: string) => {
    return env[bare ?? braced ?? ''] ?? whole
  })
  if (text === '~') return home
  return text.startsWith('~/') ? join(home, text.slice(2)) : text
}
