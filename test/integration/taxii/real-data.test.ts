import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPull, shutdown } from '../../../main/engine/pull/run-pull.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { SluiceError } from '../../../shared/errors.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import { impatientClock, listLog } from '../../servers/memory-sink.ts';
import { fixturePath, generated, readFixture } from '../../servers/stix-fixture.ts';
import { type NdjsonServer, startNdjsonServer } from '../../servers/taxii-ndjson.ts';
import { testSource } from '../../servers/taxii-pulling.ts';

let dir: string;
let store: Store;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-pull-'));
  store = openStore({ dir, clock: impatientClock() });
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

/** Real ATT&CK data where they are; as many generated objects elsewhere. */
function collection(name: string, count: number) {
  const path = fixturePath(name);
  return { title: name, objects: path === null ? generated(count) : readFixture(path) };
}

async function pull(
  server: NdjsonServer,
  settings: Parameters<typeof testSource>[1] = {},
  signal = new AbortController().signal,
) {
  const source = testSource(server.url, { manifests: true, pageSize: 1000, concurrency: 2, ...settings });
  const log = listLog();
  const views: PullRunView[] = [];
  const { view } = await runPull({
    source,
    store,
    clock: impatientClock(),
    logAs: () => log,
    signal,
    onProgress: (v) => views.push(v),
    periodSeconds: 1200,
    // Thousands of texts take longer to index than to pull; one test looks at the index.
    index: settings.manifests === false,
  });
  await source.close();
  return { view, log, views };
}

describe('a pull of real data into the store', () => {
  it.each([
    [
      '2.1',
      [
        ['21-enterprise', 24_771],
        ['21-mobile', 2_148],
        ['21-ics', 2_141],
      ],
    ],
    [
      '2.0',
      [
        ['20-enterprise', 24_771],
        ['20-mobile', 2_535],
      ],
    ],
  ] as const)('brings every object and manifest entry once: TAXII %s', async (version, sizes) => {
    const server = await startNdjsonServer({
      version,
      collections: sizes.map(([name, count]) => collection(name, count)),
    });
    try {
      const first = await pull(server, { allVersions: true });
      expect(first.view.state).toBe('done');
      for (const [i, [, count]] of sizes.entries()) {
        for (const kind of ['object', 'manifest'] as const) {
          const feed = first.view.feeds.find((f) => f.feed.collection === `c${i}` && f.feed.kind === kind);
          expect(feed).toMatchObject({
            received: count,
            stored: count,
            duplicates: 0,
            completeness: { complete: 'yes' },
          });
        }
      }
      const total = sizes.reduce((n, [, count]) => n + 2 * count, 0);
      expect(store.records.count({})).toBe(total);
      const second = await pull(server, { allVersions: true });
      expect(second.view.stored).toBe(0);
      expect(second.log.lines).toContain('INFO The data is up to date!');
      expect(second.view.feeds.every((f) => f.completeness?.complete === 'yes')).toBe(true);
    } finally {
      await server.close();
    }
  });

  it('keeps the server’s own bytes of every object', async () => {
    const { objects } = collection('21-mobile', 2_148);
    const server = await startNdjsonServer({ version: '2.1', collections: [{ title: 'm', objects }] });
    try {
      await pull(server, { manifests: false });
      const texts = new Set(objects.map((o) => o.text));
      let kept = 0;
      for (const { raw } of store.records.iterate({ filter: {} }, { raw: true })) {
        if (texts.has(raw?.toString('utf8') ?? '')) kept++;
      }
      expect(kept).toBe(objects.length);
    } finally {
      await server.close();
    }
  });
});

describe('a pull cycle', () => {
  const small = () =>
    startNdjsonServer({ version: '2.1', collections: [{ title: 's', objects: generated(30) }] });

  it('ends with the collectors’ lines', async () => {
    const server = await small();
    try {
      const { view, log } = await pull(server, { manifests: false, pageSize: 10 });
      expect(log.lines[0]).toBe('INFO Pull Started');
      expect(log.lines.at(-2)).toMatch(
        new RegExp(
          `^INFO Statistics for this pull cycle \\(@devo_pulling_id=${view.pullingId}\\):Number of requests made: 5; ` +
            'Number of events received: 30; Number of duplicated events filtered out: 0; ' +
            'Number of events generated and sent: 30; Average of events per second: \\d+\\.\\d{3}\\.$',
        ),
      );
      expect(log.lines.at(-1)).toMatch(
        /^INFO Data collection completed\. Elapsed time: \d+\.\d{3} seconds\. Waiting for 11\d\d\.\d{3} second\(s\)$/,
      );
      expect(view.pullingId).toMatch(/^\d{13}$/);
      expect(store.pulls.get(view.pullingId)).toMatchObject({ state: 'done', stored: 30, requests: 5 });
    } finally {
      await server.close();
    }
  });

  it('makes what it stored searchable', async () => {
    const server = await small();
    try {
      await pull(server, { manifests: false });
      expect(store.records.count({ text: 'host7' })).toBe(1);
    } finally {
      await server.close();
    }
  });

  it('tells its progress by copies, the last of them final', async () => {
    const server = await small();
    try {
      const { view, views } = await pull(server, { manifests: false, pageSize: 10 });
      expect(views[0]).toMatchObject({ state: 'running', feeds: [], pullingId: view.pullingId });
      expect(views.at(-1)).toMatchObject({ state: 'done', stored: 30, requests: 5 });
      expect(views.at(-1)?.feeds[0]).toMatchObject({ state: 'done', bytes: expect.any(Number) as number });
      expect(views.length).toBeLessThan(10);
    } finally {
      await server.close();
    }
  });

  it('fails when one collection fails, keeps the others, and is not said to be up to date', async () => {
    const server = await small();
    const source = testSource(server.url, { apiRoots: ['/gone/', '/root/'], maxAttempts: 1 });
    const log = listLog();
    const { view } = await runPull({
      source,
      store,
      clock: impatientClock(),
      logAs: () => log,
      signal: new AbortController().signal,
      onProgress: () => {},
      periodSeconds: null,
    });
    await source.close();
    await server.close();
    expect(view.state).toBe('failed');
    expect(view.stored).toBe(30);
    expect(log.lines.some((l) => l.startsWith('ERROR API root') && l.includes('PullError 303'))).toBe(true);
  });

  it.each([
    ['cancelled', () => new SluiceError({ code: 'cancelled', message: 'Cancelled.' })],
    ['interrupted', shutdown],
  ])('that is stopped is %s and resumes', async (state, reason) => {
    const server = await startNdjsonServer({
      version: '2.1',
      collections: [{ title: 's', objects: generated(100) }],
      pageMs: 20,
    });
    try {
      const abort = new AbortController();
      setTimeout(() => abort.abort(reason()), 110);
      const { view } = await pull(server, { manifests: false, pageSize: 10 }, abort.signal);
      expect(view.state).toBe(state);
      expect(view.stored).toBeLessThan(100);
      expect(store.pulls.get(view.pullingId)?.state).toBe(state);
      const again = await pull(server, { manifests: false, pageSize: 10 });
      expect(again.view.state).toBe('done');
      expect(store.records.count({})).toBe(100);
    } finally {
      await server.close();
    }
  });

  it('ends with the store’s words when the disk is full, and goes on when there is room', async () => {
    const server = await startNdjsonServer({
      version: '2.1',
      collections: [{ title: 's', objects: generated(3_000) }],
    });
    try {
      store.close();
      store = openStore({ dir, clock: impatientClock(), maxPages: 120 });
      const { view, log } = await pull(server, { manifests: false, pageSize: 100 });
      expect(view).toMatchObject({ state: 'failed', failure: { code: 'store.full' } });
      expect(log.lines.some((l) => l.startsWith('ERROR') && l.includes(view.failure?.message ?? '?'))).toBe(
        true,
      );
      store.close();
      store = openStore({ dir, clock: impatientClock() });
      const again = await pull(server, { manifests: false, pageSize: 100 });
      expect(again.view.state).toBe('done');
      expect(store.records.count({})).toBe(3_000);
    } finally {
      await server.close();
    }
  });
});
