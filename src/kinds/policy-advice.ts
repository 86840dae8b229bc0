/**
 * The next step if IAM denies to read kinds: the command whose policy allows it. Of many kinds it is the policy of all,
 * and some of the actions.
 */
export function advisePolicy(kinds: readonly string[], actions: readonly string[]): string {
  const words = kinds.length > 8 ? 'all' : kinds.join(',')
  const more = actions.length > 3 ? ` and ${actions.length - 3} more` : ''
  const named = `${actions.slice(0, 3).join(', ')}${more}`
  return `Run muster policy --kind ${words} and ask for what it prints (${named}), or choose a profile that has it.`
}
