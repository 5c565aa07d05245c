import { randomBytes } from 'node:crypto';
import { existsSync, type PathLike, readdirSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileFailure } from '../config/private-file.ts';

/** Where an export goes. After `finish` it is there whole; after `discard` nothing is. */
export interface ExportTarget {
  write(bytes: Buffer): Promise<void>;
  finish(): Promise<void>;
  discard(): Promise<void>;
}

const PART = /^\..*\.[0-9a-f]{12}\.part$/;

/**
 * A new file that only its owner may read. Until it is finished and on the disk it has another name in the same folder, so that a killed
 * process leaves nothing that looks whole. Never over a file that is there. Everything throws SluiceError `export.file` or `export.full`.
 */
export async function openExportFile(file: string): Promise<ExportTarget> {
  const part = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.part`);
  let handle: FileHandle | null = null;
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw fileFailure(file, error);
    }
  };
  const closed = async (): Promise<void> => {
    const open = handle;
    handle = null;
    await open?.close();
  };
  await told(async () => {
    if (existsSync(file)) throw taken();
    handle = await open(part, 'wx', 0o600);
    // The process may have a mask that lets others read.
    await handle.chmod(0o600);
  });
  return {
    write: (bytes) => told(async () => await handle?.appendFile(bytes)),
    finish: () =>
      told(async () => {
        await handle?.sync();
        await closed();
        await publish(part, file);
        await syncFolder(dirname(file));
      }),
    discard: async () => {
      await closed().catch(() => undefined);
      await unlink(part).catch(() => undefined);
    },
  };
}

/** Removes what killed exports left in a folder: unfinished files that nobody has written to for an hour. `now` is epoch ms. */
export function sweepUnfinished(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    try {
      if (PART.test(name) && statSync(file).mtimeMs < now - HOUR_MS) unlinkSync(file);
    } catch {
      // Gone, or somebody else's.
    }
  }
}

const HOUR_MS = 3_600_000;

/** Gives the file its name. A hard link never replaces what is there; some file systems have none. */
async function publish(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(file)) throw taken();
    await rename(part, file);
    return;
  }
  await unlink(part);
}

/** Puts the name on the disk as well; Windows opens no folders. */
async function syncFolder(folder: PathLike): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function taken(): Error {
  return Object.assign(new Error('there is already such a file'), { code: 'EEXIST' });
}
