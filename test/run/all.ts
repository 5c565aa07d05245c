/** `npm test`: every suite, one after the other, then one line that counts. Nothing is left out in silence. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronBinary } from '../../main/node/electron-binary.ts';
import { NO_ANSWER } from './audit.ts';
import { SUITES, type Suite } from './suites.ts';
import { prepareSystem } from './system-packages.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const wanted = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'sluice-tests-'));
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
const notRun: string[] = [];

notRun.push(...prepareSystem());
for (const suite of SUITES) {
  if (wanted.length > 0 && !wanted.includes(suite.name.replaceAll(' ', '-'))) continue;
  process.stdout.write(`\n== ${suite.name}\n`);
  const started = performance.now();
  const counts = await runSuite(suite);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
  lines.push(
    `${counts.failed > 0 ? 'FAILED' : counts.passed > 0 ? 'ok    ' : 'none  '} ${suite.name.padEnd(12)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${seconds} s)`,
  );
}
if (wanted.length === 0 && electronBinary() === null) {
  notRun.push(
    'the desktop specs in real Electron: its binary is not on this machine; they ran over the stand-in in test/electron.',
  );
}
rmSync(reports, { recursive: true, force: true });

process.stdout.write(`\n${lines.join('\n')}\n`);
for (const reason of notRun) process.stdout.write(`not run: ${reason}\n`);
total.skipped += notRun.length;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function runSuite(suite: Suite): Promise<Counts> {
  const report = join(reports, `${suite.name.replaceAll(' ', '-')}.json`);
  const args =
    suite.report === 'vitest' ? [...suite.run.args, `--outputFile.json=${report}`] : suite.run.args;
  const env = { ...process.env, ...suite.run.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const code = await new Promise<number>((resolve) => {
    const child = spawn(suite.run.program, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
    child.once('error', (error) => {
      process.stdout.write(`${suite.run.program}: ${error.message}\n`);
      resolve(1);
    });
    child.once('exit', (status) => resolve(status ?? 1));
  });
  if (suite.report === 'exit' && code === NO_ANSWER) {
    notRun.push(`${suite.name}: it said why above.`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  if (suite.report === 'exit') return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  const counts = existsSync(report)
    ? countReport(suite.report, report)
    : { passed: 0, failed: 0, skipped: 0 };
  // A runner that failed without a failed test (a crash, no tests found) is a failure.
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function countReport(kind: 'vitest' | 'playwright', file: string): Counts {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number> & {
    stats?: Record<string, number>;
  };
  if (kind === 'vitest') {
    const skipped = (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0);
    return { passed: report.numPassedTests ?? 0, failed: report.numFailedTests ?? 0, skipped };
  }
  const stats = report.stats ?? {};
  return {
    passed: (stats.expected ?? 0) + (stats.flaky ?? 0),
    failed: stats.unexpected ?? 0,
    skipped: stats.skipped ?? 0,
  };
}
