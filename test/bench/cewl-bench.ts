/** CTCI's list (QUALITY, "Speed"): 250,000 rows beside GET + JSON.parse, and again after 3 changed, 2 new and 1 removed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measured, server } from './child.ts';
import { median, row } from './report.ts';

const ROWS = 250_000;
const CHANGES = 6;

/** The list changes. Not over a connection kept from before: it has died of old age while a run was measured. */
async function turn(url: string): Promise<void> {
  await fetch(`${url}/turn`, { headers: { connection: 'close' } });
}

export async function cewlBench(rounds = 3): Promise<void> {
  const { url, stop } = await server('cewl-server.ts', [String(ROWS)]);
  const floors: number[] = [];
  const first: Record<string, number>[] = [];
  const second: Record<string, number>[] = [];
  try {
    measured('cewl-run.ts', ['floor', url]);
    for (let round = 0; round < rounds; round++) {
      const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
      try {
        floors.push(measured('cewl-run.ts', ['floor', url]).ms ?? 0);
        first.push(measured('cewl-run.ts', ['ours', url, dir]));
        await turn(url);
        second.push(measured('cewl-run.ts', ['ours', url, dir]));
        await turn(url);
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    }
  } finally {
    stop();
  }
  const floor = median(floors);
  const of = (runs: Record<string, number>[], name: string): number =>
    median(runs.map((run) => run[name] ?? 0));
  const table = (name: string, runs: Record<string, number>[], goal: number, stored: number): void => {
    const ok = runs.every((run) => run.complete === 1 && run.stored === stored);
    row(name, { ours: of(runs, 'ms'), floor, goal, ok });
    row('  peak memory MB', { value: of(runs, 'peakMb'), goal: 250 });
    row('  longest turn of the event loop', { value: of(runs, 'turnMs'), goal: 30, unit: ' ms' });
  };
  table('pull 250,000 CEWL rows, stored', first, 4, ROWS);
  table('pull them again: 3 changed, 2 new, 1 gone', second, 2, CHANGES);
}

if (process.argv[1] === import.meta.filename) await cewlBench();
