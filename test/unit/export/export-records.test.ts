import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportTarget } from '../../../main/engine/export/export-file.ts';
import { exportRecords } from '../../../main/engine/export/export-records.ts';
import { planFormats } from '../../../main/engine/export/left-out.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import type { Selection } from '../../../shared/records.ts';
import type { ExportFormat } from '../../../shared/views/export.ts';
import { draft, FEED, pulling, stixId, temporaryStore } from '../store/store-fixture.ts';

const PROBLEM = { code: 'json.malformed', message: 'The text is not valid JSON.', at: null };
const EVERYTHING = { filter: {} };

class Memory implements ExportTarget {
  readonly chunks: Buffer[] = [];
  state: 'open' | 'finished' | 'discarded' = 'open';
  async write(bytes: Buffer): Promise<void> {
    this.chunks.push(bytes);
  }
  async finish(): Promise<void> {
    this.state = 'finished';
  }
  async discard(): Promise<void> {
    this.state = 'discarded';
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

async function exported(store: Store, format: ExportFormat, selection: Selection = EVERYTHING) {
  const { keys, groups } = store.records.settle(selection);
  const target = new Memory();
  const tally = await exportRecords({
    records: store.records,
    keys,
    format,
    target,
    signal: new AbortController().signal,
  });
  expect(target.state).toBe('finished');
  expect(tally.bytes).toBe(Buffer.concat(target.chunks).length);
  // What was promised before is what was written.
  const planned = planFormats(groups).find((plan) => plan.format === format);
  expect({ records: tally.written, leftOut: tally.leftOut }).toEqual({
    records: planned?.records,
    leftOut: planned?.leftOut,
  });
  return { ...tally, text: target.text };
}

/** Objects with odd but valid text, a manifest entry, a CEWL row, an event, and a record that could not be read. */
function mixed(texts: readonly string[]): Store {
  const store = temporaryStore();
  const objects = texts.map((raw, n) => draft({ id: stixId(n), raw: Buffer.from(raw) }));
  pulling(store).page([
    ...objects,
    draft({ id: stixId(9000), raw: Buffer.from('{"broken'), problems: [PROBLEM] }),
  ]);
  for (const kind of ['manifest', 'cewl', 'event'] as const) {
    const feed = { ...FEED, kind, collection: kind };
    pulling(store, kind, feed).page([draft({ id: `${kind}-1`, raw: Buffer.from(`{"kind":"${kind}"}`) })]);
  }
  return store;
}

const TEXTS = [
  '{"type":"indicator", "id":"a","x_big":12345678901234567890,"x":1.0,"n":"H\\u00f6st \\"=1\\""}',
  '{\n  "type": "malware",\r\n  "id": "b"\n}',
  '{"id":"c","name":"日本語 \u2028"}',
];

describe('a STIX bundle', () => {
  it('holds every object without problems byte for byte, and says what it leaves out', async () => {
    const { text, written, done, leftOut } = await exported(mixed(TEXTS), 'stix');
    expect(text).toMatch(
      /^\{"type":"bundle","id":"bundle--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}","objects":\[/,
    );
    expect(JSON.parse(text).objects).toEqual(TEXTS.map((raw) => JSON.parse(raw)));
    expect(text.endsWith(`[\n${TEXTS.join(',\n')}\n]}\n`)).toBe(true);
    expect({ written, done }).toEqual({ written: 3, done: 7 });
    expect(leftOut).toEqual([
      { reason: 'manifest', records: 1 },
      { reason: 'cewl', records: 1 },
      { reason: 'event', records: 1 },
      { reason: 'problem', records: 1 },
    ]);
  });

  it('has no list at all where it holds nothing, and another id each time', async () => {
    const store = mixed([]);
    const [one, two] = [await exported(store, 'stix'), await exported(store, 'stix')];
    expect(Object.keys(JSON.parse(one.text))).toEqual(['type', 'id']);
    expect(JSON.parse(one.text).id).not.toBe(JSON.parse(two.text).id);
  });

  it('is the store’s own texts in order of arrival, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.json({ maxDepth: 3 }), { maxLength: 600, size: 'max' }),
        async (values) => {
          const texts = values.map((value, n) => `{"n":${n}, "v":${value}}`);
          const store = temporaryStore();
          pulling(store).page(texts.map((raw, n) => draft({ id: stixId(n), raw: Buffer.from(raw) })));
          const { text } = await exported(store, 'stix');
          if (texts.length > 0) expect(text.endsWith(`[\n${texts.join(',\n')}\n]}\n`)).toBe(true);
          expect(JSON.parse(text).objects ?? []).toEqual(texts.map((raw) => JSON.parse(raw)));
          store.close();
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('JSON lines', () => {
  it('have one line a record of every kind, line breaks between tokens as spaces', async () => {
    const { text, leftOut } = await exported(mixed(TEXTS), 'jsonl');
    const lines = text.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      ...TEXTS.map((raw) => JSON.parse(raw)),
      { kind: 'manifest' },
      { kind: 'cewl' },
      { kind: 'event' },
    ]);
    expect(text).not.toContain('\r');
    expect(lines[0]).toBe(TEXTS[0]);
    expect(leftOut).toEqual([{ reason: 'problem', records: 1 }]);
  });
});

describe('CSV', () => {
  it('has a line for every record, those with problems too', async () => {
    const { text, written, leftOut } = await exported(mixed(TEXTS), 'csv');
    expect(text.split('\r\n')).toHaveLength(7 + 2);
    expect({ written, leftOut }).toEqual({ written: 7, leftOut: [] });
  });

  it('calls relationships by the names of what they join, as the table does', async () => {
    const store = temporaryStore();
    const [a, b] = [stixId(1), stixId(2, 'malware')];
    pulling(store).page([
      draft({ id: a, name: 'Host' }),
      draft({ id: b, name: 'Emotet' }),
      draft({ id: stixId(3, 'relationship'), name: `${a} indicates ${b}` }),
    ]);
    while (store.indexSome(1000) > 0);
    expect((await exported(store, 'csv')).text).toContain('"Host indicates Emotet"');
  });
});

describe('an export', () => {
  it('is of what was selected when it began: keys, or a filter less some', async () => {
    const store = mixed(TEXTS);
    expect((await exported(store, 'jsonl', { keys: [3, 1, 1, 999] })).text).toBe(
      `${TEXTS[0]}\n${TEXTS[2]}\n`,
    );
    const staged: Selection = { filter: { decision: ['staged'], kind: ['object'] }, except: [1] };
    const { keys } = store.records.settle(staged);
    store.decisions.decide({ filter: {} }, 'approved', null, 1);
    expect([...keys]).toEqual([2, 3, 4]);
    expect((await exported(store, 'stix', staged)).written).toBe(0);
  });

  it('leaves out texts that were removed, from what is one text a record', async () => {
    const store = mixed(TEXTS);
    store.decisions.decide({ keys: [2] }, 'rejected', null, 1);
    store.retention.removeSome({ rejected: 10, handedOver: null }, 1000);
    expect((await exported(store, 'stix')).leftOut).toContainEqual({ reason: 'removed', records: 1 });
    expect((await exported(store, 'jsonl')).leftOut).toContainEqual({ reason: 'removed', records: 1 });
    expect((await exported(store, 'csv')).leftOut).toEqual([]);
  });

  it('is never in memory whole: the first pieces are written while the last are unread', async () => {
    const store = temporaryStore();
    const { page } = pulling(store);
    const raw = Buffer.from(`{"x":"${'x'.repeat(20_000)}"}`);
    page(Array.from({ length: 400 }, (_, n) => draft({ id: stixId(n), raw })));
    const target = new Memory();
    await exportRecords({
      records: store.records,
      keys: store.records.settle(EVERYTHING).keys,
      format: 'jsonl',
      target,
      signal: new AbortController().signal,
    });
    expect(Math.max(...target.chunks.map((chunk) => chunk.length))).toBeLessThan(300_000);
    expect(target.chunks.length).toBeGreaterThan(20);
  });

  it('that is cancelled on its way, or whose target fails, leaves nothing', async () => {
    const store = mixed(TEXTS);
    const { page } = pulling(store, 'more');
    page(Array.from({ length: 1000 }, (_, n) => draft({ id: stixId(20_000 + n) })));
    const { keys } = store.records.settle(EVERYTHING);
    const controller = new AbortController();
    const cancelled = new Memory();
    let told = 0;
    const job = { records: store.records, keys, format: 'jsonl' as const };
    await expect(
      exportRecords({
        ...job,
        target: cancelled,
        signal: controller.signal,
        onProgress: ({ done }) => {
          told = done;
          controller.abort(new Error('enough'));
        },
      }),
    ).rejects.toThrow('enough');
    expect(told).toBeLessThan(keys.length);
    expect(cancelled.state).toBe('discarded');

    const failing = new Memory();
    failing.write = () => Promise.reject(new Error('no room'));
    await expect(
      exportRecords({ ...job, target: failing, signal: new AbortController().signal }),
    ).rejects.toThrow('no room');
    expect(failing.state).toBe('discarded');
  });
});
