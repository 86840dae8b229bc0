/** The text on one line of at most 300 characters, without control characters and secrets. */
export function cleanText(text: string): string {
  const plain = text
    .replace(/\s*Encoded authorization failure message:\s*\S+/gi, '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
  const safe = redact(plain)
  return safe.length > 300 ? `${safe.slice(0, 299)}…` : safe
}

/** The text without access keys, secrets and tokens. */
export function redact(text: string): string {
  return text
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{8,}\b/g, '[key]')
    .replace(
      /((?:aws_?)?(?:secret_?access_?key|session_?token|security_?token)["']?\s*[=:>]\s*["']?)[^\s"'<,&]+/gi,
      '$1[secret]',
    )
    .replace(
      /(?<![A-Za-z0-9+/=_:.-])(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2}/g,
      '[secret]',
    )
}
