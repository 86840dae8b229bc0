import { type AwsCliReading, type ConfigReading, readAsAwsCli } from '../config/aws-cli-reading.ts'
import { type AwsConfig, awsConfigOf } from '../config/aws-config.ts'
import { type AwsFiles, awsFilesOf } from '../config/aws-files.ts'
import { type PythonIni, readPythonIni } from '../config/python-ini.ts'
import type { Io } from '../io.ts'
import { type Document, type DocumentLine, type FileName, textOf } from './document.ts'
import { type Ini, readIni } from './sdk-ini.ts'
import { readAsSdk } from './sdk-reading.ts'

/** One file with what the SDK's reader and the AWS CLI's make of each of its lines. */
export interface CheckedFile {
  readonly name: FileName
  readonly document: Document
  readonly lines: readonly DocumentLine[]
  /** The SDK's. */
  readonly ini: Ini
  /** The AWS CLI's. */
  readonly python: PythonIni
}

/** All that a rule may look at. */
export interface Checkup {
  readonly config: CheckedFile
  readonly credentials: CheckedFile
  readonly sdk: ConfigReading
  /** As if the lines for which the AWS CLI refuses a file were fixed. */
  readonly awsCli: AwsCliReading
  /** What muster uses: the AWS CLI's reading. */
  readonly files: AwsFiles
  /** The profiles with their chains. */
  readonly aws: AwsConfig
  readonly env: Io['env']
}

/** Reads both documents in both ways; nothing in them makes it fail. */
export function checkUp(config: Document, credentials: Document, env: Io['env']): Checkup {
  const files = awsFilesOf(
    { path: config.path, text: config.exists ? textOf(config).text : null },
    { path: credentials.path, text: credentials.exists ? textOf(credentials).text : null },
  )
  const checked = { config: checkFile(config), credentials: checkFile(credentials) }
  return {
    ...checked,
    sdk: readAsSdk(checked.config.ini, checked.credentials.ini),
    awsCli: readAsAwsCli(checked.config.python, checked.credentials.python),
    files,
    aws: awsConfigOf(files, env),
    env,
  }
}

function checkFile(document: Document): CheckedFile {
  const { text, valid } = textOf(document)
  const python = readPythonIni(text, document.name)
  const bad = document.lines.findIndex((line) => !Buffer.from(line.text + line.end).equals(line.bytes)) + 1
  const failures = valid ? python.failures : [{ line: bad, why: 'not-utf8' as const }, ...python.failures]
  return {
    name: document.name,
    document,
    lines: document.lines,
    ini: readIni(text),
    python: { ...python, failures },
  }
}
