/** The caches that syncs of a test file have made for its tests, by what was read. */
export const keptCaches = new Map<string, Promise<Buffer>>()
