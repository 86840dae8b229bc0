/**
 * Reads a span of time as ages are shown, and with any other units from the largest to the smallest: `90s`, `3h12m`, `30d`,
 * `2w`, `3y55d`. A year has 365 days, as in what is shown (output/age.ts). In ms; null for anything else.
 */
export function parseSpan(written: string): number | null {
  const [, ...counts] = written === '' ? [] : (spanParts.exec(written) ?? [])
  if (counts.length === 0) return null
  const ms = counts.reduce((sum, count, place) => sum + Number(count ?? 0) * (sizes[place] ?? 0), 0)
  return Number.isSafeInteger(ms) ? ms : null
}

const spanParts = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/
const day = 86_400_000

/** The units of these parts, in ms. */
const sizes: readonly number[] = [365 * day, 7 * day, day, 3_600_000, 60_000, 1000]
