// Stops the clock of a program whose pictures are taken, so that its ages are the same every day.
const stopped = Date.parse('2026-11-24T12:00:00Z')
const Real = Date
globalThis.Date = class extends Real {
  constructor(...words) {
    super(...(words.length === 0 ? [stopped] : words))
  }
  static now() {
    return stopped
  }
}
