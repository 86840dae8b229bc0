import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findKind } from '../../src/kinds.ts'
import type { ResolvedScope } from '../../src/model.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { ScopeHeld } from '../../src/store/running-syncs.ts'
import { makeWriter, type Writer } from '../../src/store/writer.ts'
import { temporaryFolder } from '../helpers/temporary.ts'

const scope: ResolvedScope = {
  profile: 'prod',
  account: '111122223333',
  region: 'eu-west-1',
  kind: 'instances',
}
const other = { ...scope, region: 'us-east-1' }

/** A cache, and so many syncs that write into it. */
function syncsOf(many: number): { readonly store: Store; readonly syncs: readonly Writer[] } {
  const store = openStore(join(temporaryFolder(), 'cache.db'), [findKind('instances')])
  onTestFinished(() => store.close())
  return { store, syncs: Array.from({ length: many }, () => makeWriter(store, undefined, 'all')) }
}

/** As if all syncs had been silent for 40 seconds. */
function letTimePass(store: Store): void {
  store.db.exec('UPDATE sync SET heartbeat = heartbeat - 40000')
}

test('of several syncs that wait for a scope, one alone takes it over', () => {
  const { syncs } = syncsOf(3)
  const [holder, second, third] = syncs as [Writer, Writer, Writer]
  holder.beginScope(scope, 1)
  for (const each of [second, third]) expect(() => each.beginScope(scope, 2)).toThrow(ScopeHeld)
  holder.endSync(true, 3)
  const taken = second.beginScope(scope, 4)
  expect(() => third.beginScope(scope, 5)).toThrow(ScopeHeld)
  second.savePage(taken, [], [], 6)
})

test('a sync that has waited for all of its scopes is alive, and so is what it begins then', () => {
  const { store, syncs } = syncsOf(3)
  const [holder, waiting, third] = syncs as [Writer, Writer, Writer]
  holder.beginScope(scope, 1)
  expect(() => waiting.beginScope(scope, 2)).toThrow(ScopeHeld)
  letTimePass(store)
  waiting.beat()
  waiting.beginScope(scope, 3)
  expect(() => third.beginScope(scope, 4)).toThrow(ScopeHeld)
})

test('a sync that stood still and was forgotten cannot be taken for a later one', () => {
  const { store, syncs } = syncsOf(3)
  const [stopped, second, third] = syncs as [Writer, Writer, Writer]
  const before = stopped.beginScope(scope, 1)
  letTimePass(store)
  second.finishScope(second.beginScope(scope, 2), 3)
  second.endSync(false, 4)
  const later = third.beginScope(scope, 5)
  expect(() => stopped.savePage(before, [], [], 6)).toThrow(ScopeHeld)
  third.savePage(later, [], [], 7)
})

test('a sync that stood still and was forgotten is alive again with its next word', () => {
  const { store, syncs } = syncsOf(3)
  const [stopped, second, third] = syncs as [Writer, Writer, Writer]
  stopped.beginScope(scope, 1)
  letTimePass(store)
  second.finishScope(second.beginScope(scope, 2), 3)
  second.endSync(false, 4)
  stopped.beat()
  stopped.beginScope(other, 5)
  expect(() => third.beginScope(other, 6)).toThrow(ScopeHeld)
  stopped.endSync(false, 7)
})
