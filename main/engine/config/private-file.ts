import { chmodSync, closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SluiceError } from '../../../shared/errors.ts';

/** Writes a new file that only its owner may read. Never over one that is there: its mode would stay, and it may be a link. @throws SluiceError `export.file` */
export function writePrivateFile(file: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(file, 'wx', 0o600);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new SluiceError(
      {
        code: 'export.file',
        message:
          code === 'EEXIST'
            ? `There is already a file ${file}.`
            : `The file ${file} cannot be written (${code ?? 'error'}).`,
        remedy: code === 'EEXIST' ? 'Give another name.' : `Check the folder ${dirname(file)}.`,
        details: { file },
      },
      { cause: error },
    );
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
