import type { Checkup } from '../../doctor/checkup.ts'
import type { Conceal } from '../../doctor/conceal.ts'
import { diffOf } from '../../doctor/diff.ts'
import type { Finding } from '../../doctor/finding.ts'
import type { JsonObject } from '../../model.ts'

/** For json, ndjson and yaml: everything. */
export const fullColumns = [
  'Place',
  'Severity',
  'Rule',
  'Profile',
  'Problem',
  'AwsCli',
  'Sdk',
  'Mends',
  'Path',
  'Line',
  'Column',
  'EndColumn',
]

/** For the formats of rows. */
export const flatColumns = ['Place', 'Severity', 'Rule', 'Profile', 'Problem', 'AwsCli', 'Sdk', 'Mend']

/** `config:14`, `credentials` or `environment`. */
export function formatPlace({ file, line }: Pick<Finding, 'file' | 'line'>): string {
  return line === null ? file : `${file}:${line}`
}

/** The findings as objects, with their fixes as diffs that hold no secret. */
export function makeDoctorItems(
  findings: readonly Finding[],
  checkup: Checkup,
  conceal: Conceal,
): readonly JsonObject[] {
  return findings.map((finding) => ({
    Place: formatPlace(finding),
    Severity: finding.severity,
    Rule: finding.code,
    Profile: finding.profile,
    Problem: finding.wrong,
    AwsCli: finding.awsCli || null,
    Sdk: finding.sdk || null,
    Mend: finding.fixes[0]?.what ?? null,
    Mends: finding.fixes.map((fix) => ({
      What: fix.what,
      Condition: fix.condition ?? null,
      Command: fix.command ?? null,
      Diff: diffOf(checkup, fix, conceal).map(
        ({ sign, file, line, text }) => `${file}:${line} ${sign} ${text}`,
      ),
    })),
    Path: finding.file === 'environment' ? null : checkup[finding.file].document.path,
    Line: finding.line,
    Column: finding.columns?.[0] ?? null,
    EndColumn: finding.columns?.[1] ?? null,
  }))
}
