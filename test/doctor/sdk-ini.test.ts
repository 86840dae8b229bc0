import { join } from 'node:path'
import { parseKnownFiles } from '@smithy/core/config'
import { expect, test } from 'vitest'
import { readIni } from '../../src/doctor/sdk-ini.ts'
import { readAsSdk } from '../../src/doctor/sdk-reading.ts'
import { homeWith } from '../config/folder.ts'

const texts: readonly (readonly [what: string, config: string, credentials?: string])[] = [
  ['nothing', ''],
  ['plain profiles', '[default]\nregion = eu-west-1\n[profile a]\nregion=us-east-1\noutput = json\n'],
  ['duplicate sections and keys', '[profile a]\nx=1\nx=2\n[profile b]\ny=1\n[profile a]\nx=3\nz=4\n'],
  ['comments', '# c\n; c\n[profile a] # c\nregion = eu-west-1 # c\nurl = http://x/#y;z\n  # c\nk = v;w ;c\n'],
  ['a quoted name', '[profile "a"]\nx=1\n[profile \'b\']\nx=2\n[profile "c\']\nx=3\n'],
  ['a name with a blank', '[profile "my prof"]\nx=1\n[profile my prof]\nx=2\n[profile b]\nx=3\n'],
  ['a non-ASCII name', '[profile prüf]\nx=1\n[profile b]\nx=2\n'],
  ['every character that a name may have', '[profile a-b_c@d+e.f%g:h/i]\nx=1\n[profile a!b]\nx=2\n'],
  ['[foo] in config', '[foo]\nx=1\n[profile b]\ny=2\n'],
  ['[DEFAULT]', '[DEFAULT]\nx=1\n[default]\ny=1\n'],
  ['[default], then [profile default]', '[default]\nx=1\n[profile default]\ny=2\n'],
  ['[profile default], then [default]', '[profile default]\ny=2\n[default]\nx=1\n'],
  ['an unclosed header', '[profile a]\nx=1\n[profile b\nx=2\ny=3\n'],
  ['text behind a header', '[profile a]\nx=1\n[profile b]junk\nx=2\n'],
  ['a colon', '[profile a]\nRegion : x\nurl : a=b\n'],
  ['lines that are garbage', 'x=1\n[profile a]\ngarbage\n=novalue\nk=v=w\n'],
  ['a nested section', '[profile a]\ns3 =\n  max = 10\n  min = 2\nregion = eu-west-1\n  odd = 1\n'],
  ['an empty value before indented and plain keys', '[profile a]\nregion =\nx = 1\n\ty = 2\nz =\n\tw = 3\n'],
  [
    'white space in headers',
    '[ profile a ]\nx=1\n[profile  b]\nx=2\n[profile\tc]\nx=3\n  [profile d]  \nx=4\n',
  ],
  [
    'Windows line ends and a byte order mark',
    '\ufeff[default]\r\nregion = eu-west-1\r\n\r\n[profile a]\r\nx=1\r\n',
  ],
  ['an empty section', '[profile a]\n[profile b]\nx=1\n'],
  ['a forbidden name', '[profile a]\nx=1\n[__proto__]\ny=1\n', '[c]\nx=1\n'],
  ['a dotted header', '[profile.a]\nx=1\n[profile.b c]\nx=1\n[profile a]\ny=1\n', '[profile.d]\nx=1\n'],
  [
    'names that objects have',
    '[profile constructor]\nx=1\n[profile "__proto__"]\nx=1\n',
    '[]\nx=1\n[toString]\ny=1\n[c]\n__proto__=1\nz=1\n',
  ],
  ['credentials that win', '[profile a]\nx=1\ny=1\n[default]\nz=1\n', '[a]\nx=2\n[default]\nz=2\n[c]\nw=1\n'],
  ['names with blanks in credentials', '', '[my prof]\nx=1\n[my own prof]\nx=2\n["q"]\nx=3\n[ s ]\nx=4\n'],
]

test.each(texts)(
  'what the doctor takes the AWS SDK to read is what the SDK reads: %s',
  async (_, config = '', credentials = '') => {
    const home = homeWith({ config, credentials })
    const configFile = join(home, 'config')
    const credentialsFile = join(home, 'credentials')
    const sdk = await parseKnownFiles({
      configFilepath: configFile,
      filepath: credentialsFile,
      ignoreCache: true,
    })
    const { profiles } = readAsSdk(readIni(config), readIni(credentials))
    const ours = [...profiles].map(([name, { values }]) => [name, valuesOf(values)])
    expect(Object.fromEntries(ours)).toEqual(sdk)
  },
)

test('every section and key is given with its line, duplicates kept', () => {
  expect(readIni('# top\n[profile a]\nx = 1\n\n[profile a]\n# c\nx = 2 # c\n').sections).toEqual([
    {
      type: 'profile',
      name: 'a',
      header: 'profile a',
      line: 2,
      entries: [{ key: 'x', value: '1', line: 3 }],
    },
    {
      type: 'profile',
      name: 'a',
      header: 'profile a',
      line: 5,
      entries: [{ key: 'x', value: '2', line: 7 }],
    },
  ])
})

test('a malformed line is named with its number', () => {
  expect(readIni('x = 1\n[profile a]\njunk\n[profile b\n').problems).toEqual([
    { line: 1, message: 'the line stands before the first section' },
    { line: 3, message: 'the line is not "key = value"' },
    { line: 4, message: 'the section header has no closing bracket' },
  ])
})

function valuesOf(values: ReadonlyMap<string, { readonly value: string }>): Record<string, string> {
  return Object.fromEntries([...values].map(([key, { value }]) => [key, value]))
}
