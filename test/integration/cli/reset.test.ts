import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { generateSample } from '../../../main/node/demo/sample-stix.ts';
import { startTaxiiServer, type TaxiiServer } from '../../../main/node/demo/taxii-server.ts';
import { startThreatqServer, type ThreatqServer } from '../../../main/node/demo/threatq-server.ts';
import { threatqTime } from '../../../main/node/demo/threatq-shelf.ts';
import { sluice, start } from './command.ts';
import { type Lab, openLab, PASSWORD, taxiiInput, USERNAME } from './lab.ts';

/** Restarting the persistence: never in silence, seen before, undone after. SPEC 2.1, 2.3. */

let lab: Lab;
let taxii: TaxiiServer;
let threatq: ThreatqServer;
beforeAll(async () => {
  const { collections } = generateSample({ objects: 60 });
  taxii = await startTaxiiServer({ version: '2.1', collections, username: USERNAME, password: PASSWORD });
  threatq = await startThreatqServer({ username: USERNAME, password: PASSWORD });
  for (let i = 0; i < 5; i++)
    threatq.shelf.add({ type_id: 1, title: `Event ${i}` }, Date.now() - 3_600_000 + i * 60_000);
});
afterAll(async () => {
  await Promise.all([taxii.close(), threatq.close()]);
});
beforeEach(() => {
  lab = openLab();
});
afterEach(() => lab.close());

const taxiiConfig = (historic?: string) =>
  lab.config({
    inputs: { feed: taxiiInput(taxii.url, historic === undefined ? {} : { historic_date_utc: historic }) },
  });
const threatqConfig = (auth: string, daysBack = 1) =>
  lab.config({
    inputs: {
      feed: {
        id: '111',
        credentials: { username: USERNAME, password: PASSWORD },
        services: {
          events: {
            api_base_url: threatq.url,
            reset_persistence_auth: auth,
            historical_poll_datetime: threatqTime(Date.now() - daysBack * 86_400_000),
            request_period_in_seconds: 5,
          },
        },
      },
    },
  });

interface Totals {
  received: number;
  stored: number;
  duplicates: number;
}
async function pull(config: string): Promise<Totals & { stderr: string }> {
  const ran = await sluice(['pull', '--config', config, '--data', lab.data, '--json']);
  expect(ran.code, ran.stderr).toBe(0);
  return { ...(JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') as Totals), stderr: ran.stderr };
}
const reset = (config: string, ...more: string[]) =>
  sluice(['reset', '--config', config, '--data', lab.data, '--source', 'feed', ...more]);
const WARNING = 'was changed; this pull goes on where the last one ended.';

describe.each([
  ['historic_date_utc of a TAXII source', () => taxiiConfig(), () => taxiiConfig('2020-01-01T00:00:00Z')],
  [
    'reset_persistence_auth of a ThreatQuotient source',
    () => threatqConfig(''),
    () => threatqConfig('again'),
  ],
])('%s', (name, before, after) => {
  const setting = name.split(' ')[0] ?? '';

  test('restarts nothing until it is confirmed; the restart brings everything again as known; undo puts it back', async () => {
    const first = await pull(before());
    expect(first.stored).toBeGreaterThan(0);
    const changed = after();
    const second = await pull(changed);
    expect(second.stderr).toContain(`${setting} ${WARNING}`);
    expect(second.received).toBeLessThan(first.received);
    const preview = await reset(changed, '--dry-run');
    expect(preview.stdout).toContain(`${setting} of "feed" was changed from `);
    expect(preview.stdout).toContain(`Up to ${first.stored} records that are here come again.`);
    expect((await pull(changed)).received).toBeLessThan(first.received);
    const done = await reset(changed);
    expect(done.stdout).toContain('feed: restarted. The same command with --undo puts it back.');
    const third = await pull(changed);
    expect(third).toMatchObject({ received: first.received, stored: 0, duplicates: first.received });
    expect(third.stderr).not.toContain(WARNING);
    const undone = await reset(changed, '--undo');
    expect(undone).toMatchObject({ code: 0, stdout: 'feed: the restart was undone.\n' });
    const fourth = await pull(changed);
    expect(fourth.stderr).toContain(WARNING);
    expect(fourth.received).toBeLessThan(first.received);
    const twice = await reset(changed, '--undo');
    expect(twice.stderr).toContain('There is no restart of "feed" to undo.');
    expect(twice.code).toBe(1);
  });
});

test('run, where nobody can confirm it, restarts, says what that does and how to undo it', async () => {
  await pull(threatqConfig('one'));
  const running = start(['run', '--config', threatqConfig('two'), '--data', lab.data]);
  await running.until('Data collection completed.');
  running.child.kill('SIGTERM');
  await running.ended;
  const said = running.stderr();
  expect(said).toContain('reset_persistence_auth of "feed" was changed from "one" to "two".');
  expect(said).toContain('Up to 5 records that are here come again.');
  expect(said).toContain(
    'To undo: put reset_persistence_auth back as it was, then sluice reset --source "feed" --undo',
  );
  expect(said).toContain('Number of events received: 5; Number of duplicated events filtered out: 5;');
  expect((await reset(threatqConfig('two'), '--undo')).code).toBe(0);
}, 30_000);

test('says what is never pulled when the new beginning lies after what was reached', async () => {
  await pull(threatqConfig('one'));
  const { stdout } = await reset(threatqConfig('two', 0), '--dry-run');
  expect(stdout).toMatch(/What was added between \S+Z and \S+Z is never pulled\./);
});
