import { beforeEach, describe, expect, test } from 'vitest';
import { Notices } from '../../../main/presence/notices.ts';
import { DEFAULT_APP_SETTINGS } from '../../../shared/app-settings.ts';
import { failure } from '../../../shared/errors.ts';
import { handover, NOW, pull, REFUSED, source } from './samples.ts';

const ALL = DEFAULT_APP_SETTINGS.notifications;
const failing = (name: string) =>
  source(name, { state: 'failing', lastPull: pull(name, { state: 'failed', failure: REFUSED }) });
let notices: Notices;
beforeEach(() => {
  notices = new Notices();
});

describe('new records', () => {
  test('of sources that end together are one notification, after a moment', () => {
    expect(notices.dueAt(null)).toBeNull();
    notices.pulled(pull('Exchange', { stored: 1200 }), true, NOW);
    notices.pulled(pull('ISAC', { stored: 84 }), true, NOW + 3000);
    expect(notices.dueAt(null)).toBe(NOW + 5000);
    expect(notices.take(ALL, false)).toEqual([
      {
        kind: 'review',
        title: '1,284 new records to review',
        body: 'Exchange 1,200, ISAC 84',
        place: ['review'],
      },
    ]);
    expect(notices.dueAt(null)).toBeNull();
    expect(notices.take(ALL, false)).toEqual([]);
  });
  test('are nothing when there are none, the pull still runs, or a rule forwards them', () => {
    notices.pulled(pull('a'), true, NOW);
    notices.pulled(pull('a', { stored: 5, endedAt: null }), true, NOW);
    notices.pulled(pull('a', { stored: 5 }), false, NOW);
    expect(notices.dueAt(null)).toBeNull();
  });
  test('of many sources name the first ones', () => {
    for (let i = 0; i < 9; i++) notices.pulled(pull(`s${i}`, { stored: 1 }), true, NOW);
    expect(notices.take(ALL, false)[0]?.body).toBe('s0 1, s1 1, s2 1, s3 1, 5 more');
  });
});

describe('a source that fails', () => {
  test('is told once, with what and what next, until it works again', () => {
    notices.sources([source('ISAC')], NOW);
    notices.sources([failing('ISAC')], NOW);
    expect(notices.take(ALL, false)).toEqual([
      {
        kind: 'sources',
        title: 'ISAC cannot be pulled',
        body: 'PullError 301: The username or the password provided in the config.yaml is incorrect Recheck the values.',
        place: ['sources', 'ISAC'],
      },
    ]);
    notices.sources([failing('ISAC')], NOW);
    // Tried again: while it runs nothing is known, and then it fails as before.
    notices.sources([source('ISAC', { state: 'pulling' })], NOW);
    notices.sources([failing('ISAC')], NOW);
    expect(notices.dueAt(null)).toBeNull();
    notices.sources([source('ISAC')], NOW);
    notices.sources([failing('ISAC')], NOW);
    expect(notices.take(ALL, false)).toHaveLength(1);
  });
  test('since before the start is nothing new', () => {
    notices.sources([failing('ISAC')], NOW);
    expect(notices.dueAt(null)).toBeNull();
  });
  test('and works again before it was told is not told', () => {
    notices.sources([source('ISAC')], NOW);
    notices.sources([failing('ISAC')], NOW);
    notices.sources([source('ISAC')], NOW + 1000);
    expect(notices.dueAt(null)).toBeNull();
    expect(notices.take(ALL, false)).toEqual([]);
  });
  test('with others is one notification that leads to all', () => {
    notices.sources([source('a'), source('b')], NOW);
    notices.sources([failing('a'), failing('b')], NOW);
    expect(notices.take(ALL, false)).toEqual([
      { kind: 'sources', title: '2 sources cannot be pulled', body: 'a, b', place: ['sources'] },
    ]);
  });
});

describe('a hand-over that fails', () => {
  test('is told, unless the next one ends well before that', () => {
    const failed = handover('Devo', { state: 'failed', failure: REFUSED });
    notices.handedOver(failed, NOW);
    notices.handedOver(handover('Devo'), NOW);
    expect(notices.take(ALL, false)).toEqual([]);
    notices.handedOver(failed, NOW);
    expect(notices.take(ALL, false)[0]).toMatchObject({
      title: 'The hand-over to Devo failed',
      place: ['deliver', 'destinations', 'Devo'],
    });
  });
});

test('nothing is shown to somebody who looks at the window, nor what was switched off', () => {
  notices.pulled(pull('a', { stored: 5 }), true, NOW);
  expect(notices.take(ALL, true)).toEqual([]);
  notices.pulled(pull('a', { stored: 5 }), true, NOW);
  notices.handedOver(handover('Devo', { state: 'failed' }), NOW);
  expect(notices.take({ ...ALL, review: false }, false).map((n) => n.kind)).toEqual(['delivery']);
});

test('in quiet hours everything waits and comes as one group afterwards', () => {
  const morning = NOW + 8 * 3_600_000;
  notices.pulled(pull('a', { stored: 5 }), true, NOW);
  expect(notices.dueAt(morning)).toBe(morning);
  notices.pulled(pull('a', { stored: 7 }), true, NOW + 3_600_000);
  notices.pulled(pull('b', { stored: 1 }), true, NOW + 7_200_000);
  expect(notices.dueAt(morning)).toBe(morning);
  expect(notices.take(ALL, false).map((n) => n.title)).toEqual(['13 new records to review']);
});

test("a server's words are text: no markup, no control characters, not without end", () => {
  notices.handedOver(
    handover('Devo', {
      state: 'failed',
      failure: failure({
        code: 'x',
        message: `<a href="https://evil.example">Click</a>\n\u202egnp & ${'x'.repeat(5000)}`,
      }),
    }),
    NOW,
  );
  const body = notices.take(ALL, false)[0]?.body ?? '';
  expect(body).not.toMatch(/[<>&\n\u202e]/u);
  expect(body).toContain('‹a href="https://evil.example"›Click‹/a›');
  expect(body.length).toBeLessThanOrEqual(200);
});
