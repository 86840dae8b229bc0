import { expect } from 'vitest'
import { checkUp } from '../../src/doctor/checkup.ts'
import { applyEdits, bytesOf, type Document, documentOf, type Edit } from '../../src/doctor/document.ts'
import type { Finding } from '../../src/doctor/finding.ts'
import { examine } from '../../src/doctor/rules.ts'
import type { Files } from './readers.ts'

export type Env = Readonly<Record<string, string>>

/** Both files as documents; `mode` is that of the credentials file. */
export function documents({ config, credentials }: Files, mode: number | null = null) {
  return {
    config: documentOf('config', '/home/.aws/config', config),
    credentials: documentOf('credentials', '/home/.aws/credentials', credentials, mode),
  }
}

export type Documents = ReturnType<typeof documents>

export function findingsOf({ config, credentials }: Documents, env: Env = {}): readonly Finding[] {
  return examine(checkUp(config, credentials, env))
}

/** Makes the edits, and proves that every byte that no edit names stays. */
export function afterEdits(before: Documents, edits: readonly Edit[]): Documents {
  const after = {
    config: applyEdits(before.config, edits),
    credentials: applyEdits(before.credentials, edits),
  }
  for (const name of ['config', 'credentials'] as const) {
    const own = edits.filter(({ file }) => file === name)
    const gone = new Set(
      own.flatMap(({ line, removed }) => Array.from({ length: removed }, (_, n) => line + n)),
    )
    const remaining = before[name].lines.filter((_, index) => !gone.has(index + 1))
    expectInOrder(
      remaining.map(({ bytes }) => Buffer.from(bytes)),
      after[name],
    )
  }
  return after
}

/** Applies the first fix of every finding, again and again, until no finding has one; throws if that does not end. */
export function fixAll(start: Documents, env: Env = {}, rounds = 40): Documents {
  let current = start
  for (let round = 0; round < rounds; round++) {
    const edits = withoutOverlap(findingsOf(current, env))
    if (edits.length === 0) return current
    current = afterEdits(current, edits)
  }
  const rest = findingsOf(current, env).filter(({ fixes }) => (fixes[0]?.edits.length ?? 0) > 0)
  throw new Error(
    `the fixes do not end: ${JSON.stringify(rest.map(({ code, line }) => `${code}:${line}`))} in ${JSON.stringify(bytesOf(current.config).toString())}`,
  )
}

function withoutOverlap(findings: readonly Finding[]): readonly Edit[] {
  const touched = new Set<string>()
  const chosen: Edit[] = []
  for (const { fixes } of findings) {
    const edits = fixes[0]?.edits ?? []
    const lines = edits.flatMap(({ file, line, removed }) =>
      Array.from({ length: Math.max(1, removed) }, (_, n) => `${file}:${line + n}`),
    )
    if (lines.some((line) => touched.has(line))) continue
    for (const line of lines) touched.add(line)
    chosen.push(...edits)
  }
  return chosen
}

/** The remaining lines follow one another in the new file; the last line of the old one may have got its end. */
function expectInOrder(remaining: readonly Buffer[], after: Document): void {
  let at = 0
  for (const bytes of remaining) {
    while (at < after.lines.length && !sameLine(bytes, Buffer.from(after.lines[at]?.bytes ?? []))) at++
    expect(at, `${JSON.stringify(bytes.toString())} is still there`).toBeLessThan(after.lines.length)
    at++
  }
}

function sameLine(before: Buffer, after: Buffer): boolean {
  return (
    before.equals(after) ||
    (before.at(-1) !== 0x0a && after.toString('latin1').replace(/\r?\n$/, '') === before.toString('latin1'))
  )
}
