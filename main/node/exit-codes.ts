/** What the command line's exit status means: 0 done, 1 something failed (said on stderr), 2 wrong use or configuration. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Failure codes that mean the caller must change the command or the configuration. */
const USAGE =
  /^(config|usage|settings|source\.unknown|destination\.unknown|devo\.file-missing|override\.reason)/;

export function exitCodeOf(failure: { code: string; type: string | null }): number {
  return USAGE.test(failure.code) || failure.type === 'InitVariableError' ? EXIT.usage : EXIT.failed;
}
