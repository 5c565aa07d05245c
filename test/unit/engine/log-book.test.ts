import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LogBook } from '../../../main/engine/log/log-book.ts';
import { fakeClock } from './fake-clock.ts';

type Line = { at: number; level: string; process: string; thread: string; message: string };
let stored: Line[];
let pruned: number[];
let full: boolean;
let book: LogBook;
beforeEach(() => {
  vi.useFakeTimers();
  stored = [];
  pruned = [];
  full = false;
  book = new LogBook(fakeClock(1000), {
    append: (lines) => {
      if (full) throw new Error('disk full');
      stored.push(...lines);
    },
    page: () => [],
    prune: (keep) => void pruned.push(keep),
  });
});
afterEach(() => vi.useRealTimers());

test('listeners hear a line at once, the store gets them together a moment later', () => {
  const heard: Line[] = [];
  book.onLine((line) => heard.push(line));
  const log = book.bind('InputProcess', 'TaxiiPuller');
  log.info('one');
  log.error('two');
  const both = [
    { at: 1000, level: 'INFO', process: 'InputProcess', thread: 'TaxiiPuller', message: 'one' },
    { at: 1000, level: 'ERROR', process: 'InputProcess', thread: 'TaxiiPuller', message: 'two' },
  ];
  expect(heard).toEqual(both);
  expect(stored).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(stored).toEqual(both);
});

test('flushing tells readers once, and only when there was something', () => {
  const flushed = vi.fn();
  book.onFlush(flushed);
  book.flush();
  expect(flushed).not.toHaveBeenCalled();
  book.bind('MainProcess', 'MainThread').warning('x');
  book.flush();
  vi.advanceTimersByTime(1000);
  expect(flushed).toHaveBeenCalledOnce();
  expect(stored).toHaveLength(1);
});

test('a store that is full costs the line there and nothing else', () => {
  full = true;
  const heard = vi.fn();
  book.onLine(heard);
  book.bind('MainProcess', 'MainThread').info('lost there, heard here');
  expect(() => book.flush()).not.toThrow();
  expect(heard).toHaveBeenCalledOnce();
  full = false;
  book.bind('MainProcess', 'MainThread').debug('next');
  book.flush();
  expect(stored.map((l) => l.message)).toEqual(['next']);
});

test('lines without end are cut, old ones are pruned', () => {
  const log = book.bind('MainProcess', 'MainThread');
  log.info('x'.repeat(100_000));
  book.flush();
  expect(stored[0]?.message.length).toBeLessThan(10_000);
  for (let i = 0; i < 2_000; i++) log.debug(String(i));
  book.flush();
  expect(pruned).toEqual([50_000]);
});
