/**
 * What a sentence says that was made for a shell, as it is said on the screen: where it names a command or an option of
 * muster, the key that does the same. A sentence may come from the ledger, where another muster wrote it, from an error,
 * or from another thread: so its words decide, not where it comes from. What has no key here is named as a command for
 * a shell.
 */
export function sayOnScreen(sentence: string): string {
  return steps.reduce((text, [words, keys]) => text.replace(words, keys), sentence)
}

type Step = readonly [words: RegExp, keys: (...found: string[]) => string]

/** A word of a shell, in quotes if it needs them. */
const word = String.raw`(?:'[^']*'|[^\s.'])(?:'[^']*'|\.(?=\w)|[^\s.'])*`

const steps: readonly Step[] = [
  [
    new RegExp(String.raw`\b([Rr])un muster login (--sso-session|--profile) (${word})`, 'g'),
    (_, run = '', flag, name = '') =>
      `${press(run)} L and choose ${flag === '--profile' ? 'the sign-in of profile ' : ''}${unquote(name)}`,
  ],
  [
    /\b([Rr])un `muster sync`( for them)?, or the same command without --offline/g,
    (_, run = '') => `${press(run)} ctrl-r`,
  ],
  [/\b([Rr])un `muster sync`/g, (_, run = '') => `${press(run)} ctrl-r`],
  [
    /Ask again when that has ended; `muster status` says/g,
    () => 'Its rows appear here as they are stored; :scopes says',
  ],
  [/with `muster sync --kind ([^`]+)`/g, (_, kind) => `with :${kind}`],
  [/--cache FILE, and sync again/g, () => '--cache FILE, and start muster again'],
  [/run the same command (again|when)/g, (_, when) => `start muster again${when === 'when' ? ' when' : ''}`],
  [/\b([Ss])ync again/g, (_, sync = '') => `${press(sync)} ctrl-r`],
  [
    /\bGive it with --mfa-code CODE, or run muster on a terminal, which asks for it/g,
    () => 'Press ctrl-r: it is asked for here',
  ],
  [/\bgive another name, or --force to replace it/g, () => 'give another name'],
  [/\bThen run it again/g, () => 'Then press ctrl-r'],
  [/\bRun (muster policy(?: --kind \S+)?) and ask/g, (_, command) => `Run ${command} in a shell and ask`],
  [/(muster discover --sso-session \S+) lists/g, (_, command) => `${command} lists in a shell`],
  [/\b([Ll])eave the region out/g, (_, letter) => `${letter}eave the region out with R`],
  [/\bleave this account or region out/g, (found = '') => `${found} with P or R`],
  [/\bname regions with --region/g, () => 'choose regions with R'],
  [/\bregion that exists: --region, or/g, () => 'region that exists: with R, or'],
  [/\bGive --region NAME \('\*'[^)]*\)|\bGive --region NAME \(or [^)]*\)/g, () => 'Choose regions with R'],
  [/\bChoose among:/g, () => 'Choose with R among:'],
  [/\bchoose (another profile|a profile that has it)/g, (_, profile) => `choose ${profile} with P`],
  [
    /\bLeave it out, with --kind '[^']*'; `muster kinds` lists what is covered/g,
    () => 'Look at another kind: after esc, : takes its name',
  ],
  [
    /\bSee muster queries, or give an expression with --query/g,
    () => 'Q lists them, and :query takes an expression too',
  ],
]

/** `Press` for a sentence that begins with a capital letter, as `Run` and `Sync`. */
function press(verb: string): string {
  return /^[A-Z]/.test(verb) ? 'Press' : 'press'
}

function unquote(name: string): string {
  return name.replace(/^'([^']*)'$/, '$1')
}
