import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../main/engine/store/store.ts';
import type { Decision } from '../../../shared/records.ts';
import { temporaryDir, temporaryStore } from '../../unit/store/store-fixture.ts';

const WORKER = fileURLToPath(new URL('./store-worker.ts', import.meta.url));
const ROUNDS = 20;

interface Told {
  ready?: number;
  pullingId?: string;
  next?: number;
  decided?: Decision;
  from?: number;
  to?: number;
  sent?: number[];
  handedOver?: number[];
}

async function start(
  dir: string,
  seed: number,
  job: string,
  told: (line: Told) => void,
): Promise<ChildProcess> {
  const child = spawn(process.execPath, [WORKER, dir, String(seed), job], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const read = JSON.parse(line) as Told;
      told(read);
      if (read.ready !== undefined) resolve();
    });
  });
  await ready;
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

/** What the worker said it had done, and may have begun. */
class Ledger {
  next = 0;
  readonly decisions = new Map<number, Decision>();
  /** Records on the wire, as often as they were. */
  readonly sent = new Map<number, number>();
  readonly handedOver = new Set<number>();
  readonly pulls: string[] = [];

  take(line: Told): void {
    if (line.pullingId !== undefined) this.pulls.push(line.pullingId);
    if (line.next !== undefined) this.next = line.next;
    if (line.decided !== undefined) {
      for (let key = line.from ?? 1; key <= (line.to ?? 0); key++) this.decisions.set(key, line.decided);
    }
    for (const key of line.sent ?? []) this.sent.set(key, (this.sent.get(key) ?? 0) + 1);
    for (const key of line.handedOver ?? []) this.handedOver.add(key);
  }
}

/** Answers the decisions found. */
function check(store: Store, ledger: Ledger): Map<number, Decision> {
  const [feed] = store.pulls.feeds('feed');
  const next = Number((feed?.cursor as { next?: number } | null)?.next ?? 0);
  expect(next).toBeGreaterThanOrEqual(ledger.next);
  // Page and cursor together: exactly the records before the cursor, each once, whole.
  expect(store.records.count({})).toBe(next);
  expect(feed?.records).toBe(next);
  const wrong: string[] = [];
  const decisions = new Map<number, Decision>();
  let key = 0;
  for (const { row, raw } of store.records.iterate({ filter: {} }, { raw: true })) {
    const n = key++;
    decisions.set(key, row.decision);
    const text = JSON.stringify({ id: row.id, n, pad: 'x'.repeat(n % 500) });
    if (row.key !== key || String(raw) !== text || row.name !== `name ${n}`) wrong.push(`record ${key}`);
    if (ledger.handedOver.has(key) && row.delivery !== 'handed_over') wrong.push(`delivery of ${key}`);
    if (row.decision === 'approved' && row.delivery === 'none') wrong.push(`outbox of ${key}`);
    // What was on the wire more than once, or may be again, is marked.
    const times = ledger.sent.get(key) ?? 0;
    const again = times > 1 || (times === 1 && row.delivery === 'queued');
    if (again && !row.maybeTwice) wrong.push(`mark of ${key}`);
  }
  expect(wrong).toEqual([]);
  return decisions;
}

describe('SIGKILL at any moment', () => {
  it(`loses nothing, doubles nothing, undoes nothing (${ROUNDS} rounds)`, { timeout: 120_000 }, async () => {
    const dir = temporaryDir();
    const ledger = new Ledger();
    for (let round = 0; round < ROUNDS; round++) {
      const child = await start(dir, round * 7919 + 13, 'all', (line) => ledger.take(line));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
      await kill(child);
      const store = temporaryStore(dir);
      store.outbox.recover();
      const found = check(store, ledger);
      // Only the one decision that was made and not told may differ from what was told.
      const differing = [...ledger.decisions.keys()].filter(
        (key) => found.get(key) !== ledger.decisions.get(key),
      );
      const [first] = differing;
      const untold = first === undefined ? null : store.records.get(first)?.decisions[0];
      for (const key of differing) ledger.decisions.set(key, untold?.decision ?? 'staged');
      expect(differing.filter((key) => found.get(key) !== ledger.decisions.get(key))).toEqual([]);
      const holes = differing.filter((key, i) => i > 0 && (differing[i - 1] ?? 0) + 500 < key);
      expect(holes).toEqual([]);
      store.close();
    }
    const store = temporaryStore(dir);
    expect(ledger.handedOver.size).toBeGreaterThan(0);
    expect(store.pulls.list({ limit: 100 }).map((p) => p.state)).toEqual(
      ledger.pulls.map(() => 'interrupted'),
    );
    while (store.indexSome(1000) > 0);
    expect(store.records.count({ text: 'name' })).toBe(store.records.count({}));
  });

  it('frees the lock of a killed process, and names a living one', async () => {
    const dir = temporaryDir();
    const child = await start(dir, 1, 'hold', () => undefined);
    const store = temporaryStore(dir);
    const busy = { code: 'store.busy', details: expect.objectContaining({ pid: child.pid }) };
    expect(() => store.locks.acquire('pull/held')).toThrow(
      expect.objectContaining({ failure: expect.objectContaining(busy) }),
    );
    expect(store.pulls.list({ limit: 1 })[0]?.state).toBe('running');
    await kill(child);
    store.locks.acquire('pull/held');
    expect(store.pulls.list({ limit: 1 })[0]?.state).toBe('interrupted');
  });
});
