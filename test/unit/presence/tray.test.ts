import { describe, expect, test } from 'vitest';
import { taskBarProgress } from '../../../main/presence/task-bar.ts';
import { type TrayItem, trayMenu } from '../../../main/presence/tray-menu.ts';
import { trayLine, trayState } from '../../../main/presence/tray-state.ts';
import { NOTHING_WATCHED, unseen, watching } from '../../../main/presence/watched.ts';
import { destination, handover, NOW, pull, source, staged, watched } from './samples.ts';

const RUNNING = pull('Exchange', { endedAt: null, state: 'running', received: 2141 });
const FAILING = source('ISAC', { state: 'failing' });

describe('the tray icon', () => {
  test.each([
    ['idle', 'Up to date', watched()],
    ['error', 'The engine is away and is being started again', NOTHING_WATCHED],
    ['error', 'The engine is away and is being started again', watched({}, { connection: 'lost' })],
    ['syncing', 'Pulling Exchange', watched({ pulls: [RUNNING], sources: [FAILING] })],
    ['syncing', 'Handing over to Devo', watched({ handovers: [handover('Devo', { endedAt: null })] })],
    ['error', '1 source failing', watched({ sources: [FAILING], counts: staged(5), lastKey: 5 })],
    ['error', 'Delivery to Devo fails', watched({ destinations: [destination('Devo', { failed: 3 })] })],
    ['attention', '5 records to review', watched({ counts: staged(5), lastKey: 5 })],
    ['attention', '5 records to review', watched({ counts: staged(5), lastKey: 5, paused: true })],
    ['idle', '5 records to review', watched({ counts: staged(5), lastKey: 5 }, { seenKey: 5 })],
    ['paused', 'All schedules paused', watched({ paused: true })],
    ['paused', 'No network: schedules wait', watched({ online: false })],
  ] as const)('%s: %s', (state, line, now) => {
    expect(trayState(now)).toBe(state);
    expect(trayLine(now)).toBe(line);
  });

  test('a destination that is off fails nothing', () => {
    const off = destination('Devo', { failed: 3 });
    expect(
      trayState(watched({ destinations: [{ ...off, settings: { ...off.settings, enabled: false } }] })),
    ).toBe('idle');
  });

  test('only what came since the window was looked at is new, and no more than waits', () => {
    expect(unseen(watched({ counts: staged(50), lastKey: 100 }, { seenKey: 90 }))).toBe(10);
    expect(unseen(watched({ counts: staged(3), lastKey: 100 }, { seenKey: 90 }))).toBe(3);
    expect(unseen(watched({ counts: staged(3), lastKey: 10 }, { seenKey: 90 }))).toBe(0);
  });
});

const labels = (items: readonly TrayItem[]): string[] => items.map((i) => ('separator' in i ? '-' : i.label));
const find = (items: readonly TrayItem[], label: string) => {
  const found = items.find((i) => !('separator' in i) && i.label.startsWith(label));
  if (found === undefined || 'separator' in found) throw new Error(`no item ${label}`);
  return found;
};

describe("the tray's menu", () => {
  test('lists each source with its next run and what can be done', () => {
    const menu = trayMenu(
      watched({
        sources: [
          source('Exchange'),
          source('ISAC', { state: 'failing', nextRunAt: NOW + 130 * 60_000 }),
          source('Off', { state: 'disabled' }),
        ],
        counts: staged(1284),
        lastKey: 1284,
      }),
      NOW,
    );
    expect(labels(menu)).toEqual([
      'Open Sluice',
      '1 source failing',
      'Review 1,284 records',
      '-',
      'Exchange – idle, next in 5 min',
      'ISAC – failing, next in 2 h 10 min',
      'Off – disabled',
      '-',
      'Pull all sources now',
      'Pause all schedules',
      '-',
      'Settings…',
      'Quit Sluice',
    ]);
    expect(find(menu, 'Review').action).toEqual({ do: 'open', place: ['review'] });
    const exchange = find(menu, 'Exchange').items ?? [];
    expect(find(exchange, 'Pull now').action).toEqual({ do: 'pull', source: 'Exchange' });
    expect(find(exchange, 'Pause its').action).toEqual({
      do: 'pauseSource',
      source: 'Exchange',
      paused: true,
    });
  });

  test('a running pull can be cancelled and tells its records; a paused source resumed; all resumed', () => {
    const menu = trayMenu(
      watched({
        sources: [source('Exchange', { state: 'pulling' }), source('ISAC', { state: 'paused' })],
        pulls: [RUNNING],
      }),
      NOW,
    );
    expect(find(menu, 'Exchange').label).toBe('Exchange – pulling, 2,141 records');
    expect(find(find(menu, 'Exchange').items ?? [], 'Cancel').action).toEqual({
      do: 'cancel',
      source: 'Exchange',
    });
    expect(find(find(menu, 'ISAC').items ?? [], 'Resume its').action).toMatchObject({ paused: false });
    const all = trayMenu(watched({ paused: true, sources: [source('ISAC', { state: 'paused' })] }), NOW);
    expect(find(all, 'Resume all').action).toEqual({ do: 'pause', paused: false });
    expect(find(find(all, 'ISAC').items ?? [], 'Pause its').action).toMatchObject({ paused: true });
  });

  test('without an engine there is the way in and the way out', () => {
    expect(labels(trayMenu(NOTHING_WATCHED, NOW))).toEqual([
      'Open Sluice',
      'The engine is away and is being started again',
      '-',
      'Quit Sluice',
    ]);
  });

  test('a hundred sources do not fill the screen', () => {
    const sources = Array.from({ length: 100 }, (_, i) => source(`s${i}`));
    const menu = trayMenu(watched({ sources }), NOW);
    expect(menu.length).toBeLessThan(32);
    expect(find(menu, '80 more sources').action).toEqual({ do: 'open', place: ['sources'] });
  });
});

describe('the task bar', () => {
  const feed = (received: number, announced: number | null) => ({ received, announced }) as never;
  test.each([
    ['none', watched()],
    ['unknown', watched({ pulls: [{ ...RUNNING, feeds: [feed(10, null)] }] })],
    ['part', watched({ pulls: [{ ...RUNNING, feeds: [feed(10, 20), feed(90, 20), feed(5, null)] }] })],
  ])('%s', (mode, now) => {
    expect(taskBarProgress(now)).toEqual(mode === 'part' ? { mode, value: 0.75 } : { mode });
  });
});

test('events keep what is watched up to date', () => {
  let now = watched({ sources: [source('Exchange')] });
  now = watching(now, { seq: 2, name: 'pull', data: RUNNING });
  expect(trayState(now)).toBe('syncing');
  now = watching(now, { seq: 3, name: 'pull', data: { ...RUNNING, endedAt: NOW, state: 'done' } });
  now = watching(now, { seq: 4, name: 'records', data: { lastKey: 7, counts: staged(7), unindexed: 0 } });
  expect(trayState(now)).toBe('attention');
  now = watching(now, {
    seq: 5,
    name: 'state',
    data: { ...(now.snapshot as never as object), paused: true, counts: staged(0) } as never,
  });
  expect(trayState(now)).toBe('paused');
});
