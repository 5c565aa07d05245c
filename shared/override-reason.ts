/** Why a record may go where its TLP is not accepted, in writing. SPEC 3. */

/** A reason has at least so many letters or digits, and at most so many characters. */
export const SHORTEST_REASON = 4;
export const LONGEST_REASON = 2000;

/** Whether a text says anything: blanks, punctuation and invisible characters do not count. */
export function isReason(text: string): boolean {
  return (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= SHORTEST_REASON;
}
