/** Every suite that `npm test` runs, in order: cheap ones first. */
export interface Suite {
  name: string;
  /** Arguments after the program. */
  run: { program: string; args: string[]; env?: Record<string, string> };
  /** How its results are counted: a vitest or Playwright JSON report, or as one check (exit status 75: could not be run). */
  report: 'vitest' | 'playwright' | 'exit';
}

const vitest = (name: string, dirs: string[], env: Record<string, string> = {}): Suite => ({
  name,
  run: { program: 'vitest', args: ['run', ...dirs, '--reporter=default', '--reporter=json'], env },
  report: 'vitest',
});

export const SUITES: readonly Suite[] = [
  { name: 'types', run: { program: 'tsc', args: ['-p', 'tsconfig.json'] }, report: 'exit' },
  { name: 'lint', run: { program: 'biome', args: ['check', '.'] }, report: 'exit' },
  { name: 'audit', run: { program: 'node', args: ['test/run/audit.ts'] }, report: 'exit' },
  { name: 'build', run: { program: 'npm', args: ['run', '-s', 'build'] }, report: 'exit' },
  vitest('unit', ['test/unit']),
  vitest('integration', ['test/integration']),
  vitest('contract', ['test/contract']),
  vitest('security', ['test/security']),
  vitest('crash', ['test/crash']),
  vitest('package', ['test/package']),
  {
    name: 'end to end',
    run: { program: 'playwright', args: ['test', '--config', 'test/e2e/playwright.config.ts'] },
    report: 'playwright',
  },
  {
    name: 'desktop',
    run: { program: 'playwright', args: ['test', '--config', 'test/desktop/playwright.config.ts'] },
    report: 'playwright',
  },
];
