import { describe, expect, test } from 'vitest'
import { findKind } from '../../../src/kinds.ts'
import type { Json } from '../../../src/model.ts'
import { columnsOfKind } from '../../../src/query/filter/bind-filter.ts'
import { joinRanges, makeTermFinders } from '../../../src/query/filter/mark-matches.ts'

const now = Date.parse('2026-01-31T08:00:00Z')
const columns = columnsOfKind(findKind('instances'), ['tag:Team'])

/** The text of a cell with what the filter matches in brackets. */
function mark(filter: string, column: string, value: Json): string {
  const text = String(value)
  const ranges = joinRanges(
    makeTermFinders([filter], columns, now).flatMap((term) => term.inColumn(column)?.(value, text) ?? []),
  )
  return ranges.toReversed().reduce((marked, [from, to]) => {
    return `${marked.slice(0, from)}[${marked.slice(from, to)}]${marked.slice(to)}`
  }, text)
}

describe('what a filter matches', () => {
  test.each([
    ['web', 'Name', 'web-Web-2', '[web]-[Web]-2'],
    ['Web', 'Name', 'web-Web-2', 'web-[Web]-2'],
    ['web eb-w', 'Name', 'web-web', '[web-web]'],
    ['!web', 'Name', 'web', 'web'],
    ['/w.b$/', 'Name', 'web-wob', 'web-[wob]'],
    ['/^(a+)+$/', 'Name', 'aaa', '[aaa]'],
    ['w*b', 'Name', 'wxb', '[wxb]'],
    ['state=running', 'State', 'running', '[running]'],
    ['state=running', 'Name', 'running', 'running'],
    ['state:run', 'State', 'running', '[run]ning'],
    ['state:stop', 'State', 'running', 'running'],
    ['vcpus>2', 'Vcpus', 4, '[4]'],
    ['vcpus>8', 'Vcpus', 4, '4'],
    ['age>1d', 'LaunchTime', '2026-01-01T00:00:00+00:00', '[2026-01-01T00:00:00+00:00]'],
    ['ip:10.0.0.0/8', 'PrivateIpAddress', '10.1.2.3', '[10.1.2.3]'],
    ['ip:10.0.0.0/8', 'PublicIpAddress', '52.1.2.3', '52.1.2.3'],
    ['tag:Team', 'tag:Team', 'payments', '[payments]'],
    ['tag:T*=pay*', 'tag:Team', 'payments', '[payments]'],
    ['tag:Owner=x', 'tag:Team', 'x', 'x'],
    ["[?State.Name=='running']", 'State', 'running', 'running'],
    ['i', 'Name', 'İi', '[İi]'],
    ['vcpus>x', 'Vcpus', 4, '4'],
  ])('%s in %s is found in %j', (filter, column, value, marked) => {
    expect(mark(filter, column, value)).toBe(marked)
  })
})

describe('what a filter finds in a tag', () => {
  const find = (filter: string, key: string, value: string) =>
    makeTermFinders([filter], columns, now).flatMap((term) => term.inTag(key, value))
  test.each([
    ['prod', 'Environment', 'prod', [[12, 16]]],
    ['environment=prod', 'Environment', 'prod', [[0, 16]]],
    ['env', 'Environment', 'prod', [[0, 3]]],
    ['pro*', 'Environment', 'prod', [[0, 16]]],
    ['tag:Env*', 'Environment', 'prod', [[0, 16]]],
    ['tag:Owner', 'Environment', 'prod', []],
    ['state=prod', 'Environment', 'prod', []],
    ['!prod', 'Environment', 'prod', []],
  ])('%s in %s=%s', (filter, key, value, ranges) => {
    expect(find(filter, key, value)).toEqual(ranges)
  })
})
