import { chmodSync, closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SluiceError } from '../../../shared/errors.ts';

/** Writes a new file that only its owner may read. Never over one that is there: its mode would stay, and it may be a link. @throws SluiceError `export.file` */
export function writePrivateFile(file: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(file, 'wx', 0o600);
  } catch (error) {
    throw fileFailure(file, error);
  }
  try {
    // The process may have a mask that lets others read.
    chmodSync(file, 0o600);
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** What the system calls a disk, a quota or a limit that has no room left. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Why a file for a person could not be written: `export.file`, or `export.full` where there is no room. What was thrown on purpose passes as it is. */
export function fileFailure(file: string, error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'error';
  if (NO_ROOM.has(code)) {
    return new SluiceError(
      {
        code: 'export.full',
        message: `The file ${file} could not be written: there is no room for it (${code}).`,
        remedy: `Free some space on the disk of ${dirname(file)}, or choose less.`,
        retryable: true,
        details: { file },
      },
      { cause: error },
    );
  }
  const taken = code === 'EEXIST';
  return new SluiceError(
    {
      code: 'export.file',
      message: taken ? `There is already a file ${file}.` : `The file ${file} cannot be written (${code}).`,
      remedy: taken ? 'Give another name.' : `Check the folder ${dirname(file)}.`,
      details: { file },
    },
    { cause: error },
  );
}
