import { describe, expect, it } from 'vitest';
import { linesFrom } from '../../../renderer/features/log/lines-from.ts';
import type { LogLineView } from '../../../shared/views/app.ts';

const line = (seq: number, level: LogLineView['level']): LogLineView => ({
  seq,
  level,
  at: 0,
  process: 'InputProcess',
  thread: 'MainThread',
  message: String(seq),
});
const LOG = [line(1, 'ERROR'), line(2, 'DEBUG'), line(3, 'INFO'), line(4, 'WARNING'), line(5, 'ERROR')];
/** As the store answers: exactly one level, or all. */
const ask = async (level: LogLineView['level'] | null) =>
  LOG.filter((l) => level === null || l.level === level);
const seqs = async (lowest: LogLineView['level']) => (await linesFrom(lowest, ask)).map((l) => l.seq);

describe('lines of a level and above', () => {
  it('takes every higher level along, in order', async () => {
    expect(await seqs('WARNING')).toEqual([1, 4, 5]);
    expect(await seqs('INFO')).toEqual([1, 3, 4, 5]);
    expect(await seqs('ERROR')).toEqual([1, 5]);
    expect(await seqs('DEBUG')).toEqual([1, 2, 3, 4, 5]);
  });

  it('shows a line once, should the engine take higher levels along itself', async () => {
    const rank = ['DEBUG', 'INFO', 'WARNING', 'ERROR'];
    const above = async (level: LogLineView['level'] | null) =>
      LOG.filter((l) => level === null || rank.indexOf(l.level) >= rank.indexOf(level));
    expect((await linesFrom('INFO', above)).map((l) => l.seq)).toEqual([1, 3, 4, 5]);
  });
});
