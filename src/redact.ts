/** The text on one line of at most 300 characters, without control characters and secrets. */
export function cleanText(text: string): string {
  const plain = text
    .replace(/\s*Encoded authorization failure message:\s*\S+/gi, '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  const safe = redact(plain)
  return safe.length > 300 ? `${safe.slice(0, 299)}…` : safe
}

/** The text without access keys, secrets, passwords and tokens. The one place that knows what they look like. */
export function redact(text: string): string {
  return shapes.reduce((safe, [shape, instead]) => safe.replace(shape, instead), text)
}

/** The text before the value of a secret: `aws_secret_access_key = "`, `"SessionToken":"`, `<Password>`, `&token=`. */
const secretName =
  '[\\w.-]*(?:secret(?:[_-]?access)?(?:[_-]?key)?|passw(?:or)?d|passphrase|(?<!next)token|api[_-]?key|private[_-]?key|samlresponse|assertion|signature)'
const secretValue = `[^\\s"'<>,;&]+`

const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[secret]'],
  // JSON Web Tokens, signed or encrypted.
  [/\beyJ[\w-]+(?:\.[\w-]*){2,4}/g, '[secret]'],
  // A name and a password before the host of an address; a password may hold an @.
  [/(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#"'<>]*@/gi, '$1[secret]@'],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi, '$1 [secret]'],
  [new RegExp(`((?<![\\w.-])${secretName}["']?\\s*[=:>]\\s*["']?)${secretValue}`, 'gi'), '$1[secret]'],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g, '[key]'],
  // A secret access key, recognised only by its length, and any longer piece of base 64.
  [/(?<![\w+/=.:-])(?=[A-Za-z\d+/]*[a-z])(?=[A-Za-z\d+/]*[A-Z])[A-Za-z\d+/]{40}(?![\w+/=-])/g, '[secret]'],
  [/(?<![\w+/=:.-])(?=[\w+/-]*\d)(?=[\w+/-]*[A-Z])[\w+/-]{40,}={0,2}/g, '[secret]'],
]
