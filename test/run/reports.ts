/** What the runners' JSON reports say, in one shape: how many, and which failed with which words. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
  /** One entry a failed test: where it is, then the first lines of what it said. */
  failures: string[];
}

/** A failure's own words matter; its stack is in the output above. */
const LINES = 14;

interface VitestReport {
  numPassedTests?: number;
  numFailedTests?: number;
  numPendingTests?: number;
  numTodoTests?: number;
  testResults?: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[];
  }[];
}

/** Reads what vitest's `json` reporter wrote. A file that fails before its first test is a failure too. */
export function readVitest(file: string): Outcome {
  const report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  const failures = (report.testResults ?? []).flatMap((result) => {
    const path = relative(process.cwd(), result.name);
    const tests = result.assertionResults.filter((test) => test.status === 'failed');
    if (tests.length === 0 && result.status === 'failed') return [told(path, result.message)];
    return tests.map((test) => told(`${path} › ${test.fullName}`, test.failureMessages?.join('\n')));
  });
  return {
    passed: report.numPassedTests ?? 0,
    failed: Math.max(report.numFailedTests ?? 0, failures.length),
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures,
  };
}

interface PlaywrightSuite {
  title: string;
  specs?: {
    title: string;
    file: string;
    line: number;
    tests: { status: string; results: { errors?: { message?: string }[] }[] }[];
  }[];
  suites?: PlaywrightSuite[];
}

interface PlaywrightReport {
  stats?: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors?: { message?: string }[];
  suites?: PlaywrightSuite[];
}

/** Reads what Playwright's `json` reporter wrote. */
export function readPlaywright(file: string): Outcome {
  const report = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport;
  const { expected = 0, unexpected = 0, flaky = 0, skipped = 0 } = report.stats ?? {};
  const failures = [
    ...(report.errors ?? []).map((error) => told('before any test', error.message)),
    ...(report.suites ?? []).flatMap(failedSpecs),
  ];
  return { passed: expected + flaky, failed: unexpected, skipped, failures };
}

function failedSpecs(suite: PlaywrightSuite): string[] {
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === 'unexpected')
      .map((test) => {
        const messages = test.results.flatMap((result) => result.errors ?? []).map((error) => error.message);
        return told(`${spec.file}:${spec.line} › ${spec.title}`, messages.join('\n'));
      }),
  );
  return [...own, ...(suite.suites ?? []).flatMap(failedSpecs)];
}

function told(where: string, words = ''): string {
  const lines = stripVTControlCharacters(words)
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  const left = lines.length - LINES;
  return [
    where,
    ...lines.slice(0, LINES).map((line) => `    ${line}`),
    ...(left > 0 ? [`    (${left} more lines)`] : []),
  ].join('\n');
}
