import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventHub } from '../../../main/engine/event-hub.ts';
import type { EngineEvent } from '../../../shared/contract.ts';

let hub: EventHub;
let heard: EngineEvent[];
beforeEach(() => {
  vi.useFakeTimers();
  hub = new EventHub();
  heard = [];
});
afterEach(() => vi.useRealTimers());

const log = (seq: number): void => hub.tell('log', '', () => ({ seq }));
const listen = (): (() => void) => hub.on((event) => heard.push(event));

test('many of one name within a moment become one, the latest', () => {
  listen();
  for (let i = 1; i <= 50; i++) log(i);
  vi.advanceTimersByTime(100);
  expect(heard).toEqual([{ seq: 1, name: 'log', data: { seq: 50 } }]);
});

test('at most about ten a second of a name', () => {
  listen();
  for (let i = 0; i < 100; i++) {
    log(i);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(200);
  expect(heard.length).toBeGreaterThanOrEqual(9);
  expect(heard.length).toBeLessThanOrEqual(12);
  expect(heard.at(-1)).toMatchObject({ data: { seq: 99 } });
});

test('different names and keys do not displace one another; numbers grow over all', () => {
  listen();
  log(1);
  hub.tell('pull', 'a', () => ({ pullingId: 'a' }) as never);
  hub.tell('pull', 'b', () => ({ pullingId: 'b' }) as never);
  hub.tell('pull', 'a', () => ({ pullingId: 'a2' }) as never);
  vi.advanceTimersByTime(100);
  expect(heard.map((e) => [e.seq, e.name, e.data])).toEqual([
    [1, 'log', { seq: 1 }],
    [2, 'pull', { pullingId: 'a2' }],
    [3, 'pull', { pullingId: 'b' }],
  ]);
  expect(hub.seq).toBe(3);
});

test('data is made when the event leaves; null says that it is no longer needed', () => {
  listen();
  let now = 1;
  hub.tell('log', '', () => ({ seq: now }));
  hub.tell('records', '', () => null);
  now = 7;
  vi.advanceTimersByTime(100);
  expect(heard).toEqual([{ seq: 1, name: 'log', data: { seq: 7 } }]);
});

test('without a listener nothing is made; a listener that left hears nothing', () => {
  const made = vi.fn(() => ({ seq: 1 }));
  hub.tell('log', '', made);
  vi.advanceTimersByTime(200);
  expect(made).not.toHaveBeenCalled();
  const stop = listen();
  stop();
  log(1);
  vi.advanceTimersByTime(200);
  expect(heard).toEqual([]);
});

test('closing tells what waits, then nothing more', () => {
  listen();
  log(1);
  hub.close();
  expect(heard).toHaveLength(1);
  log(2);
  vi.advanceTimersByTime(500);
  expect(heard).toHaveLength(1);
});
