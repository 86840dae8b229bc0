import type { Io } from '../io.ts'
import { redact } from '../redact.ts'
import { FaultError } from './faults.ts'

interface ProxyTarget {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
}

/**
 * The proxy's URL for a request, by HTTPS_PROXY, HTTP_PROXY and NO_PROXY in either case; null without a proxy. A bad
 * one is a FaultError.
 */
export function proxyFor(target: ProxyTarget, env: Io['env']): string | null {
  const scheme = target.protocol.replace(':', '')
  const variable = env[`${scheme}_proxy`] ? `${scheme}_proxy` : `${scheme.toUpperCase()}_PROXY`
  const proxy = env[variable]
  if (!proxy) return null
  const port = target.port ?? (scheme === 'https' ? 443 : 80)
  const host = target.hostname.toLowerCase()
  const excepted = (env.no_proxy || env.NO_PROXY || '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  if (excepted.some((entry) => isExcepted(entry, host, port))) return null
  return checkProxy(proxy.includes('://') ? proxy : `http://${proxy}`, variable)
}

function checkProxy(proxy: string, variable: string): string {
  const url = URL.canParse(proxy) ? new URL(proxy) : null
  if (url && /^https?:$/.test(url.protocol)) return proxy
  const message = `${variable} is '${redact(proxy)}', which is not the address of an HTTP proxy.`
  const next = `Correct ${variable}: it must be http://HOST:PORT.`
  throw new FaultError({ class: 'configuration', code: 'Proxy', message, next })
}

/** `*`, `host`, `.domain`, `*.domain`, each with an optional port; a host stands for its subdomains too. */
function isExcepted(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true
  const [, name = entry, wanted] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
  if (wanted !== undefined && Number(wanted) !== port) return false
  const bare = name.replace(/^\*?\./, '')
  return host === bare || host.endsWith(`.${bare}`)
}
