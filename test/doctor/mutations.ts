import { pickFrom } from '../helpers/random.ts'
import { type Files, filesOf } from './readers.ts'

const pieces = [
  ...['[', ']', '=', ':', '#', ';', ' ', '  ', '\t', '\n', '\r', '\r\n', '"', "'", '\\', '.', '-', '_'],
  ...[' # c', ' ; c', '\n\n', '\n  ', '\n[profile a]\n', '\n[default]\n', '\n[DEFAULT]\nregion = x\n'],
  ...['\u00a0', '\ufeff', '\0', '\x1c', '\x0b', '\x85', '\u2028', '\u200b', 'é', 'İ', '𝒳'],
  ...[
    '\nregion =\n',
    '\nRegion = us-east-1\n',
    '\ns3 =\n  max = 1\n',
    'profile ',
    '[profile ',
    'constructor',
  ],
]

const lineChanges: readonly ((line: string, dice: () => number) => string)[] = [
  (line) => `  ${line}`,
  (line) => `\t${line}`,
  (line) => line.trimStart(),
  (line) => `${line}\n${line}`,
  (line) => `# ${line}`,
  (line) => `${line} # c`,
  (line) => `${line}  `,
  (line) => line.toUpperCase(),
  (line) => line.replace('=', ':'),
  (line) => line.replace('=', ''),
  (line) => line.replace(/=.*/, '='),
  (line) => line.replace(/^\[(\S+) (.*)\]/, '[$1 "$2"]'),
  (line) => line.replace(/^\[(\S+) (.*)\]/, '[$1  $2 ]'),
  (line) => line.replace(/^\[\S+ /, '['),
  (line) => line.replace(/= (.*)/, '= "$1"'),
  (line) => line.replace(/^\[(profile )?\S+\]/, '[$1constructor]'),
  (line) => line.replace(']', ''),
  () => '',
]

/** Files that were damaged as hands, editors and copying damage them: one to four times. */
export function mutate({ config, credentials }: Files, dice: () => number): Files {
  const texts = [config.toString(), credentials.toString()]
  const times = 1 + Math.floor(dice() * 4)
  for (let time = 0; time < times; time++) {
    const which = texts[1] !== '' && dice() < 0.3 ? 1 : 0
    texts[which] = dice() < 0.5 ? withPiece(texts[which] ?? '', dice) : withLine(texts[which] ?? '', dice)
  }
  const files = filesOf(texts[0] ?? '', texts[1])
  return dice() < 0.03
    ? { ...files, config: Buffer.concat([files.config, Buffer.from([0xe9, 0x0a])]) }
    : files
}

function withPiece(text: string, dice: () => number): string {
  const at = Math.floor(dice() * (text.length + 1))
  const gone = dice() < 0.3 ? 1 + Math.floor(dice() * 3) : 0
  return text.slice(0, at) + pickFrom(pieces, dice) + text.slice(at + gone)
}

function withLine(text: string, dice: () => number): string {
  const lines = text.split('\n')
  const at = Math.floor(dice() * lines.length)
  const other = Math.floor(dice() * lines.length)
  if (dice() < 0.15) lines.splice(other, 0, ...lines.splice(at, 1))
  else lines[at] = pickFrom(lineChanges, dice)(lines[at] ?? '', dice)
  return lines.join('\n')
}
