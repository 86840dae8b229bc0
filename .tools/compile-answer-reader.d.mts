export const madeFiles: readonly string[]
export function readSources(): ReadonlyMap<string, string>
export function digestOf(sources: ReadonlyMap<string, string>): string
export function compileAnswerReader(
  sources: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string> | null>
