// The yardstick of the sync: the AWS SDK's own paginator over the same scopes, keeping nothing.
import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2'

const [endpoint = '', scopes = '[]', concurrency = '16'] = process.argv.slice(2)
const waiting = JSON.parse(scopes) as { region: string; accessKeyId: string; secretAccessKey: string }[]
let count = 0

await Promise.all(Array.from({ length: Number(concurrency) }, readNext))
console.log(count)

async function readNext(): Promise<void> {
  for (let scope = waiting.shift(); scope; scope = waiting.shift()) {
    const { region, ...credentials } = scope
    const client = new EC2Client({ region, endpoint, credentials })
    for await (const page of paginateDescribeInstances({ client, pageSize: 1000 }, {})) {
      for (const { Instances = [] } of page.Reservations ?? []) count += Instances.length
    }
    client.destroy()
  }
}
