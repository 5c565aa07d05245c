import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  calls,
  type EngineEvent,
  events,
  MAX_CALL_BYTES,
} from '../../shared/contract.ts';
import type { Failure } from '../../shared/errors.ts';
import { TRANSPORTS, type Transport } from './transports.ts';

const PULL_MS = 30_000;

describe.each(TRANSPORTS)('the contract over $name', ({ open }) => {
  let transport: Transport;
  const heard: EngineEvent[] = [];

  beforeAll(async () => {
    transport = await open();
    transport.onEvent((event) => heard.push(event));
  }, PULL_MS);
  afterAll(async () => transport.close());

  /** Calls, expects success, and checks the answer against the contract's own schema. */
  async function ask<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const result = await transport.call(name, input);
    if (!result.ok) throw new Error(`${name}: ${result.failure.code} ${result.failure.message}`);
    return (calls[name].output as unknown as z.ZodType<CallOutput<N>>).parse(result.value);
  }

  async function refused(name: string, input: unknown): Promise<Failure> {
    const result = await transport.call(name, input);
    if (result.ok) throw new Error(`${name} was answered`);
    return result.failure;
  }

  async function until<T>(what: () => Promise<T | null | false> | T | null | false): Promise<T> {
    for (const end = Date.now() + PULL_MS; Date.now() < end; ) {
      const value = await what();
      if (value !== null && value !== false) return value;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('did not happen in time');
  }

  async function pull(name: string): Promise<CallOutput<'pulls.get'>> {
    const { pullingId } = await ask('sources.pull', { name });
    return await until(async () => {
      const run = await ask('pulls.get', { pullingId });
      return run?.endedAt != null && run;
    });
  }

  test('an unknown name is refused', async () => {
    expect((await refused('records.drop', {})).code).toBe('call.unknown');
    expect((await refused('__proto__', {})).code).toBe('call.unknown');
    expect((await refused('toString', {})).code).toBe('call.unknown');
  });

  test('an unknown key is refused, and the failure says where', async () => {
    const failure = await refused('app.info', { verbose: true });
    expect(failure.code).toBe('call.invalid');
    expect(
      (await refused('records.page', { filter: {}, sort: { by: 'arrival', dir: 'desc' }, limit: 9999 }))
        .message,
    ).toContain('limit');
  });

  test('an input beyond the size limit is refused', async () => {
    const text = 'x'.repeat(MAX_CALL_BYTES + 1);
    const failure = await refused('records.page', {
      filter: { text },
      sort: { by: 'arrival', dir: 'desc' },
      limit: 1,
    });
    expect(failure.code).toBe('call.too-large');
  });

  test('says what it is and what is configured', async () => {
    expect(await ask('app.info', {})).toMatchObject({
      demo: true,
      secretsPersistent: false,
      configFile: null,
    });
    const snapshot = await ask('app.snapshot', {});
    expect(snapshot.sources.map((s) => s.settings.name)).toEqual(['taxii_21', 'taxii_20', 'ctci', 'threatq']);
    expect(snapshot.sources[0]).toMatchObject({ origin: 'demo', secretsSet: ['password'] });
    expect(snapshot.destinations.map((d) => d.settings.name)).toEqual([
      'devo_demo',
      'lookup_demo',
      'lookup_messages_demo',
    ]);
  });

  test('no answer carries a secret', async () => {
    const snapshot = JSON.stringify(await ask('app.snapshot', {}));
    for (const secret of transport.demo.config.secrets.values()) expect(snapshot).not.toContain(secret);
  });

  test('a configured source is read-only', async () => {
    const [source] = (await ask('app.snapshot', {})).sources;
    if (source === undefined) throw new Error('no source');
    const failure = await refused('sources.save', {
      settings: source.settings,
      previousName: source.settings.name,
    });
    expect(failure.code).toBe('source.read-only');
  });

  test('probes, pulls, tells progress and keeps the result', async () => {
    const [source] = (await ask('app.snapshot', {})).sources;
    if (source === undefined) throw new Error('no source');
    const probe = await ask('sources.probe', { settings: source.settings, secrets: {} });
    expect(probe).toMatchObject({ ok: true, version: '2.1' });
    expect(probe.collections.length).toBeGreaterThan(2);

    const wrong = await ask('sources.probe', { settings: source.settings, secrets: { password: 'not it' } });
    expect(wrong).toMatchObject({ ok: false, failure: { type: 'PullError', id: 301 } });

    const run = await pull('taxii_21');
    expect(run?.state).toBe('done');
    expect(run?.feeds.every((feed) => feed.completeness?.complete === 'yes')).toBe(true);
    expect(run?.statistics).toContain(`@devo_pulling_id=${run?.pullingId}`);
    await until(() => heard.some((event) => event.name === 'pull' && event.data.endedAt !== null));

    const again = await pull('taxii_21');
    expect(again).toMatchObject({ state: 'done', stored: 0 });
    expect((await ask('pulls.list', { limit: 10 })).length).toBeGreaterThanOrEqual(2);
    expect((await ask('sources.trend', { name: 'taxii_21' })).at(-1)?.stored).toBe(0);
  });

  test('pages, counts and facets agree', async () => {
    const sort = { by: 'arrival', dir: 'asc' } as const;
    const filter = { kind: ['object' as const] };
    const first = await ask('records.page', { filter, sort, limit: 100 });
    expect(first.total).toBeGreaterThan(100);
    const keys = new Set<number>();
    for (let after: string | null = null; ; ) {
      const page: CallOutput<'records.page'> = await ask('records.page', {
        filter,
        sort,
        limit: 100,
        ...(after === null ? {} : { after }),
      });
      for (const row of page.rows) keys.add(row.key);
      after = page.next;
      if (after === null) break;
    }
    expect(keys.size).toBe(first.total);
    const deep = await ask('records.page', { filter, sort, index: 150, limit: 1 });
    expect([...keys][150]).toBe(deep.rows[0]?.key);
    const facets = await ask('records.facets', { filter });
    expect(facets.type.reduce((sum, f) => sum + f.count, 0)).toBe(first.total);
  });

  test('finds by text once indexed', async () => {
    await until(async () => (await ask('app.snapshot', {})).unindexed === 0);
    const [row] = (
      await ask('records.page', { filter: { type: ['malware'] }, sort: { by: 'name', dir: 'asc' }, limit: 1 })
    ).rows;
    if (row === undefined) throw new Error('no malware in the sample');
    const found = await ask('records.page', {
      filter: { text: row.name, type: ['malware'] },
      sort: { by: 'arrival', dir: 'asc' },
      limit: 100,
    });
    expect(found.rows.map((r) => r.id)).toContain(row.id);
  });

  test('opens a record and shows the exact bytes', async () => {
    const [row] = (
      await ask('records.page', {
        filter: { kind: ['object'], type: ['indicator'], tlp: ['none', 'clear', 'green', 'amber'] },
        sort: { by: 'arrival', dir: 'asc' },
        limit: 1,
      })
    ).rows;
    if (row === undefined) throw new Error('no indicator in the sample');
    const detail = await ask('records.detail', { key: row.key });
    expect(detail?.summary.sentences.length).toBeGreaterThan(0);
    const preview = await ask('records.preview', { key: row.key, destination: 'devo_demo' });
    const text = Buffer.from(preview.bytes, 'base64').toString('utf8');
    expect(preview.blocked).toBeNull();
    expect(text).toContain(' my.app.taxii.objects: ');
    expect(text).toContain(`"@devo_pulling_id":"${row.pullingId}"`);
    expect(await ask('records.detail', { key: 999_999_999 })).toBeNull();
  });

  test('writes what is selected to a private file of its own choice', async () => {
    const selection = { filter: { source: ['taxii_21'] } };
    const { records } = await ask('records.count', { selection });
    const plan = await ask('export.plan', { selection });
    expect(plan).toMatchObject({ total: records, folder: join(transport.demo.dataDir, 'exports') });
    for (const { format, records: promised, leftOut } of plan.formats) {
      expect(promised + leftOut.reduce((sum, left) => sum + left.records, 0)).toBe(records);
      const from = heard.length;
      await ask('export.start', { selection, format });
      const run = await until(
        () =>
          heard
            .slice(from)
            .map((event) => (event.name === 'export' ? event.data : null))
            .find((data) => data !== null && data.state !== 'running') ?? null,
      );
      expect(run).toMatchObject({
        state: 'done',
        format,
        done: records,
        total: records,
        written: promised,
        leftOut,
        failure: null,
      });
      expect(run.file.startsWith(plan.folder)).toBe(true);
      const { size, mode } = statSync(run.file);
      expect(size).toBe(run.bytes);
      expect(mode & 0o777).toBe(0o600);
      const text = readFileSync(run.file, 'utf8');
      if (format === 'stix') expect(JSON.parse(text).objects).toHaveLength(promised);
      if (format === 'jsonl') expect(text.trimEnd().split('\n')).toHaveLength(promised);
      for (const secret of transport.demo.config.secrets.values()) expect(text).not.toContain(secret);
    }
    const { run } = await ask('export.plan', { selection });
    expect(run?.state).toBe('done');
    const manifests = { filter: { kind: ['manifest' as const] } };
    expect((await refused('export.start', { selection: manifests, format: 'stix' })).code).toBe(
      'export.nothing',
    );
    const asked = { selection, format: 'csv', file: '/tmp/anywhere' };
    expect((await refused('export.start', asked)).code).toBe('call.invalid');
    await ask('export.cancel', {});
  });

  test('decides, undoes, plans, hands over', async () => {
    const filter = { type: ['malware'], kind: ['object' as const] };
    const { records } = await ask('records.count', { selection: { filter } });
    const decided = await ask('records.decide', {
      selection: { filter },
      decision: 'approved',
      reason: 'looked at',
    });
    expect(decided.changed).toBe(records);
    if (decided.undo === null) throw new Error('no undo');
    expect((await ask('records.lastUndo', {}))?.token).toBe(decided.undo);
    expect(await ask('records.undo', { token: decided.undo })).toEqual({ restored: records, skipped: 0 });
    await ask('records.decide', { selection: { filter }, decision: 'approved', reason: null });

    const [plan] = await ask('forward.plan', { exact: true });
    const blocked = plan?.blocked.reduce((sum, b) => sum + b.records, 0) ?? 0;
    expect((plan?.records ?? 0) + blocked).toBe(records);
    await ask('forward.start', { destinations: null });
    const [run] = await until(async () => {
      const runs = await ask('forward.list', { limit: 5 });
      return runs.length > 0 && runs[0]?.endedAt != null && runs;
    });
    expect(run).toMatchObject({ state: 'done', messages: plan?.records, bytes: plan?.bytes });
    expect(transport.demo.devo.total).toBe(plan?.records);
    expect(run?.linq[0]?.query).toContain(run?.pullingIds[0]);
    const handed = await ask('records.page', {
      filter: { delivery: ['handed_over'] },
      sort: { by: 'arrival', dir: 'asc' },
      limit: 1,
    });
    expect(handed.total).toBe(plan?.records);
  });

  test('checks a destination, sends a test event, lints a tag', async () => {
    const [destination] = (await ask('app.snapshot', {})).destinations;
    if (destination === undefined) throw new Error('no destination');
    expect(
      await ask('destinations.preflight', { settings: destination.settings, secrets: {} }),
    ).toMatchObject({ ok: true });
    const before = transport.demo.devo.total;
    expect(
      await ask('destinations.testEvent', { name: 'devo_demo', tag: 'my.app.sluice.test' }),
    ).toMatchObject({ ok: true });
    expect(transport.demo.devo.total).toBe(before + 1);
    expect(
      (await ask('destinations.lintTag', { tag: 'no spaces allowed' })).some((f) => f.level === 'error'),
    ).toBe(true);
  });

  test('adds a source, keeps its secret to itself, removes it', async () => {
    const [known] = (await ask('app.snapshot', {})).sources;
    if (known === undefined) throw new Error('no source');
    const settings = { ...known.settings, name: 'mine', id: '777' };
    expect(await ask('sources.save', { settings, previousName: null })).toMatchObject({
      origin: 'settings',
      secretsSet: [],
    });
    await ask('sources.setSecret', { name: 'mine', field: 'password', value: 'kept apart' });
    const snapshot = await ask('app.snapshot', {});
    expect(snapshot.sources.find((s) => s.settings.name === 'mine')?.secretsSet).toEqual(['password']);
    expect(JSON.stringify(snapshot)).not.toContain('kept apart');
    expect((await refused('sources.save', { settings, previousName: null })).code).toBe('source.name-taken');
    await ask('sources.pause', { name: 'mine', paused: true });
    await ask('sources.remove', { name: 'mine' });
    expect((await ask('app.snapshot', {})).sources.map((s) => s.settings.name)).not.toContain('mine');
  });

  test('keeps filters and the log', async () => {
    await ask('filters.save', { name: 'Malware', filter: { type: ['malware'] } });
    expect(await ask('filters.list', {})).toEqual([{ name: 'Malware', filter: { type: ['malware'] } }]);
    await ask('filters.remove', { name: 'Malware' });
    const lines = await ask('log.page', { limit: 500 });
    expect(lines.some((line) => line.message === 'Pull Started')).toBe(true);
    expect(lines.some((line) => line.message === 'The data is up to date!')).toBe(true);
  });

  test('every event was of the contract, numbered upwards', () => {
    expect(heard.length).toBeGreaterThan(3);
    for (const event of heard) (events[event.name] as z.ZodType).parse(event.data);
    const numbers = heard.map((event) => event.seq);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
