import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isCurrent } from '../../../main/node/build-renderer.ts';

it('a built interface is used again until anything it is made from changes, comes or goes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-built-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = (name: string) => join(dir, name);
  const touch = (name: string, at: number) => utimesSync(path(name), at, at);
  mkdirSync(path('renderer/views'), { recursive: true });
  for (const file of ['renderer/views/a.tsx', 'lock.json', 'index.html']) writeFileSync(path(file), '');
  const settle = () => {
    for (const old of ['renderer/views/a.tsx', 'renderer/views', 'renderer', 'lock.json']) touch(old, 1_000);
    touch('index.html', 2_000);
  };
  const current = () => isCurrent(path('index.html'), [path('renderer'), path('lock.json'), path('gone')]);

  settle();
  expect(current()).toBe(true);
  touch('renderer/views/a.tsx', 3_000);
  expect(current()).toBe(false);
  settle();
  touch('lock.json', 3_000);
  expect(current()).toBe(false);
  settle();
  rmSync(path('renderer/views/a.tsx'));
  expect(current()).toBe(false);
  rmSync(path('index.html'));
  expect(current()).toBe(false);
});
