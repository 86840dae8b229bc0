import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/temporary.ts'
import { keptCode, launch, machine, program } from './program.ts'

const times = (count: number, step: string) => Array.from({ length: count }, () => step).join('|')
/** A small limit, so that a test need not fill the memory of the machine, in MB. */
const heap = '--max-old-space-size=100'
/** With this one 4 of 100 programs hung, before they made room for the optimiser's threads. */
const hangingHeap = '--max-old-space-size=200'
const refused = /^muster: The expression needs more memory than muster has here \(0\.\d GB\): [^\n]+\n$/

describe('an expression that would need more memory than there is', () => {
  test.each([
    ['lists of lists, opened', `${times(40, '[@,@]')}|${times(39, '[]')}|length(@)`],
    ['lists that double', `[a]|${times(40, 'map(&[@,@],@)|[]')}`],
    ['objects that double', `[a]|${times(40, 'map(&{a:@,b:@},@)|[@,@][]')}|length(@)`],
    ['texts that double', `a|${times(40, "join('',[@,@])")}`],
    ['a text between texts', `a|${times(20, 'join(@,[@,@,@,@])')}`],
    ['short texts without end', `[a,a]|${times(40, "map(&join('',['x',@]),@)|[@,@][]")}|sort(@)`],
    ['a list written out', `[a]|${times(24, '[@,@][]')}|${times(4, '[@,@]|to_string(@)')}|length(@)`],
    ['members put together', `[a]|${times(40, '[@,@][]')}|map(&merge({a:@},{b:@}),@)`],
    ['lists turned and cut', `[a]|${times(22, '[@,@][]')}|${times(30, '[reverse(@),@[1:]][]')}`],
  ])('is refused in a sentence, exit code 1: %s', async (_, expression) => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'a.json'), '{"a": "some text"}')
    const words = [program, 'query', expression, '--input', join(home, 'a.json'), '--output', 'json']
    const { code, out, err } = await launch(process.execPath, [heap, ...words], { HOME: home, ...keptCode() })
      .ended
    expect(err).toMatch(refused)
    expect(out).toBe('')
    expect(code).toBe(1)
  })

  test('ends the program each time it is refused', async () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'a.json'), '{"a": "some text"}')
    const expression = `a|${times(20, 'join(@,[@,@,@,@])')}`
    const words = [program, 'query', expression, '--input', join(home, 'a.json')]
    const env = { HOME: home, ...keptCode() }
    const endTwenty = async () => {
      for (let round = 0; round < 20; round += 1)
        expect((await launch(process.execPath, [hangingHeap, ...words], env).ended).code).toBe(1)
    }
    await Promise.all([endTwenty(), endTwenty(), endTwenty()])
  })

  test('is refused over the cache as well', async () => {
    const on = await machine()
    expect((await on.muster('sync')).code).toBe(0)
    const expression = `Reservations[].Instances[]|${times(40, '[@,@][]')}|length(@)`
    const words = [program, 'query', expression, '--offline', '--output', 'json']
    const { code, err } = await launch(process.execPath, [heap, ...words], on.env).ended
    expect(err).toMatch(refused)
    expect(code).toBe(1)
  })
})

test('an expression that makes far more than the memory holds, and keeps little of it, is answered', async () => {
  const home = temporaryFolder()
  writeFileSync(join(home, 'a.json'), JSON.stringify({ a: Array.from({ length: 200_000 }, (_, i) => i) }))
  const many = Array.from({ length: 40 }, () => `a[].[@,{n: @, s: to_string(@)}] | length(@)`).join(',')
  const words = [program, 'query', `sum([${many}])`, '--input', join(home, 'a.json'), '--output', 'json']
  const { code, out } = await launch(process.execPath, [heap, ...words], { HOME: home, ...keptCode() }).ended
  expect({ code, out }).toEqual({ code: 0, out: '8000000\n' })
})
