import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliverBatch } from '../../../main/engine/devo/deliver-batch.ts';
import { Encoder } from '../../../main/engine/devo/encoder.ts';
import { whyNotSendable } from '../../../main/engine/devo/message.ts';
import { StreamHandover } from '../../../main/engine/devo/stream-handover.ts';
import { DEFAULT_TIMEOUTS } from '../../../main/engine/devo/timeouts.ts';
import { recordsOf } from '../../../main/engine/store/outbound.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import { testClock } from '../../servers/devo-client.ts';
import { draft, FEED, pulling, stixId, temporaryStore } from '../store/store-fixture.ts';

const LIMITS = { maxRecords: 100_000, maxBytes: 1e9 };
const ROUTE = {
  destination: 'devo',
  sources: ['feed'],
  kinds: ['object', 'manifest', 'event'],
  maxTlp: 'red',
} as const;

/** Keeps what it is given; every other piece makes the writer wait. */
class Wire {
  readonly broken = null;
  readonly pieces: Buffer[] = [];
  get used(): boolean {
    return this.pieces.length > 0;
  }
  push(piece: Buffer, taken?: () => void): void {
    this.pieces.push(Buffer.from(piece));
    // What is used again must not change what was taken.
    piece.fill(0);
    taken?.();
  }
  drained(): Promise<void> | undefined {
    return this.pieces.length % 2 === 1 ? Promise.resolve() : undefined;
  }
  async finish(): Promise<void> {}
  destroy(): void {}
}

/** Everything queued goes out: the bytes, what `encode` makes of each record, and what was refused. */
async function deliver(store: Store, format: Pick<DevoSyslogSettings, 'date' | 'newlines'>, hide: boolean) {
  const encoder = new Encoder(
    (_source, kind, type) => ({
      tag: kind === 'event' ? `my.app.${type}.x` : `my.app.taxii.${kind}s`,
      obfuscation: hide ? [{ name: 'name', value: '***' }] : [],
      flatten: kind === 'event' ? 'sources' : null,
    }),
    { shape: 'syslog', host: 'testhost', ...format },
  );
  store.outbox.route(ROUTE);
  const batch = store.outbox.begin('devo', LIMITS);
  if (batch === null) return null;
  const expected: Buffer[] = [];
  let refused = 0;
  let messages = 0;
  for (const record of recordsOf(batch.runs())) {
    if (whyNotSendable(record) === null) {
      expected.push(encoder.encode(record));
      messages += encoder.messages(record).length;
    } else refused += 1;
  }
  const wire = new Wire();
  const handover = new StreamHandover({
    encoder,
    connection: wire,
    reconnect: () => Promise.reject(new Error('not wanted')),
    memory: null,
    gzip: false,
    timeouts: DEFAULT_TIMEOUTS,
    clock: testClock,
  });
  const outcome = await deliverBatch({
    outbox: store.outbox,
    batch,
    opening: Promise.resolve(handover),
    maxAttempts: 1,
    clock: testClock,
    signal: new AbortController().signal,
    onRecord: () => {},
    onProgress: () => {},
    onWritten: () => {},
    next: LIMITS,
  });
  return { outcome, expected, messages, refused, sent: Buffer.concat(wire.pieces) };
}

const word = fc.string({
  unit: fc.constantFrom('a', 'é', '💧', ' ', '{', '}', '\\"', '\\u0041'),
  maxLength: 12,
});
const aText = fc.oneof(
  { weight: 12, arbitrary: word.map((name) => `{"name":"${name}"}`) },
  { weight: 2, arbitrary: fc.nat(4_000).map((n) => `{"name":"${'x'.repeat(n)}"}`) },
  { weight: 1, arbitrary: fc.nat(150_000).map((n) => `{"name":"${'y'.repeat(n)}"}`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '{}',
      '{ }',
      '{ "name":1}',
      '{"name":1} ',
      ' {"name":1}',
      '{\n"name": 1\n}',
      '{"name":\n1}',
      '{"@devo_pulling_id":7,"name":1}',
      '{"name":1,"sources":[{"name":2},{"name":3},4]}',
      '{"\\u0040devo_pulling_id":7}',
    ),
  },
);
interface Arriving {
  text: string;
  kind: 'object' | 'manifest' | 'event';
  type: string;
  problem: boolean;
}
const aDraft: fc.Arbitrary<Arriving> = fc.record({
  text: aText,
  kind: fc.constantFrom('object' as const, 'object' as const, 'manifest' as const, 'event' as const),
  type: fc.constantFrom('one', 'two'),
  problem: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const somePages = fc.array(fc.array(aDraft, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 6 });

function stored(pages: Arriving[][], approve: (n: number) => boolean): Store {
  const store = temporaryStore();
  let n = 0;
  for (const [at, page] of pages.entries()) {
    for (const kind of ROUTE.kinds) {
      const feed = pulling(store, 'feed', { ...FEED, kind }, 1_790_000_000_000 + at);
      const drafts = page
        .filter((it) => it.kind === kind)
        .map(({ text, type, problem }) =>
          draft({
            id: stixId(++n),
            type,
            raw: Buffer.from(problem ? `${text.slice(0, -1)},}` : text),
            problems: problem ? [{ code: 'json', message: 'A key is missing.', at: null }] : [],
          }),
        );
      if (drafts.length > 0) feed.page(drafts);
    }
  }
  const keys = Array.from({ length: n }, (_, i) => i + 1).filter(approve);
  if (keys.length > 0) store.decisions.decide({ keys }, 'approved', null, 1);
  return store;
}

describe('a hand-over over a stream', () => {
  it('sends of every record what the preview shows, whatever lies beside it', async () => {
    await fc.assert(
      fc.asyncProperty(
        somePages,
        fc.constantFrom('none' as const, 'iso' as const),
        fc.constantFrom('octet-counting' as const, 'space' as const),
        fc.boolean(),
        fc.integer({ min: 2, max: 20 }),
        async (pages, date, newlines, hide, gap) => {
          const store = stored(pages, (key) => key % gap !== 0);
          const result = await deliver(store, { date, newlines }, hide);
          if (result === null) return;
          const { outcome, expected, messages, refused, sent } = result;
          expect(sent.equals(Buffer.concat(expected))).toBe(true);
          expect(outcome).toEqual({
            taken: true,
            records: expected.length,
            messages,
            bytes: sent.length,
            refused,
            next: null,
          });
          store.close();
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it('fills pieces to their end', async () => {
    const plain = (n: number): Arriving => ({
      text: `{"name":"${'z'.repeat(n % 3_000)}"}`,
      kind: 'object',
      type: 'one',
      problem: false,
    });
    const store = stored([Array.from({ length: 4_000 }, (_, n) => plain(n))], () => true);
    const result = await deliver(store, { date: 'none', newlines: 'octet-counting' }, false);
    expect(result?.expected).toHaveLength(4_000);
    expect(result?.sent.equals(Buffer.concat(result.expected))).toBe(true);
  });
});
