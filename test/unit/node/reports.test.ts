import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlaywright, readVitest } from '../../run/reports.ts';

/** `npm test` repeats what failed at its end: these are the runners' own shapes, cut down to what is read. */
function report(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-report-')), 'report.json');
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const here = (path: string) => join(process.cwd(), path);

describe('what a runner reported', () => {
  it('names the failed tests of vitest, and a file that could not be loaded', () => {
    const file = report({
      numPassedTests: 4,
      numFailedTests: 1,
      numPendingTests: 2,
      testResults: [
        {
          name: here('test/unit/a.test.ts'),
          status: 'failed',
          assertionResults: [
            { status: 'passed', fullName: 'a holds' },
            {
              status: 'failed',
              fullName: 'a breaks',
              failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[39m\n    at file:1:1\n    at other:2:2'],
            },
          ],
        },
        {
          name: here('test/unit/b.test.ts'),
          status: 'failed',
          message: 'no such module',
          assertionResults: [],
        },
      ],
    });
    expect(readVitest(file)).toEqual({
      passed: 4,
      failed: 2,
      skipped: 2,
      failures: [
        'test/unit/a.test.ts › a breaks\n    expected 1 to be 2',
        'test/unit/b.test.ts\n    no such module',
      ],
    });
  });

  it('names the failed specs of Playwright wherever they are nested, and cuts long words', () => {
    const message = Array.from({ length: 20 }, (_, i) => `line ${i}`).join('\n');
    const spec = (status: string) => ({
      title: `${status} one`,
      file: 'a.spec.ts',
      line: 7,
      tests: [{ status, results: [{ errors: [{ message }] }] }],
    });
    const outcome = readPlaywright(
      report({
        stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 },
        suites: [{ title: 'a', suites: [{ title: 'b', specs: [spec('expected'), spec('unexpected')] }] }],
      }),
    );
    expect(outcome).toMatchObject({ passed: 4, failed: 1, skipped: 0 });
    expect(outcome.failures).toHaveLength(1);
    expect(outcome.failures[0]?.split('\n')).toEqual([
      'a.spec.ts:7 › unexpected one',
      ...Array.from({ length: 14 }, (_, i) => `    line ${i}`),
      '    (6 more lines)',
    ]);
  });
});
