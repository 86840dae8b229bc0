import shapes from './shapes.json' with { type: 'json' }

/**
 * What the members of a shape hold, by name: `text`, `number`, `boolean`, `time`, another shape's name, or a list as
 * `[Tag]`. The operation's name stands for its answer. The table is made from the SDK's schemas (test/kinds), because
 * the SDK itself takes too long to load for a query that the cache answers.
 */
export function membersOf(shape: string): Readonly<Record<string, string>> | null {
  return table[shape] ?? null
}

const table: Readonly<Record<string, Readonly<Record<string, string>>>> = shapes
