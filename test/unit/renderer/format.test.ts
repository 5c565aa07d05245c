import { describe, expect, it } from 'vitest';
import {
  bytes,
  collectorLine,
  count,
  countOf,
  duration,
  middleEllipsis,
  rate,
  relative,
  utc,
} from '../../../renderer/ui/format.ts';

describe('format', () => {
  it('separates thousands', () => {
    expect(count(24_771)).toBe('24,771');
    expect(countOf(1, 'record')).toBe('1 record');
    expect(countOf(0, 'record')).toBe('0 records');
  });

  it('counts bytes in decimal units', () => {
    expect([0, 999, 1000, 1700, 9949, 9950, 34_000_000, 999_499, 999_500, 1_000_000].map(bytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.7 kB',
      '9.9 kB',
      '10 kB',
      '34 MB',
      '999 kB',
      '1.0 MB',
      '1.0 MB',
    ]);
  });

  it('says lengths of time as a person does', () => {
    expect([400, 9_940, 12_000, 59_600, 200_000, 7_500_000, 270_000_000].map(duration)).toEqual([
      '0.4 s',
      '9.9 s',
      '12 s',
      '1 min',
      '3 min 20 s',
      '2 h 5 min',
      '3 d 3 h',
    ]);
    expect(duration(-5)).toBe('0.0 s');
  });

  it('writes times in UTC', () => {
    expect(utc(Date.UTC(2026, 10, 20, 15, 22, 57, 146))).toBe('2026-11-20 15:22:57');
    expect(relative(1000, 121_000)).toBe('2 min ago');
    expect(relative(301_000, 1000)).toBe('in 5 min');
  });

  it('keeps both ends of an id', () => {
    const id = 'indicator--1ae57e3d-810c-450c-a97f-eb60b63c896c';
    const short = middleEllipsis(id, 30);
    expect(short).toHaveLength(30);
    expect(short.startsWith('indicator--1ae5')).toBe(true);
    expect(short.endsWith('63c896c')).toBe(true);
    expect(middleEllipsis('short', 30)).toBe('short');
  });

  it('writes rates', () => {
    expect(rate(2140.4)).toBe('2,140/s');
    expect(rate(0.25)).toBe('0.3/s');
  });

  it("writes the collectors' line", () => {
    expect(
      collectorLine({
        at: Date.UTC(2023, 0, 10, 15, 22, 57, 146),
        level: 'INFO',
        process: 'MainProcess',
        thread: 'MainThread',
        message: 'x',
      }),
    ).toBe('2023-01-10T15:22:57.146    INFO MainProcess::MainThread -> x');
  });
});
