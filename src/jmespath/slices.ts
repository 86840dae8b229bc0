import type { Slice } from './ast.ts'
import { JmespathError } from './jmespath-errors.ts'
import { spend } from './memory.ts'
import type { Value } from './values.ts'

/**
 * Python's `list[start:end:step]`.
 * @throws JmespathError (value) for a step of 0.
 */
export function sliceList(list: readonly Value[], slice: Slice): Value {
  const step = slice.step ?? 1
  if (step === 0)
    throw new JmespathError('value', 'A slice cannot step by 0; leave the step out or give 1 or -1.')
  const back = step < 0
  const first = back ? -1 : 0
  const last = back ? list.length - 1 : list.length
  const start =
    slice.start === null ? (back ? last : first) : clampPlace(slice.start, list.length, first, last)
  const end = slice.end === null ? (back ? first : last) : clampPlace(slice.end, list.length, first, last)
  spend(4 + 2 * Math.ceil(Math.abs((end - start) / step)))
  if (step === 1) return list.slice(start, Math.max(start, end))
  const taken: Value[] = []
  for (let at = start; back ? at > end : at < end; at += step) taken.push(list[at] ?? null)
  return taken
}

function clampPlace(place: number, length: number, first: number, last: number): number {
  return Math.min(last, Math.max(first, place < 0 ? place + length : place))
}
