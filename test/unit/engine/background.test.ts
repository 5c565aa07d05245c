import { describe, expect, test } from 'vitest';
import { CatchUp } from '../../../main/engine/schedule/catch-up.ts';
import { type Circumstances, dueAt } from '../../../main/engine/schedule/due.ts';
import { type Holds, heldBack } from '../../../main/engine/schedule/held-back.ts';
import { quietUntil } from '../../../main/engine/schedule/quiet-hours.ts';
import { quietHours } from '../../../shared/app-settings.ts';
import { destinationSettings } from '../../../shared/settings.ts';
import { fakeClock } from './fake-clock.ts';

const at = (time: string, day = 10): number => new Date(`2026-03-${day}T${time}:00`).getTime();
const NIGHT = quietHours.parse({ enabled: true, from: '20:00', to: '07:00' });
const NOON = quietHours.parse({ enabled: true, from: '12:00', to: '13:30' });

describe('quiet hours', () => {
  test.each([
    ['before the night', NIGHT, at('19:59'), null],
    ['in the evening', NIGHT, at('20:00'), at('07:00', 11)],
    ['after midnight', NIGHT, at('03:00'), at('07:00')],
    ['at their end', NIGHT, at('07:00'), null],
    ['over noon', NOON, at('12:30'), at('13:30')],
    ['after noon', NOON, at('13:30'), null],
    [
      'all day, when both times are the same',
      quietHours.parse({ enabled: true, from: '08:00', to: '08:00' }),
      at('09:00'),
      at('08:00', 11),
    ],
    ['not when they are off', { ...NIGHT, enabled: false }, at('22:00'), null],
  ])('%s', (_, quiet, when, until) => {
    expect(quietUntil(quiet, when)).toBe(until);
  });
});

const USUAL: Circumstances = {
  now: at('12:00'),
  enabled: true,
  paused: false,
  running: false,
  lastStartedAt: at('11:50'),
  periodSeconds: 1200,
  local: false,
  online: true,
  asleep: false,
  notBefore: 0,
  quiet: { ...NIGHT, holdPulls: true },
};

describe('a source is due', () => {
  test('a period after its last pull began', () => {
    expect(dueAt(USUAL)).toBe(at('12:10'));
  });
  test.each([
    ['disabled', { enabled: false }],
    ['paused', { paused: true }],
    ['running', { running: true }],
    ['without a network', { online: false }],
    ['while the computer goes to sleep', { asleep: true }],
  ])('not while it is %s', (_, change) => {
    expect(dueAt({ ...USUAL, ...change })).toBeNull();
  });
  test('without a network all the same when everything is on this computer', () => {
    expect(dueAt({ ...USUAL, online: false, local: true })).toBe(at('12:10'));
  });
  test('after the quiet hours when they hold pulls', () => {
    const evening = { ...USUAL, now: at('19:55'), lastStartedAt: at('19:50') };
    expect(dueAt(evening)).toBe(at('07:00', 11));
    expect(dueAt({ ...evening, quiet: NIGHT })).toBe(at('20:10'));
    // Overdue since long, and it is night.
    expect(dueAt({ ...USUAL, now: at('23:00'), lastStartedAt: at('11:00') })).toBe(at('07:00', 11));
  });
  test('not before what holds it is over', () => {
    expect(dueAt({ ...USUAL, lastStartedAt: at('09:00'), notBefore: at('12:00') + 15_000 })).toBe(
      at('12:00') + 15_000,
    );
  });
});

describe('a connection to a destination that nobody asked for', () => {
  const nothing: Holds = {
    now: at('22:00'),
    paused: false,
    asleep: false,
    online: true,
    quiet: NIGHT,
  };
  const relay = (address: string) =>
    destinationSettings.parse({ kind: 'devo-relay', name: 'out', address, port: 1 });
  const http = (endpoint: string) =>
    destinationSettings.parse({ kind: 'devo-http', name: 'out', endpoint, domain: 'd' });
  test.each<[string, Partial<Holds>, ReturnType<typeof heldBack>]>([
    ['is made', {}, null],
    ['waits while schedules are paused', { paused: true }, 'paused'],
    ['waits while the computer goes to sleep', { asleep: true }, 'asleep'],
    ['waits for a network', { online: false }, 'offline'],
    ['waits in quiet hours that hold pulls', { quiet: { ...NIGHT, holdPulls: true } }, 'quiet'],
    ['is made outside of them', { quiet: { ...NIGHT, holdPulls: true }, now: at('12:00') }, null],
  ])('%s', (_, change, held) => {
    expect(heldBack(relay('10.0.0.9'), { ...nothing, ...change })).toBe(held);
  });
  test.each([
    [relay('127.0.0.1'), null],
    [relay('::1'), null],
    [relay('localhost'), null],
    [relay('fd00::1'), 'offline'],
    [relay('127.0.0.1.example.net'), 'offline'],
    [http('http://127.0.0.1:8080'), null],
    [http('https://http-us.devo.io'), 'offline'],
  ])('without a network only to this computer', (settings, held) => {
    expect(heldBack(settings, { ...nothing, online: false })).toBe(held);
  });
});

describe('catching up', () => {
  test('each source waits its own 10 to 30 seconds, the same each time it is asked', () => {
    const clock = fakeClock(at('12:00'));
    const chances = [0, 0.999, 0.5];
    const catchUp = new CatchUp(clock, () => chances.shift() ?? 0);
    expect(catchUp.notBefore('a')).toBe(0);
    catchUp.suspend();
    expect(catchUp.asleep).toBe(true);
    catchUp.begin();
    expect(catchUp.asleep).toBe(false);
    const waits = ['a', 'b', 'a'].map((name) => catchUp.notBefore(name) - clock.now());
    expect(waits[0]).toBe(10_000);
    expect(waits[1]).toBeGreaterThan(29_000);
    expect(waits[1]).toBeLessThanOrEqual(30_000);
    expect(waits[2]).toBe(waits[0]);
    clock.at += 31_000;
    expect(catchUp.notBefore('a')).toBe(0);
  });
  test('a clock that is set back holds nothing', () => {
    const clock = fakeClock(at('12:00'));
    const catchUp = new CatchUp(clock);
    catchUp.begin();
    clock.at -= 3_600_000;
    expect(catchUp.notBefore('a')).toBe(0);
  });
});
