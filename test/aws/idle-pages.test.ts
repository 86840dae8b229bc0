import { expect, onTestFinished, test } from 'vitest'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import { clientAt, never, serve } from './wire.ts'

const volume = (id: string) => `<item><volumeId>${id}</volumeId></item>`

test.each([
  ['empty pages', () => ''],
  ['the same page', () => volume('vol-1') + volume('vol-2')],
  ['two pages in turns', (n: number) => volume(`vol-${n % 2}`)],
])('a list that goes on for ever with new tokens and %s ends as a malformed answer', async (_, items) => {
  const reading = read((n) => [items(n), `t${n}`])
  await expect(reading).rejects.toMatchObject({
    fault: { class: 'malformed', message: 'DescribeVolumes gave 200 pages in a row without anything new.' },
  })
})

test('a list with many empty pages, and pages that begin alike, is read whole', async () => {
  const given = await read((n) => {
    if (n % 100 !== 0) return [n % 2 === 0 ? '' : volume('vol-0'), `t${n}`]
    return [volume(`vol-${n}`), n === 500 ? null : `t${n}`]
  })
  expect([...new Set(given)]).toEqual(['vol-0', 'vol-100', 'vol-200', 'vol-300', 'vol-400', 'vol-500'])
})

/** Reads volumes from a server that gives, for each page from 1, its items and its token. */
async function read(page: (n: number) => readonly [items: string, token: string | null]) {
  let n = 0
  const wire = await serve((_, response) => {
    n += 1
    const [items, token] = page(n)
    const next = token === null ? '' : `<nextToken>${token}</nextToken>`
    response.end(`<DescribeVolumesResponse><volumeSet>${items}</volumeSet>${next}</DescribeVolumesResponse>`)
  })
  onTestFinished(() => wire.close())
  const ids: string[] = []
  for await (const { resources } of readPages(
    clientAt(wire.url),
    findKind('volumes'),
    { pageSize: null },
    never,
  ))
    ids.push(...resources.map(({ id }) => id))
  return ids
}
