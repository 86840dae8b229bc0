/** A sign-in under way; address and code are null until AWS has given them. */
export interface LoginOverlay {
  readonly type: 'login'
  /** `sso-session empresa`. */
  readonly name: string
  /** Where the code is entered by hand; `complete` has it already. */
  readonly url: string | null
  readonly code: string | null
  readonly complete: string | null
  /** The first line on the screen. */
  readonly top: number
}

/** The first page for users without a profile. */
export interface WelcomeOverlay {
  readonly type: 'welcome'
  /** Files that were read. */
  readonly looked: readonly string[]
  /** What is odd in them. */
  readonly problems: readonly string[]
  readonly top: number
}
