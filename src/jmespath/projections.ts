import { isArray, type Members, type Reference, type Value } from './values.ts'

/** `left[*].right`: nulls are dropped; null where left gives no list. */
export function projection(left: Reference, right: Reference | null): Reference {
  return (value) => {
    const list = left(value)
    if (!isArray(list)) return null
    const kept: Value[] = []
    for (let index = 0; index < list.length; index += 1) keep(kept, right, list[index] ?? null)
    return kept
  }
}

/** `left[].right` in one go: the flattened list itself is never built. */
export function flattenedProjection(left: Reference, right: Reference | null): Reference {
  return (value) => {
    const list = left(value)
    if (!isArray(list)) return null
    const kept: Value[] = []
    for (let index = 0; index < list.length; index += 1) {
      const item = list[index] ?? null
      if (!isArray(item)) keep(kept, right, item)
      else for (let inner = 0; inner < item.length; inner += 1) keep(kept, right, item[inner] ?? null)
    }
    return kept
  }
}

/** `left[?test].right`. */
export function filterProjection(
  left: Reference,
  test: (value: Value) => boolean,
  right: Reference | null,
): Reference {
  return (value) => {
    const list = left(value)
    if (!isArray(list)) return null
    const kept: Value[] = []
    for (let index = 0; index < list.length; index += 1) {
      const item = list[index] ?? null
      if (test(item)) keep(kept, right, item)
    }
    return kept
  }
}

/** `left.*.right`: the members of an object. */
export function valueProjection(left: Reference, right: Reference | null): Reference {
  return (value) => {
    const members = left(value)
    if (typeof members !== 'object' || members === null || isArray(members)) return null
    const kept: Value[] = []
    for (const item of Object.values(members as Members)) keep(kept, right, item)
    return kept
  }
}

/** `left[]`, one level. */
export function flatten(left: Reference): Reference {
  return (value) => {
    const list = left(value)
    if (!isArray(list)) return null
    const merged: Value[] = []
    for (const item of list) {
      if (isArray(item)) for (const inner of item) merged.push(inner)
      else merged.push(item)
    }
    return merged
  }
}

function keep(kept: Value[], right: Reference | null, item: Value): void {
  const given = right === null ? item : right(item)
  if (given !== null) kept.push(given)
}
