import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getPath } from './paths.ts';

/** What a second instance passes on. */
export interface Visit {
  argv: string[];
  workingDirectory: string;
  additionalData: unknown;
}

let held: string | null = null;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * One instance per userData folder, as Chromium's ProcessSingleton has it: the answer is there at once, so the lock is a file that names
 * its holder, and a second instance leaves its arguments as a file that the first one watches for.
 */
export function requestLock(additionalData: unknown, onVisit: (visit: Visit) => void): boolean {
  if (held !== null) return true;
  const dir = join(getPath('userData'), 'single-instance');
  mkdirSync(dir, { recursive: true });
  const lock = join(dir, 'lock');
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      held = lock;
      receive(dir, onVisit);
      process.once('exit', releaseLock);
      return true;
    } catch {
      if (alive(Number(readFileSync(lock, 'utf8')))) break;
      rmSync(lock, { force: true });
    }
  }
  const visit: Visit = { argv: process.argv, workingDirectory: process.cwd(), additionalData };
  const file = join(dir, `visit-${process.pid}-${performance.now()}`);
  writeFileSync(`${file}.part`, JSON.stringify(visit));
  renameSync(`${file}.part`, `${file}.json`);
  return false;
}

export function hasLock(): boolean {
  return held !== null;
}

export function releaseLock(): void {
  if (held !== null) rmSync(held, { force: true });
  held = null;
}

function receive(dir: string, onVisit: (visit: Visit) => void): void {
  watch(dir, { persistent: false }, () => {
    for (const name of readdirSync(dir)) {
      if (!name.endsWith('.json')) continue;
      const file = join(dir, name);
      const visit = JSON.parse(readFileSync(file, 'utf8')) as Visit;
      rmSync(file);
      onVisit(visit);
    }
  });
}
