import { SluiceError } from '../../../shared/errors.ts';

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';

const corrupt = (file: string, cause: unknown): SluiceError =>
  new SluiceError(
    {
      code: 'store.corrupt',
      message: `The store file ${file} is damaged or is not a Sluice store.`,
      cause: cause instanceof Error ? cause.message : null,
      remedy:
        'Nothing was changed. Move the file aside to start with an empty store, or put back a backup (sluice-v*.backup.db) beside it.',
      details: { file },
    },
    { cause },
  );

/**
 * What went wrong in SQLite as a SluiceError: `store.corrupt`, `store.locked`, `store.full`, `store.unavailable`.
 * Anything that is not SQLite's or the file system's passes as it is.
 */
export function storeError(thrown: unknown, file: string): unknown {
  if (thrown instanceof SluiceError) return thrown;
  const code = codeOf(thrown);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return corrupt(file, thrown);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new SluiceError(
      {
        code: 'store.locked',
        message: 'Another process is writing to the store and did not finish in time.',
        remedy: 'Try again when the other Sluice has finished.',
        retryable: true,
        details: { file },
      },
      { cause: thrown },
    );
  }
  if (code === 'SQLITE_FULL' || code.startsWith('SQLITE_IOERR') || code === 'ENOSPC' || code === 'EDQUOT') {
    return new SluiceError(
      {
        code: 'store.full',
        message: 'The store could not be written: the disk is full or failing.',
        cause: thrown instanceof Error ? thrown.message : null,
        remedy: 'Free some space and try again. Nothing that was stored before is lost.',
        retryable: true,
        details: { file },
      },
      { cause: thrown },
    );
  }
  if (code.startsWith('SQLITE_') || code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new SluiceError(
      {
        code: 'store.unavailable',
        message: `The store file ${file} cannot be used.`,
        cause: thrown instanceof Error ? thrown.message : null,
        remedy: 'Check that the data directory exists and that you may write to it.',
        details: { file },
      },
      { cause: thrown },
    );
  }
  return thrown;
}

/** A file that is no Sluice store. */
export function notAStore(file: string, why: string): SluiceError {
  return corrupt(file, new Error(why));
}

/** A file written by a later Sluice. It was not opened. */
export function newerStore(file: string, found: number, known: number): SluiceError {
  return new SluiceError({
    code: 'store.newer',
    message: `The store file ${file} was written by a newer Sluice (format ${found}; this one knows ${known}).`,
    remedy: 'Use the newer Sluice, or another data directory. The file was not touched.',
    details: { file, found, known },
  });
}
