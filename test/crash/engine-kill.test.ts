import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineHost } from '../../main/node/engine-host.ts';
import { taxiiSettings } from '../../shared/settings.ts';
import { type Lab, openLab } from '../integration/cli/lab.ts';
import { type NdjsonServer, startNdjsonServer } from '../servers/taxii-ndjson.ts';
import { feedObjects } from './objects.ts';
import { wait } from './random.ts';

/** The engine of the interface is killed under it. */

const OBJECTS = 1_500;
let lab: Lab;
let server: NdjsonServer;
beforeAll(async () => {
  lab = openLab();
  server = await startNdjsonServer({
    version: '2.1',
    collections: [{ title: 'g', objects: feedObjects('99999999', OBJECTS) }],
    pageMs: 5,
  });
});
afterAll(async () => {
  await server.close();
  lab.close();
});

const host = (dataDir: string) =>
  engineHost({ dataDir, configFile: null, demo: null, version: '0', printLog: false });

test('a killed engine comes back by itself, with everything it had stored, and goes on', async () => {
  const engine = host(lab.data);
  const states: string[] = [];
  engine.onState((state) => states.push(state));
  const ask = async <T>(name: string, input: unknown): Promise<T> => {
    const result = await engine.call(name, input);
    if (!result.ok) throw new Error(result.failure.message);
    return result.value as T;
  };
  await engine.start();
  try {
    const settings = taxiiSettings.parse({
      kind: 'taxii',
      name: 'feed',
      id: '1',
      discoveryUrl: server.url,
      pageSize: 50,
      allVersions: true,
      manifests: false,
      periodSeconds: 86_400,
    });
    await ask('sources.save', { settings, previousName: null });
    const { pullingId } = await ask<{ pullingId: string }>('sources.pull', { name: 'feed' });
    await wait(80);
    const first = engine.pid;
    const inFlight = engine.call('records.facets', { filter: {} });
    if (first !== null) process.kill(first, 'SIGKILL');
    const answer = await inFlight;
    if (!answer.ok) expect(answer.failure.code).toBe('engine.away');

    // Asked while it is away: answered by the next one.
    const snapshot = await ask<{ sources: { settings: { name: string } }[]; counts: { records: number } }>(
      'app.snapshot',
      {},
    );
    expect(engine.pid).not.toBe(first);
    expect(states).toEqual(['open', 'lost', 'open']);
    expect(snapshot.sources.map((s) => s.settings.name)).toEqual(['feed']);
    expect(snapshot.counts.records).toBeLessThan(OBJECTS);
    expect(await ask('pulls.get', { pullingId })).toMatchObject({ state: 'interrupted' });

    const again = await ask<{ pullingId: string }>('sources.pull', { name: 'feed' });
    for (let i = 0; i < 200; i++) {
      const run = await ask<{ endedAt: number | null }>('pulls.get', again);
      if (run.endedAt !== null) break;
      await wait(50);
    }
    expect(await ask('pulls.get', again)).toMatchObject({ state: 'done' });
    expect(await ask('records.count', { selection: { filter: {} } })).toMatchObject({ records: OBJECTS });
  } finally {
    await engine.stop();
  }
}, 60_000);

test('an engine that may not start says its own reason', async () => {
  const dir = join(lab.dir, 'broken');
  const engine = host(dir);
  await engine.start();
  await engine.stop();
  writeFileSync(join(dir, 'settings.json'), '{"version": 99}');
  await expect(host(dir).start()).rejects.toMatchObject({ failure: { code: 'settings.newer' } });
}, 30_000);
