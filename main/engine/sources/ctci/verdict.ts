import type { Completeness } from '../source.ts';
import type { CewlCursor } from './cursor.ts';

/** What an unsubscribed token gets instead of the list, without a word: "24 entries". Reference 5.2. */
export const SAMPLE_ROWS = 24;

export interface VerdictInput {
  /** Why the download did not come to its end; null when it did. */
  failed: string | null;
  /** Why there may be more than what came; null when there is no sign of it. */
  doubt: string | null;
  /** Different rows that came. */
  rows: number;
  /** Rows that came and cannot be told apart, for lack of a cve. */
  unreadable: number;
  /** Rows of the list that the store held before, and those of them that did not come: how many, and which. */
  listed: number;
  missing: { rows: number; mark: number };
  cursor: CewlCursor | null;
  basis: string;
}

export interface Verdict {
  completeness: Completeness;
  /** The missing rows are gone. */
  gone: boolean;
  /** The comparison was whole: the cursor moves. */
  compared: boolean;
  /** The missing rows count as gone if the next pull misses the same. */
  suspended: boolean;
  warning: string | null;
}

const counted = (n: number): string => n.toLocaleString('en-US');
const rows = (n: number): string => `${counted(n)} ${n === 1 ? 'row' : 'rows'}`;

/**
 * Whether the download was the whole list, and whether what is missing from it is gone. A row is never called gone because a download
 * failed, was cut short or brought a sample; where it looks wrong without being so for sure, it takes a second pull that says the same.
 */
export function judge(input: VerdictInput): Verdict {
  const { missing, listed } = input;
  if (input.failed !== null)
    return refused('no', `${input.failed} Nothing was compared, so no row counts as gone.`);
  if (input.doubt !== null)
    return refused('unknown', `${input.doubt} Nothing was compared, so no row counts as gone.`);
  if (input.rows <= SAMPLE_ROWS) {
    return refused(
      'unknown',
      `Only ${rows(input.rows)} came: ${SAMPLE_ROWS} or fewer are what a token without a subscription gets. Nothing was compared, so no row counts as gone.`,
    );
  }
  const whole: Verdict = {
    completeness: { complete: 'yes', reason: `The whole list came: ${rows(input.rows)}.` },
    gone: missing.rows > 0,
    compared: true,
    suspended: false,
    warning: null,
  };
  if (missing.rows === 0) return whole;
  const suspicion = suspect(input);
  const again = input.cursor?.missing;
  if (suspicion === null || (again != null && again.rows === missing.rows && again.mark === missing.mark))
    return whole;
  const reason = `${suspicion} ${rows(missing.rows)} of ${counted(listed)} did not come; they count as gone only when the next pull misses the same.`;
  return {
    completeness: { complete: 'unknown', reason },
    gone: false,
    compared: false,
    suspended: true,
    warning: reason,
  };
}

function suspect(input: VerdictInput): string | null {
  if (input.rows * 2 < input.listed)
    return `Only ${rows(input.rows)} came, less than half of the ${counted(input.listed)} that are stored.`;
  if (input.cursor !== null && input.cursor.basis !== input.basis)
    return 'The settings ask for another part of the list than before.';
  if (input.unreadable > 0)
    return `${rows(input.unreadable)} came without a cve that can be read, and may be those that are missing.`;
  return null;
}

function refused(complete: 'no' | 'unknown', reason: string): Verdict {
  return {
    completeness: { complete, reason },
    gone: false,
    compared: false,
    suspended: false,
    warning: reason,
  };
}
