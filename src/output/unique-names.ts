/**
 * Names of columns, each of which stands once and is not empty, for formats that ask for it: a second `Name` becomes
 * `Name 2`. Capitals make no difference, as in SQL.
 */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names.map((name) => name.toLowerCase()))
  const given = new Set<string>()
  return names.map((name) => {
    let unique = name === '' ? 'column' : name
    for (
      let number = 2;
      given.has(unique.toLowerCase()) || (unique !== name && taken.has(unique.toLowerCase()));
      number += 1
    )
      unique = `${name === '' ? 'column' : name} ${number}`
    given.add(unique.toLowerCase())
    return unique
  })
}
