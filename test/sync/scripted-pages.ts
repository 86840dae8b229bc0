import { onTestFinished } from 'vitest'
import { serve } from '../aws/wire.ts'

/**
 * An endpoint that answers an operation with pages of a test's own, the content of the answer's element each, and all
 * other requests as the endpoint at `behind` does. `onPage` may let a page wait, or have its connection reset.
 */
export async function scriptPages(
  operation: string,
  pages: readonly string[],
  behind: string,
  onPage: (page: number) => Promise<'reset' | null>,
): Promise<{ readonly url: string }> {
  const server = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const params = new URLSearchParams(body)
    if (params.get('Action') !== operation) {
      const headers = new Headers()
      for (const name of ['authorization', 'content-type', 'x-amz-date', 'x-amz-security-token']) {
        const value = request.headers[name]
        if (typeof value === 'string') headers.set(name, value)
      }
      const answer = await fetch(behind, { method: 'POST', headers, body })
      response.writeHead(answer.status, { 'content-type': 'text/xml;charset=UTF-8' })
      response.end(await answer.text())
      return
    }
    const token = params.get('NextToken')
    const page = token === null ? 0 : Number(token.split('-')[1])
    if ((await onPage(page)) === 'reset') return request.socket.resetAndDestroy()
    const next = page + 1 < pages.length ? `<nextToken>page-${page + 1}</nextToken>` : ''
    response.writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' })
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${pages[page]}${next}</${operation}Response>`,
    )
  })
  onTestFinished(server.close)
  return { url: server.url }
}
