import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const folders = new Set<string>()

/** A folder of its own, gone when the test ends, or with the file's last test when it is not made in one. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 't-'))
  folders.add(folder)
  try {
    onTestFinished(() => remove(folder))
  } catch {
    // Made for several tests.
  }
  return folder
}

/** Called behind the last test of a file (each-file.ts): a process that several files share loads this file only once. */
export function removeFolders(): void {
  for (const folder of folders) remove(folder)
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  folders.delete(folder)
}
