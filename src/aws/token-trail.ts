import { malformed } from './faults.ts'

/** Takes the tokens of pages as they are asked for; one that was asked for before is a malformed answer. */
export function tokenTrail(operation: string): (token: string | null) => void {
  const asked = new Set<string>()
  return (token) => {
    if (token === null) return
    if (asked.has(token)) throw malformed(`${operation} gave the same NextToken twice.`)
    asked.add(token)
  }
}
