import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { findChangedScopes, readDataVersion, readScopeMarks } from '../../src/store/scope-marks.ts'
import { makeWriter, type Writer } from '../../src/store/writer.ts'
import { rowMaker } from '../../src/sync/row-maker.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}
const makeRow = rowMaker(findKind('instances'))
const row = (name: string) =>
  makeRow({
    id: 'i-1',
    group: null,
    body: { InstanceId: 'i-1', Tags: [{ Key: 'Name', Value: name }] },
  })

/** A connection that reads, and the writer of another one to the same cache. */
function open(): { readonly store: Store; readonly writer: Writer } {
  const file = join(temporaryFolder(), 'cache.db')
  const [store, other] = [openStore(file), openStore(file)]
  onTestFinished(() => {
    store.close()
    other.close()
  })
  return { store, writer: makeWriter(other) }
}

test('each thing that another connection stores changes the marks of its scope, and of no other', () => {
  const { store, writer } = open()
  const elsewhere = writer.beginScope({ ...scope, region: 'us-east-1' }, 1)
  writer.savePage(elsewhere, [row('a')], [0], 2)
  writer.finishScope(elsewhere, 3)
  let marks = readScopeMarks(store, ['instances'])
  let version = readDataVersion(store)
  const changedBy = (work: () => void): readonly number[] => {
    work()
    const before = { marks, version }
    marks = readScopeMarks(store, ['instances'])
    version = readDataVersion(store)
    expect(version).not.toBe(before.version)
    return findChangedScopes(before.marks, marks)
  }
  let attempt = elsewhere
  const began = changedBy(() => {
    attempt = writer.beginScope(scope, 4)
  })
  expect(began).toEqual([attempt.scopeId])
  for (const name of ['a', 'another name', 'a third name'])
    expect(changedBy(() => writer.savePage(attempt, [row(name)], [0], 5))).toEqual([attempt.scopeId])
  expect(changedBy(() => writer.finishScope(attempt, 6))).toEqual([attempt.scopeId])
  expect(changedBy(() => writer.rememberProfile('other', 'x', '444455556666', 7))).toEqual([])
  expect(changedBy(() => writer.nameAccounts([['111122223333', 'production']]))).toHaveLength(2)
})

test('as long as nobody stores anything, there is nothing to look at', () => {
  const { store, writer } = open()
  writer.finishScope(writer.beginScope(scope, 1), 2)
  const version = readDataVersion(store)
  expect(readDataVersion(store)).toBe(version)
  expect(
    findChangedScopes(readScopeMarks(store, ['instances']), readScopeMarks(store, ['instances'])),
  ).toEqual([])
  expect(readScopeMarks(store, ['volumes']).size).toBe(0)
})
