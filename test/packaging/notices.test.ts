import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const notices = readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')
const bundled: readonly string[] = JSON.parse(readFileSync(join(root, 'dist/bundled.json'), 'utf8'))

/** Titles of packages between two rules, then the text. */
const sections = notices
  .split(/^-{100}\n((?:\S.*\n)+)-{100}\n/m)
  .slice(1)
  .reduce<{ titles: string[]; text: string }[]>((all, part, index) => {
    if (index % 2 === 0) all.push({ titles: part.trim().split('\n'), text: '' })
    else all[all.length - 1] = { titles: all.at(-1)?.titles ?? [], text: part }
    return all
  }, [])

const folders = [
  ...new Set(bundled.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [])),
].map((folder) => join(root, folder))

describe('the notices that are published', () => {
  test('are of many packages: the bundle holds the AWS SDK, Ink and React', () => {
    expect(folders.length).toBeGreaterThan(60)
    for (const name of [
      '@aws-sdk/client-ec2',
      '@smithy/core',
      'ink',
      'react',
      'jmespath',
      'yoga-layout',
      'better-sqlite3',
    ])
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'))
  })

  test.each(folders)('name the package in %s, its version and its licence, with its text', (folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const title = `${name} ${version} (${license})`
    const texts = sections.filter(({ titles }) => titles.includes(title)).map(({ text }) => words(text))
    expect(texts, title).not.toEqual([])
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    for (const file of files) {
      const own = words(readFileSync(join(folder, file), 'utf8'))
      expect(
        texts.some((text) => text.includes(own)),
        `${title}: ${file}`,
      ).toBe(true)
    }
    if (files.length === 0)
      expect(texts.join()).toContain(opening[license] ?? 'a licence that this test knows')
  })

  test('give each text once', () => {
    expect(new Set(sections.map(({ text }) => text)).size).toBe(sections.length)
  })

  test('are of what is bundled, not of what is installed', () => {
    expect(existsSync(join(root, 'node_modules/vitest'))).toBe(true)
    for (const name of ['vitest', 'esbuild', 'typescript', 'node-pty'])
      expect(notices).not.toMatch(new RegExp(`^${name} \\d`, 'm'))
  })
})

/** How the standard text of a licence begins to grant. */
const opening: Readonly<Record<string, string>> = {
  MIT: 'Permission is hereby granted, free of charge',
  'Apache-2.0': 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION',
}

function words(text: string): string {
  return text.split(/\s+/).join(' ').trim()
}
