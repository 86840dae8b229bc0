/** Has V8 collect what is free now. Node gives that away only to who asks V8 for it. */
export function collectGarbage(): void {
  // Seldom needed: to import these would be a part of each start.
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc')
  const collect: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc')
  if (typeof collect === 'function') collect()
}
