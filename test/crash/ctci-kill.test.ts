import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import type { CtciServer } from '../../main/node/demo/ctci-server.ts';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { type Lab, openLab, TOKEN } from '../integration/cli/lab.ts';
import { ctciServer } from '../servers/ctci-pulling.ts';
import { seeded, wait, waitFor } from './random.ts';

const ROUNDS = 30;
const ROWS = 4_000;
/** The list takes about this long to arrive, ms. */
const DOWNLOAD_MS = 400;

let lab: Lab;
let server: CtciServer;
let config: string;
/** Every cve that was ever taken off the list. */
const removed = new Set<string>();

beforeAll(async () => {
  lab = openLab();
  server = await ctciServer(ROWS, { token: TOKEN });
  config = lab.config({
    inputs: { ctci: { base_url: server.url, credentials: { api_token: TOKEN }, services: { cewl: {} } } },
  });
});
afterAll(async () => {
  await server.close();
  lab.close();
});

interface Versions {
  records: number;
  /** By cve: the newest version's number, text and whether the row is gone. */
  newest: Map<string, { n: number; text: string; gone: boolean }>;
}

/** Each version once and in order, and nothing gone that the server still has. */
function checkStore(): Versions {
  const store = openStore({ dir: lab.data, clock: systemClock, readonly: true });
  try {
    const newest: Versions['newest'] = new Map();
    let records = 0;
    for (const { row, raw } of store.records.iterate({ filter: { kind: ['cewl'] } }, { raw: true })) {
      records++;
      const [n, mark] = row.version.split('.');
      const before = newest.get(row.id);
      expect(Number(n), `${row.id} ${row.version}`).toBe((before?.n ?? 0) + 1);
      const text = raw?.toString() ?? '';
      const gone = mark === 'gone';
      if (gone) {
        expect(removed.has(row.id), `${row.id} is called gone`).toBe(true);
        expect(text).toBe(before?.text);
      }
      newest.set(row.id, { n: Number(n), text, gone });
    }
    expect(store.pulls.feeds('ctci').reduce((sum, feed) => sum + feed.records, 0)).toBe(records);
    return { records, newest };
  } finally {
    store.close();
  }
}

test(`a pull of the list killed ${ROUNDS} times loses nothing, doubles nothing and calls nothing gone that is not`, async () => {
  const random = seeded('ctci');
  const slowly = Math.ceil((ROWS * 720) / (DOWNLOAD_MS / 10));
  let killed = 0;
  let midway = 0;
  let compared = 0;
  let before = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    server.mood({ kind: 'slow', bytes: slowly });
    const asked = server.asked.length;
    const running = start(['pull', '--config', config, '--data', lab.data]);
    while (server.asked.length === asked) await Promise.race([wait(1), running.ended]);
    if (random() < 0.5) await Promise.race([wait(random() * DOWNLOAD_MS), running.ended]);
    else {
      // When all has been sent: while the last of it is stored and compared.
      await waitFor(server.answered, server.answered() + 1, running.ended);
      await wait(random() * 120);
    }
    running.child.kill('SIGKILL');
    const ran = await running.ended;
    if (ran.signal === 'SIGKILL') killed++;
    else expect(ran.code, ran.stderr).toBe(0);
    const { records, newest } = checkStore();
    if (ran.signal === 'SIGKILL' && removed.size > 0 && [...newest.values()].some(({ gone }) => gone))
      compared++;
    expect(records, 'records never become fewer').toBeGreaterThanOrEqual(before);
    if (ran.signal === 'SIGKILL' && records > before) midway++;
    before = records;
    for (const cve of server.turn().removed) removed.add(cve);
  }
  // A test that kills too early or too late proves nothing.
  expect(killed).toBeGreaterThan(ROUNDS / 2);
  expect(midway).toBeGreaterThan(1);
  expect(compared).toBeGreaterThan(1);

  const last = await sluice(['pull', '--config', config, '--data', lab.data, '--json']);
  expect(last.code, last.stderr).toBe(0);
  expect(jsonLines<{ complete: string }>(last).at(-1)?.complete).toBe('yes');
  const { newest } = checkStore();
  const there = new Map([...newest].filter(([, { gone }]) => !gone).map(([id, { text }]) => [id, text]));
  expect(there).toEqual(new Map(server.shelf.rows.map((row) => [String(row.cve), JSON.stringify(row)])));
  const again = await sluice(['pull', '--config', config, '--data', lab.data, '--json']);
  expect(jsonLines<{ stored: number }>(again).at(-1)).toMatchObject({ stored: 0, complete: 'yes' });
  process.stdout.write(`ctci: killed ${killed} of ${ROUNDS}, ${midway} of them with pages stored\n`);
}, 180_000);
