/**
 * Stage to wire (QUALITY, "Speed"): 100,000 approved records from the store over mutual TLS to a receiver in another process, confirmed;
 * beside its floor, node:tls writing the same bytes from one ready buffer. `node test/bench/deliver-bench.ts [COUNT] [ROUNDS]`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDevoCertificates, writeClientFiles } from '../../main/node/demo/certificates.ts';
import { ENGINE_FLAGS } from '../../main/node/engine-host.ts';

export interface DeliverResult {
  records: number;
  bytes: number;
  floorMs: number;
  oursMs: number;
  ratio: number;
  peakMb: number;
  /** Every round's bytes were all received, and what was sent is what the floor sent. */
  complete: boolean;
}

const GOAL_RATIO = 2.5;
const GOAL_PEAK_MB = 150;

/** Runs the bench and answers medians. Throws when anything was lost on the way. */
export async function deliverBench(count = 100_000, rounds = 9): Promise<DeliverResult> {
  const root = mkdtempSync(join(tmpdir(), 'sluice-deliver-'));
  const made = join(root, 'made');
  const certificates = makeDevoCertificates('bench');
  writeClientFiles(certificates, made, 'bench');
  writeFileSync(join(root, 'certificates.json'), JSON.stringify(certificates));
  const sink = await startSink(join(root, 'certificates.json'));
  try {
    const { bytes } = child('prepare', made, 0, count);
    const floor: number[] = [];
    const ours: number[] = [];
    const peak: number[] = [];
    let complete = true;
    for (let round = 0; round < rounds; round++) {
      const dir = join(root, `round-${round}`);
      cpSync(made, dir, { recursive: true });
      // The copy's own dirty pages must not be written in the run's first fsync.
      execFileSync('sync');
      const start = sink.received();
      floor.push(child('floor', dir, sink.port, count).ms ?? 0);
      complete &&= await until(() => sink.received() - start === bytes);
      const before = sink.received();
      const run = child('ours', dir, sink.port, count);
      ours.push(run.ms ?? 0);
      peak.push(run.peakMb ?? 0);
      complete &&= run.bytes === bytes && run.messages === count && run.queued === 0;
      complete &&= await until(() => sink.received() - before === bytes);
      rmSync(dir, { recursive: true });
    }
    const [floorMs, oursMs] = [median(floor), median(ours)];
    const records = count;
    return {
      records,
      bytes: bytes ?? 0,
      floorMs,
      oursMs,
      ratio: oursMs / floorMs,
      peakMb: median(peak),
      complete,
    };
  } finally {
    sink.process.kill();
    rmSync(root, { recursive: true, force: true });
  }
}

/** One line for the bench's table. */
export function deliverLine(r: DeliverResult): string {
  const good = r.complete && r.ratio <= GOAL_RATIO && r.peakMb <= GOAL_PEAK_MB;
  return `deliver ${r.records} records (${(r.bytes / 1e6).toFixed(0)} MB): floor ${r.floorMs.toFixed(0)} ms, ours ${r.oursMs.toFixed(0)} ms, ratio ${r.ratio.toFixed(2)} (goal ≤ ${GOAL_RATIO}), peak memory ${r.peakMb.toFixed(0)} MB (goal ≤ ${GOAL_PEAK_MB}), ${r.complete ? 'complete' : 'INCOMPLETE'}: ${good ? 'reached' : 'missed'}`;
}

/** With the flags that the engine's own process runs with. */
function child(mode: string, dir: string, port: number, count: number): Record<string, number> {
  const script = join(import.meta.dirname, 'deliver-run.ts');
  const out = execFileSync(
    process.execPath,
    [...ENGINE_FLAGS, script, mode, dir, String(port), String(count)],
    {
      encoding: 'utf8',
    },
  );
  return JSON.parse(out.trim().split('\n').at(-1) ?? '{}') as Record<string, number>;
}

async function startSink(
  certificates: string,
): Promise<{ port: number; process: ChildProcess; received: () => number }> {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'deliver-sink.ts'), certificates], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  started.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  if (!(await until(() => output.includes('\n')))) throw new Error('The receiver did not start.');
  return {
    port: Number(/port (\d+)/.exec(output)?.[1]),
    process: started,
    received: () => [...output.matchAll(/received (\d+)\n/g)].reduce((sum, m) => sum + Number(m[1]), 0),
  };
}

async function until(done: () => boolean): Promise<boolean> {
  for (let i = 0; i < 500 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  return done();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

if (process.argv[1] === import.meta.filename) {
  const [count, rounds] = process.argv.slice(2).map(Number);
  console.log(deliverLine(await deliverBench(count, rounds)));
}
