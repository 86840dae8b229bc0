import type { Fault } from '../model.ts'
import { cleanText } from '../redact.ts'
import { askSlower, checkNetwork, lookForProxy } from './causes.ts'
import { FaultError } from './faults.ts'

/** How many bytes of a body are looked at. */
export const mostRead = 4096

/**
 * The error for an answer that is not XML, and so does not come from EC2 or STS, whatever its status: the page of a
 * proxy or of a network's login, another service's JSON, nothing at all. Null for XML. The SDK finds the status in
 * `$metadata`, and tries again after 429 and 5xx.
 */
export function findForeignAnswer(operation: string, body: Buffer, status: number): FaultError | null {
  const what = isHtmlPage(body) ? describeHtmlPage(body) : looksLikeXml(body) ? null : shapeOf(body)
  return what === null ? null : foreignError(operation, what, status)
}

/** The same for an answer that must be JSON: an HTML page is the only one that is known for certain. */
export function findForeignPage(operation: string, body: Buffer, status: number): FaultError | null {
  return isHtmlPage(body) ? foreignError(operation, describeHtmlPage(body), status) : null
}

function foreignError(operation: string, what: string, status: number): FaultError {
  const message = `The answer to ${operation} is ${what} (HTTP status ${status}), which AWS does not send.`
  const fault: Fault = { ...causeOf(status, what), code: 'MalformedAnswer', message }
  return Object.assign(new FaultError(fault), { $metadata: { httpStatusCode: status } })
}

function causeOf(status: number, what: string): Pick<Fault, 'class' | 'next'> {
  if (status === 429) return { class: 'throttled', next: askSlower }
  if (status === 407) {
    const next = 'Give the proxy its name and password, in HTTPS_PROXY and HTTP_PROXY, then sync again.'
    return { class: 'configuration', next }
  }
  if (status >= 500) return { class: 'network', next: checkNetwork }
  if (!what.startsWith('an HTML page')) return { class: 'malformed', next: lookForProxy }
  const next = `If this network has a login page, sign in there with a browser; else ${lookForProxy.replace(/^L/, 'l')}`
  return { class: 'malformed', next }
}

/** HTML, or XHTML behind its XML header and comments. */
function isHtmlPage(body: Buffer): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*)*<(!doctype\s+)?html\b/i.test(beginOf(body))
}

function looksLikeXml(body: Buffer): boolean {
  return /^\s*</.test(beginOf(body))
}

function shapeOf(body: Buffer): string {
  const begin = beginOf(body).trim()
  return begin === '' ? 'empty' : /^[[{]/.test(begin) ? 'JSON' : 'not XML'
}

function describeHtmlPage(body: Buffer): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body.toString('utf8', 0, mostRead))?.[1]
  const name = cleanText(title ?? '').slice(0, 80)
  return name === '' ? 'an HTML page' : `an HTML page, "${name}"`
}

function beginOf(body: Buffer): string {
  return body.toString('utf8', 0, 1024).replace(/^\ufeff/, '')
}
