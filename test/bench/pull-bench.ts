/** Pulling (QUALITY, "Speed"): real objects beside GET + JSON.parse, and growth from 100,000 to 1,000,000 generated ones. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measured, server } from './child.ts';
import { median, row } from './report.ts';

const HERE = import.meta.dirname;
const REAL = join(HERE, '../../../shared/data/stix/21-enterprise.ndjson.gz');

function run(mode: 'floor' | 'ours', url: string): Record<string, number> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    return measured('pull-run.ts', [mode, url, dir]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** 24,771 real objects where they are at hand, as many generated ones elsewhere. Medians of `rounds`. */
export async function pullBench(rounds = 9): Promise<void> {
  const real = existsSync(REAL);
  const { url, stop } = real
    ? await server('../servers/taxii-ndjson.ts', ['--version', '2.1', '--port', '0', '--file', REAL])
    : await server('many-server.ts', ['24771']);
  try {
    const floors: number[] = [];
    const stored: number[] = [];
    const searchable: number[] = [];
    const peaks: number[] = [];
    let objects = 0;
    let complete = true;
    run('floor', url);
    for (let round = 0; round < rounds; round++) {
      floors.push(run('floor', url).ms ?? 0);
      const ours = run('ours', url);
      stored.push(ours.ms ?? 0);
      searchable.push(ours.searchableMs ?? 0);
      peaks.push(ours.peakMb ?? 0);
      objects = ours.objects ?? 0;
      complete &&= ours.complete === 1;
    }
    const floor = median(floors);
    const name = `pull ${objects.toLocaleString('en-US')} ${real ? 'real' : 'generated'} objects`;
    row(`${name}, stored`, { ours: median(stored), floor, goal: 2, ok: complete });
    row(`${name}, searchable`, { ours: median(searchable), floor, goal: 3, ok: complete });
    row(`${name}, peak memory MB`, { value: median(peaks), goal: 200 });
  } finally {
    stop();
  }
}

/** Time grows with the number of records, memory does not. */
export async function pullGrowthBench(): Promise<void> {
  const at = async (count: number): Promise<Record<string, number>> => {
    const { url, stop } = await server('many-server.ts', [String(count)]);
    try {
      return run('ours', url);
    } finally {
      stop();
    }
  };
  const small = await at(100_000);
  const large = await at(1_000_000);
  row('pull 1,000,000 records, beside 100,000', {
    ours: large.ms ?? 0,
    floor: small.ms ?? 1,
    goal: 10.5,
    ok: large.objects === 1_000_000,
  });
  row('  searchable, beside 100,000', {
    ours: large.searchableMs ?? 0,
    floor: small.searchableMs ?? 1,
    goal: 10.5,
    ok: true,
  });
  row('  peak memory MB', { value: large.peakMb ?? 0, goal: 250 });
}

if (process.argv[1] === import.meta.filename) {
  await pullBench();
  if (process.argv.includes('--growth')) await pullGrowthBench();
}
