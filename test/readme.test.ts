import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../src/errors.ts'
import { listKinds } from '../src/kinds.ts'

const root = new URL('..', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')
const most = 15_000

describe('the README', () => {
  test('is short enough to be read: all else is in the reference', () => {
    expect(Buffer.byteLength(readme)).toBeLessThanOrEqual(most)
  })

  test('begins with the number of kinds that there are, and leads to their list', () => {
    const [, number] = /^# muster\n\n.*\b(\d+) kinds\b/.exec(readme) ?? []
    expect(Number(number)).toBe(listKinds().length)
    expect(readme).toContain('](src/help/all-kinds.md)')
  })

  test('has every exit code, and no other', () => {
    const [, section = ''] = /\n## Exit codes\n([\s\S]*?)\n## /.exec(readme) ?? []
    const codes = [...section.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(codes).toEqual(Object.values(exitCodes))
  })

  test('has the two commands as they are run', () => {
    const [, section = ''] = /\n## The two commands\n([\s\S]*?)\n## /.exec(readme) ?? []
    expect(section).toContain('```\nnpm install && npm start\nnpm install && npm test\n```')
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']))
    expect(readFileSync(new URL('.ci/run', root), 'utf8')).toMatch(/^npm install && npm test$/m)
  })

  test('names scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
    expect(named.length).toBeGreaterThan(4)
    for (const name of named) expect(Object.keys(scripts)).toContain(name)
  })

  test('has a contents whose links lead to its headings', () => {
    const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading = '']) => heading)
    const links = [...readme.matchAll(/\[([^\]]*)\]\(#([^)]*)\)/g)]
    const [, ...listed] = headings
    expect(headings[0]).toBe('Contents')
    expect(links.map(([, label]) => label)).toEqual(listed)
    for (const [, label = '', target] of links) expect(target).toBe(label.toLowerCase().replaceAll(' ', '-'))
  })
})
