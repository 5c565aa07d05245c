import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InternalMessage, MessageRing } from '../../../../main/engine/devo/internal/message-ring.ts';

const message = (text: string): InternalMessage => ({
  tag: 'my.app.sluice.log',
  pullingId: '1',
  at: 0,
  raw: Buffer.from(text),
});
const texts = (ring: MessageRing) => ring.waiting().messages.map((m) => m.raw.toString());

describe('a ring of messages', () => {
  test('gives what waits in order and keeps it until it is taken; what came meanwhile stays', () => {
    const ring = new MessageRing(4, 1000);
    for (const text of ['a', 'b']) ring.push(message(text));
    const batch = ring.waiting();
    ring.push(message('c'));
    expect(texts(ring)).toEqual(['a', 'b', 'c']);
    ring.taken(batch);
    expect(texts(ring)).toEqual(['c']);
    expect(ring).toMatchObject({ size: 1, dropped: 0, untold: 0 });
  });

  test('lets the oldest go when it is full, in number or in bytes, and counts them', () => {
    const ring = new MessageRing(3, 10);
    for (const text of ['a', 'b', 'c', 'd']) ring.push(message(text));
    expect(texts(ring)).toEqual(['b', 'c', 'd']);
    ring.push(message('12345678'));
    expect(texts(ring)).toEqual(['c', 'd', '12345678']);
    ring.push(message('123456789'));
    expect(texts(ring)).toEqual(['123456789']);
    expect(ring.dropped).toBe(5);
  });

  test('what was dropped is to be said once; what is dropped while it is being said, the next time', () => {
    const ring = new MessageRing(2, 1000);
    for (const text of ['a', 'b', 'c']) ring.push(message(text));
    const batch = ring.waiting();
    expect(batch.untold).toBe(1);
    ring.push(message('d'));
    ring.taken(batch);
    expect(texts(ring)).toEqual(['d']);
    expect(ring).toMatchObject({ untold: 1, dropped: 2 });
    ring.taken(ring.waiting());
    expect(ring).toMatchObject({ size: 0, untold: 0, dropped: 2 });
  });

  test('is never larger than its bounds, and every message is waiting, taken or dropped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(null))),
        (most, mostBytes, steps) => {
          const ring = new MessageRing(most, mostBytes);
          let pushed = 0;
          let taken = 0;
          for (const step of steps) {
            if (step === null) {
              taken += ring.size;
              ring.taken(ring.waiting());
            } else {
              pushed += 1;
              ring.push(message('x'.repeat(step)));
            }
            const held = ring.waiting().messages;
            expect(held).toHaveLength(ring.size);
            expect(ring.size).toBeLessThanOrEqual(most);
            const bytes = held.reduce((sum, m) => sum + m.raw.length, 0);
            // One message alone may be larger than the bound.
            if (ring.size > 1) expect(bytes).toBeLessThanOrEqual(mostBytes);
            expect(taken + ring.dropped + ring.size).toBe(pushed);
          }
        },
      ),
    );
  });
});
