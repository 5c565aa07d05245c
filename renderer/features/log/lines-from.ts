import type { LogLineView } from '../../../shared/views/app.ts';

type Level = LogLineView['level'];
const LEVELS: readonly Level[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR'];

/**
 * The lines of this level and above, ascending. The engine answers one level at a time, or all (`null`), so each is asked for
 * and the answers are put in order; the caller cuts them to the page's length.
 */
export async function linesFrom(
  lowest: Level,
  ask: (level: Level | null) => Promise<readonly LogLineView[]>,
): Promise<LogLineView[]> {
  const wanted = lowest === 'DEBUG' ? [null] : LEVELS.slice(LEVELS.indexOf(lowest));
  const answers = await Promise.all(wanted.map(ask));
  const bySeq = new Map(answers.flat().map((line) => [line.seq, line]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
