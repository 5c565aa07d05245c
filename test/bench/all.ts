/** `npm run bench`: everything of QUALITY's table that runs without a window, beside its own floor. */
import { loadavg } from 'node:os';
import { cewlBench } from './cewl-bench.ts';
import { deliverBench } from './deliver-bench.ts';
import { pullBench, pullGrowthBench } from './pull-bench.ts';
import { missedGoals, row } from './report.ts';
import { readingBench } from './store-bench.ts';
import { tablesBench } from './tables-bench.ts';

const load = loadavg()[0] ?? 0;
if (load > 0.7)
  console.log(
    `The machine is busy (load ${load.toFixed(1)}): the ratios will be worse than they are on a quiet one.`,
  );
await pullBench();
const delivered = await deliverBench();
row('deliver 100,000 records over TLS, confirmed', {
  ours: delivered.oursMs,
  floor: delivered.floorMs,
  goal: 2.5,
  ok: delivered.complete,
});
row('  peak memory MB', { value: delivered.peakMb, goal: 150 });
await pullGrowthBench();
await cewlBench();
readingBench();
tablesBench();
process.exitCode = missedGoals() === 0 ? 0 : 1;
