import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../main/engine/store/open-store.ts';
import { sluice, start } from '../integration/cli/command.ts';
import { type Lab, openLab } from '../integration/cli/lab.ts';
import { draft, fixedClock, pulling, stixId } from '../unit/store/store-fixture.ts';

/** An export that is killed or finds no room leaves nothing that looks whole. */

const PAGES = 40;
const PAGE = 1000;
const PADDING = 'x'.repeat(600);

let lab: Lab;
beforeAll(() => {
  lab = openLab();
  mkdirSync(lab.data, { recursive: true });
  const store = openStore({ dir: lab.data, clock: fixedClock() });
  const { page } = pulling(store);
  for (let n = 0; n < PAGES; n++) {
    page(
      Array.from({ length: PAGE }, (_, i) => {
        const id = stixId(n * PAGE + i);
        return draft({ id, raw: Buffer.from(`{"type":"indicator","id":"${id}","x":"${PADDING}"}`) });
      }),
    );
  }
  store.close();
});
afterAll(() => lab.close());

const args = (out: string): string[] => ['export', '--data', lab.data, '--format', 'stix', '--out', out];
/** A folder of its own for each file, so that everything in it is the export's. */
const folder = (name: string): string => {
  const dir = join(lab.dir, name);
  mkdirSync(dir);
  return dir;
};

/** Waits until something of the export, and not yet all of it, is in the folder. */
async function begun(dir: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const part = readdirSync(dir)[0];
    if (part !== undefined && statSync(join(dir, part)).size > 1_000_000) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('nothing was written in time');
}

test('killed while it writes: no file, and the next one is whole', async () => {
  const dir = folder('killed');
  const out = join(dir, 'bundle.json');
  const running = start(args(out));
  await begun(dir);
  running.child.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
  expect(readdirSync(dir)).toEqual([expect.stringMatching(/^\.bundle\.json\.[0-9a-f]{12}\.part$/)]);
  const again = await sluice(args(out));
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(readFileSync(out, 'utf8')).objects).toHaveLength(PAGES * PAGE);
});

test('told to stop: ends with 1 and leaves nothing', async () => {
  const dir = folder('stopped');
  const running = start(args(join(dir, 'bundle.json')));
  await begun(dir);
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'Stopping.\nCancelled.\n' });
  expect(readdirSync(dir)).toEqual([]);
});

const quota = { name: 'a file may not grow (EFBIG)', code: 'EFBIG' };
const disk = { name: 'the disk is full (ENOSPC)', code: 'ENOSPC' };

test.each(mayMount() ? [quota, disk] : [quota])(
  '$name: says so in one sentence and leaves nothing',
  async ({ code: reason }) => {
    const dir = folder(reason);
    const out = join(dir, 'bundle.json');
    if (reason === 'ENOSPC') spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir]);
    // The signal is ignored, so that the write fails with an error instead of ending the process.
    const small = (command: readonly string[]): readonly string[] =>
      reason === 'EFBIG'
        ? ['bash', '-c', `trap '' XFSZ; ulimit -f 2000; exec "$@"`, 'bash', ...command]
        : command;
    try {
      const full = await sluice(args(out), { wrap: small });
      expect(full.code, full.stderr).toBe(1);
      expect(full.stderr).toContain(
        `The file ${out} could not be written: there is no room for it (${reason}).`,
      );
      expect(full.stderr).not.toMatch(/\n\s+at /);
      expect(readdirSync(dir)).toEqual([]);
    } finally {
      if (reason === 'ENOSPC') spawnSync('umount', [dir]);
    }
  },
);

/** Only root in a machine of its own may mount. */
function mayMount(): boolean {
  const probe = openLab();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe.dir]).status === 0;
  if (mounted) spawnSync('umount', [probe.dir]);
  probe.close();
  return mounted;
}
