import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import { runPull } from '../../../main/engine/pull/run-pull.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import type { ThreatqServer } from '../../../main/node/demo/threatq-server.ts';
import { PULLER_OUTPUT, SETUP_OUTPUT } from '../../fixtures/threatq-seed.ts';
import { START, startServer, threatqSource } from '../../servers/threatq-pulling.ts';

let dir: string;
let store: Store;
let server: ThreatqServer;
const memory = new Map<string, unknown>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-threatq-'));
  store = openStore({ dir, clock: systemClock });
  server = await startServer({ typeNames: true });
  server.shelf.add({ id: 17653, type_id: 1, title: 'Invoice', sources: [] }, START);
});
afterAll(async () => {
  store.close();
  await server.close();
  rmSync(dir, { recursive: true });
});

/** One pull with its log as the seed writes it: `LEVEL thread -> message`. */
async function pull(): Promise<{ lines: string[]; statistics: string | null }> {
  const lines: string[] = [];
  const source = threatqSource(server.url, { name: 'threatquotient_data_puller', periodSeconds: 5 }, memory);
  const logAs = (thread: string) => {
    const at = (level: string) => (message: string) => void lines.push(`${level} ${thread} -> ${message}`);
    return { debug: at('DEBUG'), info: at('INFO'), warning: at('WARNING'), error: at('ERROR') };
  };
  const { view } = await runPull({
    source,
    store,
    clock: systemClock,
    logAs,
    signal: new AbortController().signal,
    onProgress: () => {},
    periodSeconds: 5,
  });
  await source.close();
  return { lines, statistics: view.statistics };
}

/** Without what differs from run to run: times, durations, the server's address. */
function timeless(line: string): string {
  return line
    .replaceAll(server.url, '(...)')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00/, 'TIME')
    .replace(/(@devo_pulling_id=)\d{10}\.\d{6}/, '$1TIME')
    .replace(/('last_polled_time': )\d{10}(\.\d{1,6})?/, '$1TIME')
    .replace(/(Average of events per second: )[\d.e-]+\.$/, '$1N.')
    .replace(/(Elapsed time: )\d+\.\d{3}( seconds. Waiting for )\d\.\d{3}/, '$1N$2N');
}
const of = (lines: readonly string[], thread: RegExp): string[] =>
  lines.filter((line) => thread.test(line)).map(timeless);
const SETUP = /^[A-Z]+ (ThreatQuotientDataPullerSetup\(|MainThread -> \[SETUP\])/;
const PULLER = /^[A-Z]+ (ThreatQuotientDataPuller\(|MainThread -> \[INPUT\])/;

describe("a run's log", () => {
  it("matches the collector's successful run line for line", async () => {
    const { lines, statistics } = await pull();
    expect(of(lines, SETUP)).toEqual(SETUP_OUTPUT.map(timeless));
    // The collector made two events of one there; nothing is flattened here.
    const seed = PULLER_OUTPUT.map((line) => line.replace('sent: 2 (from 1', 'sent: 1 (from 1'));
    expect(of(lines, PULLER)).toEqual(seed.map(timeless));
    expect(lines).toHaveLength(SETUP_OUTPUT.length + PULLER_OUTPUT.length);
    expect(statistics).toMatch(
      /^Statistics for this pull cycle \(@devo_pulling_id=\d{10}\.\d{3}000\): Number of requests performed: 2; Number of events received: 1;/,
    );
  });

  it('has no setup while the token is good, and counts what came again', async () => {
    const { lines } = await pull();
    expect(of(lines, SETUP)).toEqual([]);
    expect(lines.join('\n')).toContain(
      'Number of events received: 1; Number of duplicated events filtered out: 1; ',
    );
    expect(of(lines, PULLER)[0]).toContain('Pull Started. Retrieving timestamp: TIME');
  });
});
