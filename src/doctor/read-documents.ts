import { statSync } from 'node:fs'
import { platform } from 'node:os'
import { awsPaths, readBytes } from '../config/aws-files.ts'
import type { Io } from '../io.ts'
import { type Document, documentOf, type FileName } from './document.ts'

/** Both files of ~/.aws as they are on the disk; one that cannot be read is a MusterError that names it. */
export function readDocuments(io: Pick<Io, 'env' | 'home'>): { config: Document; credentials: Document } {
  const { configFile, credentialsFile } = awsPaths(io)
  return {
    config: readDocument('config', configFile),
    credentials: readDocument('credentials', credentialsFile),
  }
}

function readDocument(name: FileName, path: string): Document {
  const bytes = readBytes(path)
  // Windows has no permission bits that say who may read.
  const mode = bytes === null || platform() === 'win32' ? null : statSync(path).mode & 0o777
  return documentOf(name, path, bytes, mode)
}
