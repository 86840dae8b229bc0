import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../helpers/temporary.ts'

/** A home folder of its own with these files in it, by path. */
export function homeWith(files: Readonly<Record<string, string>>): string {
  const home = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  return home
}
