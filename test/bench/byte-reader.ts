// The yardstick of a sync that finds nothing changed: reads the same bytes over the same scopes, and drops them.
import { Agent, request } from 'node:http'

const [endpoint = '', scopes = '[]', concurrency = '16'] = process.argv.slice(2)
const waiting = JSON.parse(scopes) as { region: string; accessKeyId: string }[]
const agent = new Agent({ keepAlive: true, maxSockets: 256 })
let bytes = 0

await Promise.all(Array.from({ length: Number(concurrency) }, readNext))
console.log(bytes)

async function readNext(): Promise<void> {
  for (let scope = waiting.shift(); scope; scope = waiting.shift()) {
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope.accessKeyId}/20261126/${scope.region}/ec2/aws4_request`
    let token: string | undefined = ''
    while (token !== undefined) {
      const params = { Action: 'DescribeInstances', Version: '2016-11-15', MaxResults: '1000' }
      const body = new URLSearchParams(token === '' ? params : { ...params, NextToken: token }).toString()
      token = /<nextToken>([^<]+)</.exec(await readEnd(body, authorization))?.[1]
    }
  }
}

/** Reads an answer to its end, and keeps what it ends with. */
function readEnd(body: string, authorization: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(endpoint, { method: 'POST', agent, headers: { authorization } }, (response) => {
      let end = ''
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        end = (end + chunk.toString('latin1', Math.max(0, chunk.length - 500))).slice(-500)
      })
      response.once('end', () => resolve(end))
      response.once('error', reject)
    })
    call.once('error', reject)
    call.end(body)
  })
}
