import { describe, expect, it } from 'vitest';
import { handoverWords } from '../../../renderer/state/handover-words.ts';
import { waiting } from '../../../renderer/state/waiting.ts';
import type { HandoverRunView } from '../../../shared/views/destination.ts';
import type { PlanView } from '../../../shared/views/plan.ts';

const plan = (records: number, ...blocked: number[]): PlanView => ({
  destination: 'devo',
  groups: [],
  blocked: blocked.map((n, i) => ({ reason: 'TLP:RED', source: `s${i}`, records: n, tlp: 'red' })),
  notes: [],
  records,
  messages: null,
  bytes: 0,
  failed: 0,
  lookup: null,
});
const run = (
  destination: string,
  records: number,
  state: HandoverRunView['state'],
  messages = records,
): HandoverRunView => ({
  id: 1,
  destination,
  startedAt: 0,
  endedAt: 1,
  state,
  records,
  messages,
  bytes: 0,
  pullingIds: [],
  tags: [],
  failure: null,
  note: null,
  linq: [],
});

describe('what waits to go out', () => {
  it('is blocked when no destination would take any of it', () => {
    expect(waiting(4, [plan(0, 3, 1)])).toEqual({ n: 4, word: 'blocked' });
    expect(waiting(4, [plan(0, 4), plan(0, 4)])).toEqual({ n: 4, word: 'blocked' });
  });

  it('is queued while the plan is unknown, takes some, or blocks only a part', () => {
    expect(waiting(4, null).word).toBe('queued');
    expect(waiting(4, []).word).toBe('queued');
    expect(waiting(4, [plan(0, 4), plan(4)]).word).toBe('queued');
    expect(waiting(5, [plan(0, 4)]).word).toBe('queued');
    expect(waiting(0, [plan(0)]).word).toBe('queued');
  });
});

describe('how a hand-over ended', () => {
  it('says to whom and how many', () => {
    expect(handoverWords([run('devo_demo', 37, 'done')])).toBe('Handed over 37 records to devo_demo.');
    expect(handoverWords([run('a', 1, 'done'), run('b', 2000, 'done')])).toBe(
      'Handed over 1 record to a, 2,000 records to b.',
    );
  });

  it('says how many messages flattened events became', () => {
    expect(handoverWords([run('a', 3, 'done', 7), run('b', 1, 'failed', 2)])).toBe(
      'Handed over 3 records as 7 messages to a. The hand-over to b failed after 1 record as 2 messages.',
    );
  });

  it('says what failed or was cancelled beside what went', () => {
    expect(handoverWords([run('a', 3, 'done'), run('b', 0, 'failed'), run('c', 5, 'cancelled')])).toBe(
      'Handed over 3 records to a. The hand-over to b failed after 0 records. The hand-over to c was cancelled after 5 records.',
    );
  });
});
