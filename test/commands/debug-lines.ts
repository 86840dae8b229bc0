const line = /^\d{4}-\d\d-\d\dT[\d:.]+Z ([a-z]+ .*)$/

/** The lines of a debug log in what was said, without their times. */
export function debugLines(text: string): readonly string[] {
  return text.split('\n').flatMap((each) => line.exec(each)?.[1] ?? [])
}
