/** `us-east-1` as `use1`, as AWS begins the ids of its zones; a name that is not made so stays. */
export function shortenRegion(region: string): string {
  const parts = /^([a-z]{2}|eusc)-((?:[a-z]+-)+)(\d+)$/.exec(region)
  if (!parts) return region
  const [, area = '', words = '', number = ''] = parts
  const letters = words.split('-').map((word) => (word === '' ? '' : (lettersOf.get(word) ?? null)))
  return letters.includes(null) ? region : `${area}${letters.join('')}${number}`
}

/** No two words of regions have the same letters. */
const lettersOf: ReadonlyMap<string, string> = new Map([
  ['north', 'n'],
  ['south', 's'],
  ['east', 'e'],
  ['west', 'w'],
  ['central', 'c'],
  ['northeast', 'ne'],
  ['northwest', 'nw'],
  ['southeast', 'se'],
  ['southwest', 'sw'],
  ['gov', 'g'],
  ['iso', 'i'],
  ['isob', 'b'],
  ['isoe', 'x'],
  ['isof', 'f'],
  // The sovereign cloud of Europe is in one country.
  ['de', ''],
])
