import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Store } from '../../../main/engine/store/store.ts';
import {
  draft,
  indexAll,
  pulling,
  stixId,
  temporaryDir,
  temporaryStore,
} from '../../unit/store/store-fixture.ts';

const WORKER = fileURLToPath(new URL('./retention-worker.ts', import.meta.url));
const ROUNDS = 16;
const EACH_ROUND = 600;

const textOf = (n: number): string =>
  JSON.stringify({ id: stixId(n), description: `word${n}z`, pad: 'x'.repeat(300 + (n % 200)) });
const drafts = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    draft({ id: stixId(from + i), name: `name ${from + i}`, raw: Buffer.from(textOf(from + i)) }),
  );

/** Cleans up and is killed after about `ms`, or when it is done. Answers how many it told it had removed. */
async function killed(dir: string, ms: number): Promise<{ removed: number; done: boolean }> {
  const child = spawn(process.execPath, [WORKER, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const told = { removed: 0, done: false };
  const ready = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const read = JSON.parse(line) as { ready?: number; removed?: number; done?: boolean };
    if (read.ready !== undefined) ready.resolve();
    told.removed = read.removed ?? told.removed;
    told.done ||= read.done === true;
  });
  await ready.promise;
  await new Promise((resolve) => setTimeout(resolve, ms));
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
  return told;
}

/** Each record is whole or without its text, never between. Answers how many are without. */
function check(store: Store, records: number): number {
  let removed = 0;
  let n = 0;
  const wrong: string[] = [];
  for (const { row, raw } of store.records.iterate({ filter: {} }, { raw: true })) {
    n++;
    if (row.id !== stixId(n) || row.name !== `name ${n}`) wrong.push(`record ${n}`);
    const odd = n % 2 === 1;
    if (row.decision !== (odd ? 'rejected' : 'staged')) wrong.push(`decision of ${n}`);
    if (raw?.length === 0 && odd) removed++;
    else if (String(raw) !== textOf(n)) wrong.push(`text of ${n}`);
  }
  expect(wrong).toEqual([]);
  expect(n).toBe(records);
  expect(store.retention.plan({ rejected: null, handedOver: null }).removed).toBe(removed);
  return removed;
}

test(`a clean-up killed ${ROUNDS} times leaves every record whole or without its text`, {
  timeout: 120_000,
}, async () => {
  const dir = temporaryDir();
  let records = 0;
  let midway = 0;
  let before = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const store = temporaryStore(dir);
    pulling(store, 'feed').page(drafts(records + 1, records + EACH_ROUND + 1));
    const odd = Array.from({ length: EACH_ROUND / 2 }, (_, i) => records + 2 * i + 1);
    store.decisions.decide({ keys: odd }, 'rejected', null, 1);
    indexAll(store);
    records += EACH_ROUND;
    store.close();

    const told = await killed(dir, Math.random() * 60);
    const now = temporaryStore(dir);
    const removed = check(now, records);
    // What was told to be done is done, and what was removed stays so.
    expect(removed).toBeGreaterThanOrEqual(before + told.removed);
    if (!told.done && removed > before) midway++;
    before = removed;
    now.close();
    const db = new Database(join(dir, 'sluice.db'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  }
  expect(midway).toBeGreaterThan(ROUNDS / 4);

  const store = temporaryStore(dir);
  while (store.retention.removeSome({ rejected: 2, handedOver: null }, 50).left > 0);
  expect(check(store, records)).toBe(records / 2);
  // Nothing is pulled twice, whatever became of its text; the index knows what is left of each.
  expect(pulling(store, 'feed').page(drafts(1, records + 1))).toMatchObject({
    stored: 0,
    duplicates: records,
  });
  for (const n of [1, 2, 1201, 1202, records - 1, records])
    expect(store.records.count({ text: `word${n}z` })).toBe(n % 2 === 1 ? 0 : 1);
  expect(store.records.count({ text: 'name' })).toBe(records);
});
