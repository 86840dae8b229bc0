import {
  answerOf,
  brokenOff,
  first,
  type Hostile,
  instance,
  listOf,
  makePages,
  malformed,
  network,
  sends,
  withToken,
} from './hostile.ts'

const good = sends((text) => text)
const token = (text: string) => `<nextToken>${text}</nextToken>`
const i1 = 'i-0aaaaaaaaaaaaaaa1'
const i2 = 'i-0aaaaaaaaaaaaaaa2'

const lenient =
  /February|year 20000|1e400|cross|quote|nobody declared|ampersand|two roots|nested|laughs|file of|address|JavaScript|truth|tags of text|count of/

const html =
  '<!DOCTYPE html><html><head><title>Sign in</title><meta http-equiv="refresh" content="0;url=http://portal/"></head><body><p>Sign in<br></body></html>'

const notXml: readonly Hostile[] = (
  [
    ['a page of HTML', html],
    ['a page of XHTML', '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Sign in</h1></body></html>'],
    ['nothing', ''],
    ['blanks', '   \n\n  '],
    ['a byte order mark and nothing', '\ufeff'],
    ['a word', 'OK'],
    ['JSON', '{"Reservations": []}'],
    ['zeros', Buffer.alloc(5000)],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ] as const
).map(([what, body]) => ({ name: `a 200 of ${what}`, answer: sends(body), verdict: malformed }))

const encoded: readonly Hostile[] = [
  {
    name: 'the answer after a byte order mark',
    answer: sends((text) => `\ufeff${text}`),
    verdict: 'whole',
  },
  {
    name: 'the answer in UTF-16',
    answer: sends((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
    verdict: malformed,
  },
  {
    name: 'bytes of no UTF-8 in a tag',
    answer: sends((text) =>
      Buffer.concat([
        Buffer.from(text.replace(/<\/DescribeInstancesResponse>/, '<x>')),
        Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
        Buffer.from('</x></DescribeInstancesResponse>'),
      ]),
    ),
    verdict: 'whole',
  },
  ...[
    '&#0;',
    '&#x1b;[2J&#x9b;',
    '&#xD800;',
    '&#x110000;',
    '&amp;amp;',
    '<![CDATA[<b>]]>',
    '\u202e\u2066',
  ].map((text) => ({
    name: `a tag of ${JSON.stringify(text)}`,
    answer: sends(
      listOf(instance(i1, `<tagSet><item><key>Name</key><value>${text}</value></item></tagSet>`)),
    ),
    // A number of no character may be read as one that stands for it.
    verdict: /xD800|x110000|#0/.test(text) ? malformed : ('whole' as const),
    gives: [i1],
    orGives: [i1],
  })),
]

const refusals: readonly Hostile[] = (
  [
    [200, 'RequestLimitExceeded', ['throttled', 'malformed']],
    [200, 'UnauthorizedOperation', ['denied', 'malformed']],
    [500, 'InternalError', network],
    [503, 'Unavailable', network],
    [503, 'RequestLimitExceeded', ['throttled']],
    [400, 'RequestExpired', ['credentials']],
    [401, 'AuthFailure', ['denied']],
    [403, 'UnauthorizedOperation', ['denied']],
    [400, '__proto__', ['configuration']],
    [400, 'constructor', ['configuration']],
    [400, 'Made Up\u202e', ['configuration', 'malformed']],
    [599, 'Made', network],
  ] as const
).map(([status, code, verdict]) => ({
  name: `Errors of ${JSON.stringify(code)} with status ${status}, for ever`,
  answer: sends(errors(code, 'A reason.'), status),
  verdict,
}))

const statuses: readonly Hostile[] = [
  { name: 'a 500 once, then the answer', answer: first(1, sends(html, 500), good), verdict: 'whole' },
  {
    name: 'Errors beside the list',
    answer: sends((text) => text.replace('<requestId>', `${errorList('InternalError', 'x')}<requestId>`)),
    verdict: 'whole',
  },
  ...(
    [
      [204, '', malformed],
      [205, '', malformed],
      [304, '', brokenOff],
      [400, '', ['configuration', 'malformed']],
      [400, '<Response><Errors><Error><Code>Cut', ['configuration', 'malformed']],
      [400, '<Response><Errors/></Response>', ['configuration', 'malformed']],
      [403, html, ['denied', 'malformed', 'configuration']],
      [404, html, ['configuration', 'malformed']],
      [407, html, ['configuration', 'malformed', 'network']],
      [418, 'teapot', ['configuration', 'malformed']],
      [502, html, network],
      [504, html, network],
    ] as const
  ).map(([status, body, verdict]) => ({
    name: `a ${status} of ${body === '' ? 'nothing' : JSON.stringify(body.slice(0, 20))}`,
    answer: sends(body, status),
    verdict,
  })),
  ...([301, 302, 303, 307, 308] as const).map((status) => ({
    name: `a ${status} to another place`,
    answer: sends(html, status, { location: 'http://127.0.0.1:9/' }),
    verdict: ['malformed', 'configuration', 'network'] as const,
  })),
  {
    name: 'a 206 of a part',
    answer: sends((text) => text.slice(0, text.length / 2), 206, { 'content-range': 'bytes 0-9/99' }),
    verdict: malformed,
  },
  ...(['-1', 'tomorrow', '1e9'] as const).map((after) => ({
    name: `a 503 that says to come back after ${after}`,
    answer: sends(errors('Unavailable', 'Later.'), 503, { 'retry-after': after }),
    verdict: network,
  })),
  ...(['86400', 'Fri, 31 Dec 2199 23:59:59 GMT'] as const).map((after) => ({
    name: `a 503 that says to come back after ${after}`,
    answer: sends(errors('Unavailable', 'Later.'), 503, { 'retry-after': after }),
    verdict: ['throttled'] as const,
  })),
  {
    name: 'a 429 that says to come back in a day',
    answer: sends(errors('TooManyRequests', 'Later.'), 429, { 'retry-after': '86400' }),
    verdict: ['throttled'],
  },
  {
    name: 'an amz retry-after of eleven days',
    answer: sends(errors('Unavailable', 'Later.'), 503, { 'x-amz-retry-after': '1000000000' }),
    verdict: ['throttled'],
  },
  {
    name: 'a message of 1 MB with escapes and a secret',
    answer: sends(
      errors('Broken', `${'\u009b2J\u202e'}aws_secret_access_key=SECRETSECRET ${'x'.repeat(1_000_000)}`),
      400,
    ),
    verdict: ['configuration', 'malformed'],
  },
  {
    name: 'a Date ten years ahead',
    answer: sends((text) => text, 200, { date: 'Mon, 01 Jan 2036 00:00:00 GMT' }),
    verdict: 'whole',
  },
]

const tokens: readonly Hostile[] = [
  ...[1, 2, 3, 5, 8, 13].map((length) => ({
    name: `a cycle of ${length} tokens`,
    answer: makePages((n) => token(`t${n % length}`)),
    verdict: malformed,
  })),
  {
    name: 'empty pages for ever, with new tokens',
    answer: (exchange) => sends(withToken(listOf(), token(`t${exchange.n}`)))(exchange),
    verdict: malformed,
  },
  {
    name: 'the same page for ever, with new tokens',
    answer: (exchange) => sends(withToken(exchange.good, token(`t${exchange.n}`)))(exchange),
    verdict: malformed,
  },
  { name: 'an empty token', answer: sends((text) => withToken(text, token(''))), verdict: 'whole' },
  {
    name: 'a token element without text',
    answer: sends((text) => withToken(text, '<nextToken/>')),
    verdict: 'whole',
  },
  {
    name: 'tokens of markup, and each page once',
    answer: makePages((n, pages) => (n < pages ? token(`&lt;a&gt;&amp; "${n}" +/=%25`) : null)),
    verdict: 'whole',
  },
  {
    name: 'tokens of 100 KB, and each page once',
    answer: makePages((n, pages) => (n < pages ? token(String(n).repeat(100_000)) : null)),
    verdict: 'whole',
  },
  {
    name: 'empty pages between the others',
    answer: (exchange) => {
      const { n, pages } = exchange
      const isLast = n === pages.length * 2 - 1
      const page = n % 2 === 0 ? listOf() : (pages[(n - 1) / 2] ?? '')
      sends(withToken(page, isLast ? null : token(`t${n}`)))(exchange)
    },
    verdict: 'whole',
  },
  {
    name: 'every page twice',
    answer: (exchange) => {
      const { n, pages } = exchange
      const page = pages[Math.ceil(n / 2) - 1] ?? ''
      sends(withToken(page, n < pages.length * 2 ? token(`t${n}`) : null))(exchange)
    },
    verdict: 'whole',
  },
  {
    name: 'one instance on two pages',
    answer: ({ n, ...rest }) =>
      sends(n === 1 ? withToken(listOf(instance(i1)), token('t')) : listOf(instance(i1), instance(i2)))({
        n,
        ...rest,
      }),
    verdict: 'whole',
    gives: [i1, i2],
  },
  {
    name: 'one instance twice on a page',
    answer: sends(listOf(instance(i1), instance(i2), instance(i1))),
    verdict: 'whole',
    gives: [i1, i2],
  },
  {
    name: 'a second page that is cut off',
    answer: (exchange) => {
      const { n, pages } = exchange
      const page = withToken(pages[0] ?? '', token('t'))
      sends(n === 1 ? page : page.slice(0, page.length / 2))(exchange)
    },
    verdict: malformed,
  },
  {
    name: 'a second page that refuses its token',
    answer: (exchange) => {
      if (exchange.n === 1) sends(withToken(exchange.pages[0] ?? '', token('t')))(exchange)
      else sends(errors('InvalidPaginationToken', 'The token is expired.'), 400)(exchange)
    },
    verdict: ['configuration', 'malformed'],
  },
]

/** What XML or the schema leaves open may be taken as well: then whole, and with this instance. */
const shapes: readonly Hostile[] = (
  [
    ['no list', answerOf('')],
    ['another operation', '<DescribeVolumesResponse><volumeSet/></DescribeVolumesResponse>'],
    ['an item of text', listOf('<item>text</item>')],
    ['an item without anything', listOf('<item/>')],
    ['an item without an id', listOf(instance(''))],
    ['a reservation without an id', listOf(instance(i1).replace(/<reservationId>.*?<\/reservationId>/, ''))],
    ['a reservation without its list', listOf('<item><reservationId>r-1</reservationId></item>')],
    [
      'an instance of text',
      listOf('<item><reservationId>r-1</reservationId><instancesSet><item>x</item></instancesSet></item>'),
    ],
    ['a launch time of "yesterday"', listOf(instance(i1, '<launchTime>yesterday</launchTime>'))],
    [
      'a launch time of February 30',
      listOf(instance(i1, '<launchTime>2026-02-30T00:00:00.000Z</launchTime>')),
    ],
    [
      'a launch time in the year 20000',
      listOf(instance(i1, '<launchTime>20000-01-01T00:00:00.000Z</launchTime>')),
    ],
    ['a count of "four"', listOf(instance(i1, '<cpuOptions><coreCount>four</coreCount></cpuOptions>'))],
    ['a count of 1e400', listOf(instance(i1, '<cpuOptions><coreCount>1e400</coreCount></cpuOptions>'))],
    ['a truth of "maybe"', listOf(instance(i1, '<ebsOptimized>maybe</ebsOptimized>'))],
    ['tags of text', listOf(instance(i1, '<tagSet>none</tagSet>'))],
    ['a tag that does not close', listOf(instance(i1, '<tagSet><item>'))],
    ['tags that cross', listOf(instance(i1, '<a><b></a></b>'))],
    ['an attribute without a quote', listOf(instance(i1, '<a b=c"></a>'))],
    ['an entity that nobody declared', listOf(instance(i1, '<keyName>&nope;</keyName>'))],
    ['an ampersand by itself', listOf(instance(i1, '<keyName>a & b</keyName>'))],
    ['two roots', `${listOf(instance(i1))}<b/>`],
    ['10,000 nested elements', listOf(instance(i1, `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`))],
    ['500,000 nested elements', listOf(instance(i1, `${'<a>'.repeat(500_000)}${'</a>'.repeat(500_000)}`))],
    ['a billion laughs', bomb(10)],
    ['a file of this machine', external('file:///etc/hostname')],
    ['an address as entity', external('http://127.0.0.1:9/')],
    [
      'elements named as JavaScript’s',
      listOf(instance(i1, '<__proto__><polluted>1</polluted></__proto__><constructor/>')),
    ],
  ] as const
).map(([what, body]) => ({
  name: `an answer of ${what}`,
  answer: sends(body),
  verdict: malformed,
  ...(lenient.test(what) ? { orGives: [i1] } : {}),
}))

const large: readonly Hostile[] = [
  {
    name: 'a tag of 5 MB',
    answer: sends(
      listOf(
        instance(i1, `<tagSet><item><key>k</key><value>${'x'.repeat(5_000_000)}</value></item></tagSet>`),
      ),
    ),
    verdict: 'whole',
    gives: [i1],
  },
  {
    name: 'a page of 5,000 instances',
    answer: sends(listOf(...Array.from({ length: 5000 }, (_, n) => instance(`i-${n}`)))),
    verdict: 'whole',
    gives: Array.from({ length: 5000 }, (_, n) => `i-${n}`),
  },
  { name: 'an empty list', answer: sends(listOf()), verdict: 'whole', gives: [] },
]

const services: readonly Hostile[] = ['GetCallerIdentity', 'DescribeRegions'].flatMap((operation) =>
  (
    [
      ['a page of HTML', sends(html)],
      ['nothing', sends('')],
      ['another answer', sends('<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>')],
      ['a 500 for ever', sends(html, 500)],
      ['a reset', ({ socket }) => void socket.resetAndDestroy()],
      ['a bomb of entities', sends(bomb(10))],
    ] as readonly (readonly [string, Hostile['answer']])[]
  ).map(([what, answer]) => ({
    name: `${operation}: ${what}`,
    operation,
    answer,
    verdict: brokenOff,
  })),
)

/** Answers that are whole as HTTP, and wrong in what they hold. */
export const xmlAnswers: readonly Hostile[] = [
  ...notXml,
  ...encoded,
  ...refusals,
  ...statuses,
  ...tokens,
  ...shapes,
  ...large,
  ...services,
]

function errors(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${errorList(code, message)}<RequestID>r</RequestID></Response>`
}

function errorList(code: string, message: string): string {
  return `<Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors>`
}

function bomb(levels: number): string {
  const entities = Array.from(
    { length: levels },
    (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`,
  ).join('')
  return declared(`<!ENTITY e0 "ha">${entities}`, `&e${levels};`)
}

function external(address: string): string {
  return declared(`<!ENTITY e SYSTEM "${address}">`, '&e;')
}

/** The answer after a declaration of entities, one of which is a key's name. */
function declared(entities: string, use: string): string {
  const body = listOf(instance(i1, `<keyName>${use}</keyName>`))
  return body.replace('?>\n', `?>\n<!DOCTYPE x [${entities}]>\n`)
}
