/** A browser without a screen: opens the address, follows the link with that word, and every redirect. */
export async function followLink(address: string, word: 'Allow' | 'Refuse' = 'Allow'): Promise<Response> {
  const page = await (await fetch(address)).text()
  const href = new RegExp(`<a href="([^"]+)">${word}</a>`).exec(page)?.[1]?.replaceAll('&amp;', '&')
  if (href === undefined) throw new Error(`no ${word} on the page: ${page}`)
  return fetch(new URL(href, address))
}
