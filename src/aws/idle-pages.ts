import { malformedError } from './faults.ts'

/** EC2 gives empty pages now and then; after so many in a row the list will not end. */
const mostIdle = 200

/**
 * Makes the function that checks the pages of a list as they come. Too many in a row that are empty, or begin with a
 * resource that began an earlier page, are a malformed answer: their tokens may be new each time, and go on for ever.
 */
export function makeIdleCheck(
  operation: string,
): (page: { readonly resources: readonly { readonly id: string }[] }) => void {
  const began = new Set<string>()
  let idle = 0
  return ({ resources: [first] }) => {
    idle = first === undefined || began.has(first.id) ? idle + 1 : 0
    if (idle >= mostIdle)
      throw malformedError(`${operation} gave ${mostIdle} pages in a row without anything new.`)
    // A copy: V8 keeps the whole text of the answer for a part of it.
    if (first !== undefined) began.add(Buffer.from(first.id).toString())
  }
}
