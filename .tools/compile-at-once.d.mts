export function readCalledAtStart(): ReadonlyMap<string, ReadonlySet<string>>
export function compileAtOnce(text: string, names: ReadonlySet<string>): string
