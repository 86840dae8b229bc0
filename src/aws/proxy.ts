import type { Io } from '../io.ts'

interface Target {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
}

/** The proxy's URL for a request, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY in either case; null for none. */
export function proxyFor(target: Target, env: Io['env']): string | null {
  const scheme = target.protocol.replace(':', '')
  const proxy = env[`${scheme}_proxy`] || env[`${scheme.toUpperCase()}_PROXY`]
  if (!proxy) return null
  const port = target.port ?? (scheme === 'https' ? 443 : 80)
  const host = target.hostname.toLowerCase()
  const excepted = (env.no_proxy || env.NO_PROXY || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  if (excepted.some((entry) => matches(entry, host, port))) return null
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

/** `*`, `host`, `.domain`, `*.domain`, each with an optional port; a host stands for its subdomains too. */
function matches(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true
  const [, name = entry, wanted] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (wanted !== undefined && Number(wanted) !== port) return false
  const bare = name.replace(/^\*?\./, '')
  return host === bare || host.endsWith(`.${bare}`)
}
