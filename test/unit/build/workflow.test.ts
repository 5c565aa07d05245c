import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), 'utf8');
interface Job {
  steps: { run?: string; uses?: string }[];
  strategy?: { matrix: { os?: string[]; include?: { os: string }[] } };
}
const workflow = parse(read('.github/workflows/ci.yml')) as {
  permissions: unknown;
  jobs: Record<string, Job>;
};
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

test('tests and packages are run on the three systems', () => {
  expect(workflow.jobs.test?.strategy?.matrix.os).toEqual([
    'ubuntu-latest',
    'windows-latest',
    'macos-latest',
  ]);
  const packaged = workflow.jobs.package?.strategy?.matrix.include?.map(({ os }) => os.split('-')[0]);
  expect(new Set(packaged)).toEqual(new Set(['ubuntu', 'windows', 'macos']));
});

test('it may read and nothing else, and runs only scripts that there are', () => {
  expect(workflow.permissions).toEqual({ contents: 'read' });
  const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
  const named = runs.flatMap((run) =>
    [...run.matchAll(/npm (?:run )?(test|[a-z]+(?= --))/g)].map(([, name]) => name ?? ''),
  );
  expect(named.filter((name) => name !== 'exec' && !(name in scripts))).toEqual([]);
  expect(named).toContain('dist');
});
