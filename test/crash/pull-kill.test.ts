import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { type Lab, openLab, taxiiInput } from '../integration/cli/lab.ts';
import { type NdjsonServer, startNdjsonServer } from '../servers/taxii-ndjson.ts';
import { feedObjects } from './objects.ts';
import { seeded, wait, waitFor } from './random.ts';

const ROUNDS = 50;
const FIRST = 900;
const EACH_ROUND = 40;
const FEEDS = ['aaaaaaaa', 'bbbbbbbb'];
const VERSIONS = ['2.1', '2.0'] as const;
const NAMES = { '2.1': 'feed_21', '2.0': 'feed_20' };
/** A round is killed within this many requests of its start: about what the new objects of a round take. */
const REQUESTS = 18;

let lab: Lab;
let config: string;
let published = FIRST;
const servers = new Map<string, NdjsonServer>();
const ports = new Map<string, number>();

/** The same servers with more objects than before. */
async function publish(count: number): Promise<void> {
  published = count;
  for (const version of VERSIONS) {
    await servers.get(version)?.close();
    const port = ports.get(version);
    const server = await startNdjsonServer({
      version,
      collections: FEEDS.map((feed) => ({ title: feed, objects: feedObjects(feed, count) })),
      pageMs: 4,
      ...(port === undefined ? {} : { port }),
    });
    servers.set(version, server);
    ports.set(version, Number(new URL(server.url).port));
  }
}

const requests = (): number => [...servers.values()].reduce((sum, server) => sum + server.requests(), 0);

beforeAll(async () => {
  lab = openLab();
  await publish(FIRST);
  const input = (version: '2.1' | '2.0') =>
    taxiiInput(servers.get(version)?.url ?? '', {
      taxii_version: version,
      all_versions: true,
      page_size: 50,
    });
  config = lab.config({ inputs: { feed_21: input('2.1'), feed_20: input('2.0') } });
});
afterAll(async () => {
  for (const server of servers.values()) await server.close();
  lab.close();
});

interface Line {
  source: string;
  collection: string;
  kind: string;
  id: string;
  version: string;
  decision: string;
  delivery: string;
  raw: string;
}

/** Whole, each identity once, no cursor ahead of what is stored. Answers how many records there are. */
function checkStore(): number {
  const store = openStore({ dir: lab.data, clock: systemClock, readonly: true });
  try {
    const seen = new Set<string>();
    const twice: string[] = [];
    for (const { row } of store.records.iterate({ filter: {} })) {
      const key = `${row.source} ${row.collection} ${row.kind} ${row.id} ${row.version}`;
      if (seen.has(key)) twice.push(key);
      seen.add(key);
    }
    expect(twice).toEqual([]);
    const inFeeds = [NAMES['2.1'], NAMES['2.0']].flatMap((name) => store.pulls.feeds(name));
    expect(inFeeds.reduce((sum, feed) => sum + feed.records, 0)).toBe(seen.size);
    return seen.size;
  } finally {
    store.close();
  }
}

function integrity(): unknown {
  const db = new Database(join(lab.data, 'sluice.db'), { readonly: true });
  try {
    return db.pragma('integrity_check', { simple: true });
  } finally {
    db.close();
  }
}

test(`a pull killed ${ROUNDS} times loses nothing and doubles nothing`, async () => {
  const random = seeded('pull');
  let killed = 0;
  let midway = 0;
  let before = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const order = random() < 0.5 ? ['feed_21', 'feed_20'] : ['feed_20', 'feed_21'];
    const running = start(['pull', '--config', config, '--data', lab.data, '--source', ...order]);
    // Now and then while it starts, else somewhere in the pull.
    if (random() < 0.06) await wait(random() * 500);
    else {
      await Promise.race([running.until('Pull Started'), running.ended]);
      await waitFor(requests, requests() + Math.floor(random() * REQUESTS), running.ended);
      await wait(random() * 12);
    }
    running.child.kill('SIGKILL');
    const ran = await running.ended;
    if (ran.signal === 'SIGKILL') killed += 1;
    else expect(ran.code, ran.stderr).toBe(0);
    if (round === 1 && !ran.stderr.includes('Pull Started')) continue;
    const now = checkStore();
    expect(now, 'records never become fewer').toBeGreaterThanOrEqual(before);
    if (ran.signal === 'SIGKILL' && now > before && now < published * 8) midway += 1;
    before = now;
    await publish(FIRST + round * EACH_ROUND);
  }
  // A test that kills too early or too late proves nothing.
  expect(killed).toBeGreaterThan(ROUNDS / 2);
  expect(midway).toBeGreaterThan(ROUNDS / 5);

  const last = await sluice(['pull', '--config', config, '--data', lab.data, '--json']);
  expect(last.code, last.stderr).toBe(0);
  const lines = jsonLines<{ complete: string; received: number; totals?: true }>(last);
  expect(lines.map((line) => line.complete)).toEqual(lines.map(() => 'yes'));
  const again = await sluice(['pull', '--config', config, '--data', lab.data, '--json']);
  expect(jsonLines<{ stored: number }>(again).at(-1)).toMatchObject({ totals: true, stored: 0 });
  expect(again.stderr.match(/The data is up to date!/g)).toHaveLength(2);

  const records = jsonLines<Line>(await sluice(['records', '--data', lab.data, '--raw']));
  const wanted = new Map<string, string | null>();
  for (const version of VERSIONS)
    for (const [i, feed] of FEEDS.entries())
      for (const object of feedObjects(feed, published)) {
        const tail = `c${i} ${object.id} ${object.version}`;
        wanted.set(`${NAMES[version]} object ${tail}`, object.text);
        wanted.set(`${NAMES[version]} manifest ${tail}`, null);
      }
  const got = new Map(records.map((r) => [`${r.source} ${r.kind} ${r.collection} ${r.id} ${r.version}`, r]));
  expect(records).toHaveLength(got.size);
  expect([...got.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [key, text] of wanted) if (text !== null) expect(got.get(key)?.raw).toBe(text);
  expect(new Set(records.map((r) => `${r.decision} ${r.delivery}`))).toEqual(new Set(['staged none']));
  expect(integrity()).toBe('ok');
  process.stdout.write(`pull: killed ${killed} of ${ROUNDS}, ${midway} of them with pages stored\n`);
}, 180_000);
