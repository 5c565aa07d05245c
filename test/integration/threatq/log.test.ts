import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../main/engine/clock.ts';
import { runPull } from '../../../main/engine/pull/run-pull.ts';
import type { PullStatistics } from '../../../main/engine/sources/collector-lines.ts';
import { statisticsLine } from '../../../main/engine/sources/statistics-line.ts';
import { openStore } from '../../../main/engine/store/open-store.ts';
import type { Store } from '../../../main/engine/store/store.ts';
import { pullView } from '../../../main/engine/views.ts';
import type { ThreatqServer } from '../../../main/node/demo/threatq-server.ts';
import type { ThreatqSettings } from '../../../shared/settings-threatq.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import { PULLER_OUTPUT, SETUP_OUTPUT } from '../../fixtures/threatq-seed.ts';
import { START, startServer, threatqSource } from '../../servers/threatq-pulling.ts';

let dir: string;
let store: Store;
let server: ThreatqServer;
const memory = new Map<string, unknown>();

/** The collector made two events of the one in its log; nothing public says by what. */
const SOURCES = [{ name: 'Analyst' }, { name: 'Sensor' }];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sluice-threatq-'));
  store = openStore({ dir, clock: systemClock });
  server = await startServer({ typeNames: true });
  server.shelf.add({ id: 17653, type_id: 1, title: 'Invoice', sources: SOURCES }, START);
});
afterAll(async () => {
  store.close();
  await server.close();
  rmSync(dir, { recursive: true });
});

/** One pull with its log as the seed writes it: `LEVEL thread -> message`. */
async function pull(
  settings: Partial<ThreatqSettings> = { flatten: 'sources' },
  to = { store, memory },
): Promise<{ lines: string[]; view: PullRunView }> {
  const lines: string[] = [];
  const source = threatqSource(
    server.url,
    { name: 'threatquotient_data_puller', periodSeconds: 5, ...settings },
    to.memory,
  );
  const logAs = (thread: string) => {
    const at = (level: string) => (message: string) => void lines.push(`${level} ${thread} -> ${message}`);
    return { debug: at('DEBUG'), info: at('INFO'), warning: at('WARNING'), error: at('ERROR') };
  };
  const { view } = await runPull({
    source,
    store: to.store,
    clock: systemClock,
    logAs,
    signal: new AbortController().signal,
    onProgress: () => {},
    periodSeconds: 5,
  });
  await source.close();
  return { lines, view };
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
    const { lines, view } = await pull();
    expect(of(lines, SETUP)).toEqual(SETUP_OUTPUT.map(timeless));
    expect(of(lines, PULLER)).toEqual(PULLER_OUTPUT.map(timeless));
    expect(lines).toHaveLength(SETUP_OUTPUT.length + PULLER_OUTPUT.length);
    const average = Number(/second: ([\d.e-]+)\.$/.exec(view.statistics ?? '')?.[1]);
    const seconds = ((view.endedAt ?? 0) - view.startedAt) / 1000;
    // Both events count, as 2 in 0.479 seconds do there.
    expect(Math.abs(2 / average - seconds)).toBeLessThan(0.05);
    expect(view.statistics).toMatch(
      /^Statistics for this pull cycle \(@devo_pulling_id=\d{10}\.\d{3}000\): Number of requests performed: 2; Number of events received: 1;/,
    );
  });

  it('keeps the numbers in the history, whatever the source is set to later', () => {
    const [run] = store.pulls.list({ limit: 1 });
    const words = {
      tagsOf: () => [],
      linqOf: () => [],
      statisticsLine: (_: string, of: PullStatistics) => statisticsLine('threatq', of),
    };
    expect(run).toMatchObject({ stored: 1, generated: 2 });
    expect(run === undefined ? null : pullView(run, words).statistics).toContain(
      'sent: 2 (from 1 unflattened events)',
    );
  });

  it('makes one event of one when nothing is flattened, and of a list with a single element', async () => {
    for (const settings of [{}, { flatten: 'attributes' }] as const) {
      const other = openStore({ dir: mkdtempSync(join(dir, 'other-')), clock: systemClock });
      const { view } = await pull(settings, { store: other, memory: new Map() });
      other.close();
      expect(view.statistics).toContain('Number of events generated and sent: 1 (from 1 unflattened events)');
    }
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
