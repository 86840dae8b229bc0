import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What is stored of a document to compare it with. */
export interface DocumentCheck {
  readonly id: string
  /** Of its group, as JSON; null without one. */
  readonly groupFields: string | null
  /** `_body_check`; null for a row that an older muster wrote. */
  readonly bodyCheck: number | null
  /** `_digest`, which only older musters wrote; null if nothing is known. */
  readonly digest: string | null
}

/** Whether a document is what was stored. `json`: the same as SQLite's `json` writes it. */
export function isDocumentSound(
  { id, groupFields, bodyCheck, digest }: DocumentCheck,
  body: unknown,
  json: string,
): boolean {
  if (bodyCheck !== null)
    return body instanceof Uint8Array && bodyCheck === bodyCheckOf(id, groupFields, body)
  return digest === null || digest === digestOf(json, groupFields)
}

/**
 * `_body_check` of a row is a CRC-32 of its id, the fields of its group and the bytes of its document. It shows that a
 * document is what was stored; whether another one is the same is seen by its bytes.
 */
export function bodyCheckOf(id: string, groupFields: string | null, body: Uint8Array): number {
  // As a signed number it takes four bytes of the file.
  return crc32(body, crc32(`${id}\n${groupFields ?? ''}\n`)) | 0
}

/** 66 bits of a document and the fields of its group, as JSON. */
function digestOf(json: string, groupFields: string | null): string {
  const text = groupFields === null ? json : `${json}\n${groupFields}`
  return hash('sha256', text, 'base64url').slice(0, 11)
}
