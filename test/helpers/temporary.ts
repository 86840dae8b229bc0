import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'

const folders = new Set<string>()
afterAll(() => {
  for (const folder of folders) remove(folder)
})

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

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  folders.delete(folder)
}
