import { execFileSync } from 'node:child_process'

/** What a program makes of botocore's model of EC2, which it finds as `model`; null where python3 has no botocore. */
export function askBotocore<T>(program: string): T | null {
  const load = `import json, botocore.loaders
model = botocore.loaders.create_loader().load_service_model('ec2', 'service-2')
shapes = model['shapes']
`
  try {
    const out = execFileSync('python3', ['-c', load + program], { encoding: 'utf8', stdio: 'pipe' })
    return JSON.parse(out) as T
  } catch {
    return null
  }
}
