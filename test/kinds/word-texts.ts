import { hashWord, listWords } from '../../src/kinds/word-forms.ts'
import type { Json } from '../../src/model.ts'
import { pickFrom } from '../helpers/random.ts'

/** Texts that are words, nearly words, or hold some. */
export const wordTexts: readonly string[] = [
  'i-0123456789abcdef0',
  'i-0123456789abcdef',
  '-12345678',
  '1-12345678',
  'a--12345678',
  'tgw-attach-12345678',
  'fleet-12345678-1234-1234-1234-123456789abc',
  '12345678-1234-1234-1234-123456789abc',
  '10.0.0.1',
  '10.0.0.1234',
  '10..0.1',
  '10.0.0.0/16',
  'ip-10-0-0-1.ec2.internal',
  'host.example.com.',
  'Host.Example.COM',
  '.example.com',
  'm5.large',
  'metal.example.small',
  'u-6tb1.metal-112xl',
  '2001:db8::1',
  '2001:DB8::/56',
  'ab:cd:ef:01:02:03',
  '2026-01-31T12:00:00+00:00',
  'arn:aws:iam::111122223333:role/Web',
  'arn:aws:ec2:us-east-1:111122223333:volume/vol-12345678',
  'for vol-12345678 from i-0123456789abcdef0',
  'a "quoted" vol-12345678 and \\ ami-12345678\n',
  'für vol-12345678',
  '日本.example.com',
  'us-east-1a',
  'x@acme.example',
  'aws:autoscaling:groupName',
  '',
  'i-',
  'x-a2345678-12345678',
  'long-prefix-of-many-characters-abc-12345678',
  'a-12345678-12345678',
  'a1234567-12345678',
  '-12345678-1234-1234-1234-123456789abc',
  '12345678-1234-1234-1234-123456789abg',
  '123.45.6.789',
  '1.2.3',
  '1.2.3.4.5',
  '.1.2.3',
  'a.b.c-12345678',
  'host.example.c',
  'host..example.com',
  'a.nano',
  'a.micro',
  'a.small',
  'a.medium',
  'a.large',
  'a.24xlarge',
  'a.xlarge',
  'a.metal',
  'a.metal-24xl',
  'a.metal-x',
  'a.larger',
  '*.example.com',
  'under_score.example.com',
  '1::22:33:44:55:66',
  '::ffff:10.0.0.1',
  '2001:db8::1%eth0',
  '2026-01-31T vol-12345678 ',
  'arn:-56789T12:45:78+0:00',
  'arn:aws:s3:::a "quoted" é',
  'a\u0000vol-12345678',
  `${'x'.repeat(2048)}.com`,
  `arn:${'x'.repeat(2044)}`,
  `arn:${'x'.repeat(2045)}`,
  `arn:${'é'.repeat(2044)}`,
  `${'x.'.repeat(1100)}i-12345678`,
  `${'x:'.repeat(1100)}com`,
  `${'x y '.repeat(100)}i-0123456789abcdef0`,
]

const letters = [...'ab0f1.-:/T_*X x9é']
const parts = [...wordTexts, ' ', '/', ':', '.', '-', 'a', '0', 'é', '"', '\\']

/** A text made of such texts, or of one of them with other characters, or of characters that stand in words. */
export function makeWordText(dice: () => number): string {
  const way = dice()
  if (way < 0.5) return Array.from({ length: Math.ceil(dice() * 3) }, () => pickFrom(parts, dice)).join('')
  if (way < 0.7)
    return Array.from({ length: Math.floor(dice() * 30) }, () => pickFrom(letters, dice)).join('')
  const text = [...pickFrom(wordTexts, dice)]
  for (let change = 0; change < 2; change += 1)
    if (text.length > 0) text[Math.floor(dice() * text.length)] = pickFrom(letters, dice)
  return text.join('')
}

/** The hashes of the words in a value by the definition, in their order, each once. */
export function wordHashesOf(value: Json): readonly number[] {
  const texts: string[] = []
  JSON.stringify(value, (_, each) => {
    if (typeof each === 'string') texts.push(each)
    return each
  })
  return [...new Set(texts.flatMap(listWords).map(hashWord))]
}
