export const unusedMethods: readonly string[]
