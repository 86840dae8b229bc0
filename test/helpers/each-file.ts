import { afterAll } from 'vitest'
import { removeFolders } from './temporary.ts'

// Vitest runs this anew for each test file, in a process that several of them share too.
afterAll(removeFolders)
