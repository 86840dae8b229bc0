/** The JSON of a document `d` with the members at these paths, each in its place, or with all, as SQL. */
export function bodyOf(paths: readonly (readonly string[])[] | null): string {
  if (!paths) return 'json(d.body)'
  const writeObject = (below: readonly (readonly string[])[], at: readonly string[]): string => {
    const names = [...new Set(below.map((path) => path[at.length] ?? ''))]
    const members = names.map((name) => {
      const own = below.filter((path) => path[at.length] === name)
      const place = [...at, name]
      const isWhole = own.some((path) => path.length === place.length)
      const value = isWhole ? `d.body -> '${pathOf(place)}'` : writeObject(own, place)
      return `'${name}', ${value}`
    })
    return `json_object(${members.join(', ')})`
  }
  return writeObject(paths, [])
}

/** A path as SQLite's functions of JSON take it. */
export function pathOf(names: readonly string[]): string {
  if (!names.every(isPlainName)) throw new Error(`no plain path: ${names.join('.')}`)
  return `$${names.map((name) => `."${name}"`).join('')}`
}

/** Whether a name can be written into SQL as it is: every member that AWS has is such a name. */
export function isPlainName(name: string): boolean {
  return /^\w+$/.test(name)
}
