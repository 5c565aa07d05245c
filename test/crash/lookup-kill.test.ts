import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../main/engine/clock.ts';
import { openStore } from '../../main/engine/store/open-store.ts';
import type { Store } from '../../main/engine/store/store.ts';
import { DevoEndpoint } from '../../main/node/demo/devo-endpoint.ts';
import type { HeldLookup } from '../../main/node/demo/lookup-table.ts';
import { LookupsServer } from '../../main/node/demo/lookups-server.ts';
import { jsonLines, sluice, start } from '../integration/cli/command.ts';
import { type Lab, openLab, TOKEN, taxiiInput } from '../integration/cli/lab.ts';
import { type StoredRow, storeRows } from '../servers/cewl-store.ts';
import { seeded, wait } from './random.ts';
import { openWire, type Wire } from './wire.ts';

const ROUNDS = 40;
/** Rows of the table, and rows that change between two hand-overs. */
const ROWS = 120;
const CHANGES = 60;
const COLUMNS = ['cve', { name: 'seq', type: 'INT8' }, 'note'];

let lab: Lab;
let api: LookupsServer;
let devo: DevoEndpoint;
/** Carries the messages, unless it is cut or stands still. */
let wire: Wire;
let config: string;
/** Held as the API's lookup and as the messages' lookup. */
const lookups: { output: string; held: () => HeldLookup | null }[] = [
  { output: 'cewl_api', held: () => api.held('acme', 'CEWL') },
  { output: 'cewl_messages', held: () => devo.lookups.held.get('CEWL') ?? null },
];

beforeAll(async () => {
  lab = openLab();
  api = await LookupsServer.start({ token: TOKEN, jobMs: 60 });
  devo = await DevoEndpoint.start({ certificates: lab.certificates });
  wire = await openWire(devo.ports.syslog);
  const common = { columns: COLUMNS, batch_records: 25 };
  config = lab.config({
    outputs: {
      cewl_api: {
        type: 'devo_lookup',
        config: { ...common, base_url: api.url, domain: 'acme', token: TOKEN, job_poll_in_seconds: 0.05 },
      },
      cewl_messages: {
        type: 'devo_lookup',
        config: {
          ...common,
          mode: 'legacy',
          address: 'localhost',
          port: wire.port,
          chain: 'certs/chain.crt',
          cert: 'certs/demo.crt',
          key: 'certs/demo.key',
          pause_in_seconds: 0.06,
        },
      },
    },
    inputs: { feed: taxiiInput('http://127.0.0.1:9/') },
  });
});
afterAll(async () => {
  await Promise.all([api.close(), wire.close(), devo.close()]);
  lab.close();
});

function inStore<T>(work: (store: Store) => T): T {
  const store = openStore({ dir: lab.data, clock: systemClock });
  try {
    return work(store);
  } finally {
    store.close();
  }
}

/** What each row is now, by id: its number, and whether it is gone. */
const truth = new Map<string, { version: number; seq: number; gone: boolean }>();
let seq = 0;

/** Changes, adds and removes rows as pulls would, and approves them. */
function change(random: () => number): void {
  const rows: StoredRow[] = [];
  for (let n = 0; n < CHANGES; n++) {
    const id = `CVE-${Math.floor(random() * ROWS)}`;
    if (rows.some((row) => row.id === id)) continue;
    const before = truth.get(id);
    const gone = before !== undefined && !before.gone && random() < 0.3;
    const now = { version: (before?.version ?? 0) + 1, seq: ++seq, gone };
    truth.set(id, now);
    const raw = `{"cve":"${id}","seq":${now.seq},"note":"a \\"b\\",\\n\\\\n ${'x'.repeat(400)}"}`;
    const was = before === undefined || before.gone ? 'new' : 'changed';
    rows.push({ id, version: now.version, change: gone ? 'gone' : was, raw });
  }
  inStore((store) => {
    storeRows(store, 'feed', rows);
    store.decisions.decide({ filter: { decision: ['staged'] } }, 'approved', null, Date.now());
  });
}

interface Row {
  cve: string;
  seq: number;
}

/** Rows that the store believes to be handed over although the lookup does not hold them, or nothing newer. */
function believedWrongly(output: string, held: HeldLookup | null): string[] {
  const newest = new Map<string, { seq: number; gone: boolean }>();
  inStore((store) => {
    const route = { destination: output, sources: ['feed'], kinds: ['cewl'], maxTlp: 'red' } as const;
    for (const { raw } of store.tables.heldRecords(route)) {
      const { cve, seq: number } = JSON.parse(raw.toString('utf8')) as Row;
      newest.set(cve, { seq: number, gone: false });
    }
    // Deletes that it has taken: those rows it does not hold.
    for (const { row, raw } of store.records.iterate(
      { filter: { delivery: ['handed_over'] } },
      { raw: true },
    )) {
      const { cve, seq: number } = JSON.parse(raw?.toString('utf8') ?? '{}') as Row;
      if (!row.revoked || number < (newest.get(cve)?.seq ?? 0)) continue;
      const taken = store.records.get(row.key)?.deliveries.find((d) => d.destination === output);
      if (taken?.state === 'handed_over') newest.set(cve, { seq: number, gone: true });
    }
  });
  const wrong: string[] = [];
  for (const [cve, { seq: number, gone }] of newest) {
    const cells = held?.rows.get(cve);
    const there = cells === undefined ? null : Number(cells[1]);
    const now = truth.get(cve);
    // What was on its way when the process died may have arrived: then the lookup is ahead of the store.
    const ahead = now !== undefined && now.seq > number && (there === null ? true : there > number);
    if (!ahead && there !== (gone ? null : number))
      wrong.push(`${output} ${cve}: ${number} believed, ${there} there`);
  }
  return wrong;
}

const rowsOf = (held: HeldLookup | null) =>
  Object.fromEntries([...(held?.rows ?? [])].map(([cve, cells]) => [cve, Number(cells[1])]));

test(`a hand-over to lookups killed ${ROUNDS} times never believes what is not so, and ends exactly right`, async () => {
  const random = seeded('lookup');
  let killed = 0;
  let between = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    change(random);
    const trouble = random();
    if (trouble < 0.1) api.trouble.failJob = 'Not this time.';
    else if (trouble < 0.2) api.trouble.dropAfterUpload = true;
    else if (trouble < 0.3) api.trouble.loseJob = true;
    const uploads = api.uploads;
    const complete = devo.lookups.uploads;
    const began = devo.total;
    const running = start(['forward', '--config', config, '--data', lab.data]);
    await Promise.race([running.until('Starting thread'), running.ended]);
    const trip = random();
    if (trip < 0.25) wire.cutAfter(Math.floor(random() * 20_000));
    else if (trip < 0.5) setTimeout(() => wire.stall(true), random() * 300);
    await wait(random() * 900);
    running.child.kill('SIGKILL');
    const ran = await running.ended;
    if (ran.signal === 'SIGKILL') {
      killed += 1;
      if (api.uploads > uploads || (devo.total > began && devo.lookups.uploads === complete)) between += 1;
    }
    for (const { output, held } of lookups) expect(believedWrongly(output, held())).toEqual([]);
    wire.cutAfter(null);
    wire.stall(false);
  }
  expect(killed).toBeGreaterThan(ROUNDS / 2);
  expect(between).toBeGreaterThan(ROUNDS / 4);

  api.trouble = {};
  await wait(300);
  wire.stall(false);
  await api.settled();
  const last = await sluice(['forward', '--config', config, '--data', lab.data, '--retry-failed', '--json']);
  expect(last.code, last.stderr).toBe(0);
  expect(jsonLines(last)).toMatchObject([
    { queued: 0, failed: 0, error: null },
    { queued: 0, failed: 0, error: null },
  ]);
  const expected = Object.fromEntries(
    [...truth].filter(([, { gone }]) => !gone).map(([cve, { seq: number }]) => [cve, number]),
  );
  for (const { held } of lookups) expect(rowsOf(held())).toEqual(expected);
  expect(devo.lookups.errors).toEqual([]);
  process.stdout.write(
    `lookups: killed ${killed} of ${ROUNDS}, ${between} between upload and job end or START and END; ${api.uploads} uploads, ${devo.lookups.uploads} by messages, ${Object.keys(expected).length} rows at the end\n`,
  );
}, 240_000);
