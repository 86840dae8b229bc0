/** A value as Python's json.dumps writes it with compact separators: whatever is not ASCII is escaped. */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A time of the AWS CLI's caches in ms since 1970: `2026-11-24T08:00:00Z`, `…+00:00`, in older ones `…UTC`. */
export function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value.replace(/UTC$/, 'Z')) : Number.NaN
  return Number.isNaN(time) ? null : time
}

/** A time in ms since 1970 as these caches hold it: `2026-11-24T08:00:00Z`. */
export function toCacheTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
