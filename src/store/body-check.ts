import { crc32 } from 'node:zlib'

/**
 * `_body_check` of a row is a CRC-32 of its id, the fields of its group and the bytes of its document: with it, documents
 * that are printed as they are need not be written as JSON once more to be compared with their digest. It only shows that
 * a document is what was stored; if it differs, the digest decides. Null before Node 22.2, which has no such sum.
 */
export function bodyCheckOf(id: string, groupFields: string | null, body: Uint8Array): number | null {
  try {
    // As a signed number it takes four bytes of the file.
    return crc32(body, crc32(`${id}\n${groupFields ?? ''}\n`)) | 0
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}
