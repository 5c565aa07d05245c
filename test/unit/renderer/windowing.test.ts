import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  follow,
  MAX_SCROLL_PX,
  reveal,
  scaleFor,
  toScroll,
  toVirtual,
  windowOf,
} from '../../../renderer/ui/windowing.ts';

const ROW = 28;
const VIEW = 700;

describe('windowing', () => {
  it('maps one to one while all rows fit under the clamp', () => {
    const scale = scaleFor(24_771, ROW, VIEW);
    expect(scale.real).toBe(24_771 * ROW);
    expect(toVirtual(scale, 123_456)).toBe(123_456);
  });

  it('keeps the element under the clamp at a million rows and reaches both ends', () => {
    const scale = scaleFor(1_000_000, ROW, VIEW);
    expect(scale.real).toBe(MAX_SCROLL_PX);
    expect(toVirtual(scale, 0)).toBe(0);
    expect(toVirtual(scale, scale.real - VIEW)).toBe(1_000_000 * ROW - VIEW);
  });

  it('is exact near both ends of a million rows', () => {
    const scale = scaleFor(1_000_000, ROW, VIEW);
    expect(toVirtual(scale, ROW * 3)).toBe(ROW * 3);
    expect(toVirtual(scale, scale.real - VIEW - ROW * 3)).toBe(scale.virtual - VIEW - ROW * 3);
  });

  it('toScroll undoes toVirtual, and both only grow', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, a, b) => {
          const scale = scaleFor(rows, ROW, VIEW);
          const end = Math.max(0, scale.real - VIEW);
          const [low, high] = [Math.min(a, b) * end, Math.max(a, b) * end];
          expect(toScroll(scale, toVirtual(scale, low))).toBeCloseTo(low, 3);
          expect(toVirtual(scale, high)).toBeGreaterThanOrEqual(toVirtual(scale, low));
        },
      ),
    );
  });

  it('follows small movements one to one and scales jumps', () => {
    const scale = scaleFor(1_000_000, ROW, VIEW);
    const start = { scrollTop: 5_000_000, virtualTop: toVirtual(scale, 5_000_000) };
    expect(follow(scale, start, 5_000_100).virtualTop).toBe(start.virtualTop + 100);
    expect(follow(scale, start, 9_000_000).virtualTop).toBe(toVirtual(scale, 9_000_000));
  });

  it('ends at the last row however it got there', () => {
    const scale = scaleFor(1_000_000, ROW, VIEW);
    const near = { scrollTop: scale.real - VIEW - 50, virtualTop: 1_000 };
    expect(follow(scale, near, scale.real - VIEW).virtualTop).toBe(scale.virtual - VIEW);
    expect(follow(scale, near, 0).virtualTop).toBe(0);
  });

  it('draws every visible row and never one that is not there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 30 }),
        (rows, part, overscan) => {
          const top = part * Math.max(0, rows * ROW - VIEW);
          const { first, count } = windowOf(top, VIEW, ROW, rows, overscan);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(first + count).toBeLessThanOrEqual(rows);
          expect(first * ROW).toBeLessThanOrEqual(top);
          expect((first + count) * ROW).toBeGreaterThanOrEqual(Math.min(rows * ROW, top + VIEW));
          expect(count).toBeLessThanOrEqual(VIEW / ROW + 2 + 2 * overscan + 1);
        },
      ),
    );
    expect(windowOf(0, VIEW, ROW, 0, 5)).toEqual({ first: 0, count: 0 });
  });

  it('moves as little as needed to show a row', () => {
    const scale = scaleFor(1_000_000, ROW, VIEW);
    expect(reveal(scale, 2800, 100, ROW)).toBe(2800);
    expect(reveal(scale, 2800, 99, ROW)).toBe(99 * ROW);
    expect(reveal(scale, 0, 999_999, ROW)).toBe(1_000_000 * ROW - VIEW);
  });
});
