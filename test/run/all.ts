/** `npm test`: every suite, one after the other, then one line that counts. Nothing is left out in silence. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { electronBinary } from '../../main/node/electron-binary.ts';
import { NO_ANSWER } from './audit.ts';
import { type Outcome, readPlaywright, readVitest } from './reports.ts';
import { SUITES, type Suite } from './suites.ts';
import { prepareSystem } from './system-packages.ts';

const wanted = process.argv.slice(2);
const reports = mkdtempSync(join(tmpdir(), 'sluice-tests-'));
const total: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] };
const lines: string[] = [];
const notRun: string[] = [];

notRun.push(...prepareSystem());
for (const suite of SUITES) {
  if (wanted.length > 0 && !wanted.includes(suite.name.replaceAll(' ', '-'))) continue;
  process.stdout.write(`\n== ${suite.name}\n`);
  const started = performance.now();
  const outcome = await runSuite(suite);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += outcome[key];
  total.failures.push(...outcome.failures.map((failure) => `${suite.name}: ${failure}`));
  lines.push(
    `${outcome.failed > 0 ? 'FAILED' : outcome.passed > 0 ? 'ok    ' : 'none  '} ${suite.name.padEnd(12)} ${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped (${seconds} s)`,
  );
}
if (wanted.length === 0 && electronBinary() === null) {
  notRun.push(
    'the desktop specs in real Electron: its binary is not on this machine; they ran over the stand-in in test/electron.',
  );
}
rmSync(reports, { recursive: true, force: true });

// Last, where a log that was cut still has them.
if (total.failures.length > 0) process.stdout.write(`\nFailed:\n${total.failures.join('\n')}\n`);
process.stdout.write(`\n${lines.join('\n')}\n`);
for (const reason of notRun) process.stdout.write(`not run: ${reason}\n`);
total.skipped += notRun.length;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

async function runSuite(suite: Suite): Promise<Outcome> {
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
  const none: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] };
  if (suite.report === 'exit') {
    if (code === NO_ANSWER) notRun.push(`${suite.name}: it said why above.`);
    else if (code === 0) none.passed = 1;
    else none.failed = 1;
    return none;
  }
  const read = suite.report === 'vitest' ? readVitest : readPlaywright;
  const outcome = existsSync(report) ? read(report) : none;
  // A runner that failed without a failed test (a crash, no tests found) is a failure.
  if (code !== 0 && outcome.failed === 0) {
    outcome.failed = 1;
    outcome.failures.push(`the runner itself ended with ${code}`);
  }
  return outcome;
}
