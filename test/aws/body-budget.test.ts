import { setTimeout as pause } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { makeConnection } from '../../src/aws/connection.ts'
import { readPages } from '../../src/aws/read-pages.ts'
import { findKind } from '../../src/kinds.ts'
import { clientAt, never, serve } from './wire.ts'

const volumes = findKind('volumes')
const filler = `<description>${'x'.repeat(2000)}</description>`
const items = (count: number) =>
  Array.from({ length: count }, (_, n) => `<item><volumeId>vol-${n}</volumeId>${filler}</item>`)
const begin = '<DescribeVolumesResponse><volumeSet>'
const end = '</volumeSet></DescribeVolumesResponse>'

test('answers that are more than fit into the memory for them all come whole, one after the other', async () => {
  const wire = await serve((_, response) => void response.end(begin + items(2000).join('') + end))
  const pages = await readAll(wire, 12, 1_000_000)
  expect(pages.map((page) => page?.resources.length)).toEqual(Array(12).fill(2000))
})

test('an answer that waits for the memory of others is not taken for one that stands still', async () => {
  let turn = 0
  const wire = await serve(async (_, response) => {
    response.write(begin)
    // The first answer takes long, and holds all the memory meanwhile.
    const isFirst = turn === 0
    turn += 1
    for (const item of items(600)) {
      response.write(item)
      if (isFirst) await pause(2)
    }
    response.end(end)
  })
  const pages = await readAll(wire, 6, 100_000, { progressTimeout: 250 })
  expect(pages.map((page) => page?.resources.length)).toEqual(Array(6).fill(600))
})

test('an answer that is cut off gives its memory to those that wait', async () => {
  let turn = 0
  const wire = await serve((_, response) => {
    turn += 1
    response.write(begin + items(600).join(''))
    if (turn > 3) return void response.end(end)
    setTimeout(() => response.destroy(), 100)
  })
  const pages = await readAll(wire, 8, 100_000)
  expect(pages.filter((page) => page === null)).toHaveLength(3)
  expect(pages.filter((page) => page?.resources.length === 600)).toHaveLength(5)
})

test('an answer holds its memory until the page that was made of it is stored, and others wait meanwhile', async () => {
  const wire = await serve((_, response) => void response.end(begin + items(2000).join('') + end))
  const { client, close } = connect(wire, 1_000_000)
  onTestFinished(close)
  const known = { key: null, nextPage: () => null, rows: async () => new Map() }
  const read = () => readPages(client, volumes, { pageSize: null, known }, never)
  const [first, second] = [read(), read()]
  expect((await first.next()).value?.items).toHaveLength(2000)
  const others = second.next()
  expect(await Promise.race([others, pause(300, 'waits')])).toBe('waits')
  // The page is stored: the reading goes on, or ends here.
  await first.return(undefined)
  expect((await others).value?.items).toHaveLength(2000)
})

interface Limits {
  readonly progressTimeout?: number
}

function connect({ url, close }: Awaited<ReturnType<typeof serve>>, bodyBytes: number, limits: Limits = {}) {
  const connection = makeConnection({ env: {}, caBundle: null, bodyBytes, ...limits })
  return {
    client: clientAt(url, connection),
    close() {
      connection.destroy()
      close()
    },
  }
}

async function readAll(
  wire: Awaited<ReturnType<typeof serve>>,
  count: number,
  bodyBytes: number,
  limits: Limits = {},
) {
  const { client, close } = connect(wire, bodyBytes, limits)
  onTestFinished(close)
  const readPage = async () => {
    const { value } = await readPages(client, volumes, { pageSize: null }, never).next()
    return value ?? null
  }
  return Promise.all(Array.from({ length: count }, () => readPage().catch(() => null)))
}
