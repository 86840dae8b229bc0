/** What starts a formula in a spreadsheet (OWASP, CSV injection), full-width forms and leading space included. */
const formula = /^[\s\u0000-\u001f\u00a0\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/
const number = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/

/** Whether a spreadsheet would run text as a formula. A number is not one. */
export function isFormula(text: string): boolean {
  return formula.test(text) && !number.test(text)
}
