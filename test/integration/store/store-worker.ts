/**
 * Works on a store without end until it is killed: pages, decisions, hand-overs, indexing. What was durable is told on standard
 * output before the next step begins, so that the test knows what must be there.
 */
import { openStore } from '../../../main/engine/store/open-store.ts';
import { recordsOf } from '../../../main/engine/store/outbound.ts';

const [dir = '', seed = '1', job = 'all'] = process.argv.slice(2);
const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: () => Promise.resolve(),
};
const { writeSync } = await import('node:fs');
const tell = (line: object): void => {
  writeSync(1, `${JSON.stringify(line)}\n`);
};

let state = Number(seed) | 1;
const random = (below: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (state >>> 8) % below;
};

const store = openStore({ dir, clock });
const lock = job === 'hold' ? store.locks.acquire('pull/held') : null;
store.outbox.recover();
const { pullingId } = store.pulls.begin('feed', clock.now());
const { feedId, cursor } = store.pulls.openFeed(pullingId, 'feed', {
  apiRoot: '',
  collection: 'c',
  title: '',
  kind: 'object',
});
let next = Number((cursor as { next?: number } | null)?.next ?? 0);
tell({ ready: process.pid, pullingId, lock: lock !== null });

while (job !== 'hold') {
  const step = random(10);
  if (step < 4) {
    const size = 1 + random(200);
    const records = Array.from({ length: size }, (_, i) => {
      const n = next + i;
      const id = `indicator--${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
      const raw = Buffer.from(JSON.stringify({ id, n, pad: 'x'.repeat(n % 500) }));
      const version = '2026-01-01T00:00:00Z';
      const rest = { tlp: 'none' as const, modified: 1, revoked: false, problems: [] };
      return { id, version, type: 'indicator', name: `name ${n}`, raw, ...rest };
    });
    store.pulls.storePage(pullingId, feedId, { records, cursor: { next: next + size } }, clock.now());
    next += size;
    tell({ next });
  } else if (step < 6) {
    store.indexSome(2);
  } else if (step < 8) {
    const decision = (['approved', 'approved', 'held', 'rejected'] as const)[random(4)] ?? 'approved';
    const from = random(Math.max(1, next));
    const keys = Array.from({ length: Math.min(500, next - from) }, (_, i) => from + i + 1);
    if (keys.length > 0) {
      store.decisions.decide({ keys }, decision, null, clock.now());
      tell({ decided: decision, from: keys[0], to: keys.at(-1) });
    }
  } else {
    store.outbox.route({
      destination: 'devo',
      sources: ['feed'],
      kinds: ['object', 'manifest'],
      maxTlp: 'red',
    });
    const batch = store.outbox.begin('devo', { maxRecords: 1 + random(300), maxBytes: 1e7 });
    if (batch !== null) {
      const sent = [...recordsOf(batch.runs())].map((r) => r.key);
      tell({ sent, repeated: batch.repeated });
      store.outbox.handedOver(batch, clock.now());
      tell({ handedOver: sent });
    }
  }
}
// Holding a lock until killed.
setInterval(() => undefined, 1000);
