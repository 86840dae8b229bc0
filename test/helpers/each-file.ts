import { afterAll } from 'vitest'
import { keptCaches } from './kept-caches.ts'
import { removeFolders } from './temporary.ts'

// Vitest runs this anew for each test file, in a process that several of them share too.
afterAll(() => {
  removeFolders()
  // One of an earlier file is as old as that file: on a slow machine its rows would not be fresh.
  keptCaches.clear()
})
