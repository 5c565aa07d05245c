import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonLines, sluice } from '../integration/cli/command.ts';
import { type Lab, openLab, taxiiInput } from '../integration/cli/lab.ts';
import { type NdjsonServer, startNdjsonServer } from '../servers/taxii-ndjson.ts';
import { feedObjects } from './objects.ts';

const OBJECTS = 6_000;

/** A disk that is too small for the feed, in a way this machine allows. */
interface SmallDisk {
  name: string;
  /** Takes effect on a command, or does nothing where the directory itself is small. */
  wrap?: (command: readonly string[]) => readonly string[];
  open(dir: string): void;
  /** The disk is large enough from now on. */
  grow(dir: string): void;
  close(dir: string): void;
}

const quotaOnFiles: SmallDisk = {
  name: 'files may not grow (EFBIG)',
  // The signal is ignored, so that the write fails with an error instead of ending the process.
  wrap: (command) => ['bash', '-c', `trap '' XFSZ; ulimit -f 2000; exec "$@"`, 'bash', ...command],
  open: (dir) => mkdirSync(dir, { recursive: true }),
  grow: () => {},
  close: () => {},
};

const tmpfs: SmallDisk = {
  name: 'the file system is full (ENOSPC)',
  open: (dir) => {
    mkdirSync(dir, { recursive: true });
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir]);
  },
  grow: (dir) => void spawnSync('mount', ['-o', 'remount,size=200m', dir]),
  close: (dir) => void spawnSync('umount', [dir]),
};

/** Only root in a machine of its own may mount. */
function mayMount(): boolean {
  const dir = join(process.env.TMPDIR ?? '/tmp', `sluice-mount-${process.pid}`);
  mkdirSync(dir);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir]).status === 0;
  if (mounted) spawnSync('umount', [dir]);
  rmSync(dir, { recursive: true });
  return mounted;
}

describe.each(mayMount() ? [quotaOnFiles, tmpfs] : [quotaOnFiles])('$name', (disk) => {
  let lab: Lab;
  let server: NdjsonServer;
  let config: string;
  beforeAll(async () => {
    lab = openLab();
    server = await startNdjsonServer({
      version: '2.1',
      collections: [{ title: 'f', objects: feedObjects('ffffffff', OBJECTS) }],
    });
    config = lab.config({ inputs: { feed: taxiiInput(server.url, { all_versions: true }) } });
    disk.open(lab.data);
  });
  afterAll(async () => {
    await server.close();
    disk.close(lab.data);
    lab.close();
  });

  const count = async (): Promise<number> =>
    (await sluice(['records', '--data', lab.data])).stdout.split('\n').length - 1;

  test('a pull says so in one sentence, keeps what it has, and goes on when there is room', async () => {
    const args = ['pull', '--config', config, '--data', lab.data, '--json'];
    const full = await sluice(args, disk.wrap === undefined ? {} : { wrap: disk.wrap });
    expect(full.signal).toBeNull();
    expect(full.code, full.stderr).toBe(1);
    expect(full.stderr).toMatch(/feed: The store could not be written: the disk is full or failing\./);
    expect(full.stderr).toContain('Nothing that was stored before is lost.');
    expect(full.stderr).not.toMatch(/SQLITE|\n\s+at /);
    const feeds = jsonLines<{ totals?: true; stored: number }>(full);
    const kept = feeds
      .filter((line) => line.totals === undefined)
      .reduce((sum, line) => sum + line.stored, 0);

    disk.grow(lab.data);
    expect(await count()).toBe(kept);
    expect(kept).toBeGreaterThan(0);
    const later = await sluice(args);
    expect(later.code, later.stderr).toBe(0);
    expect(jsonLines<{ complete: string }>(later).every((line) => line.complete === 'yes')).toBe(true);
    expect(await count()).toBe(OBJECTS * 2);
    const db = new Database(join(lab.data, 'sluice.db'), { readonly: true });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });
});
