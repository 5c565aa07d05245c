import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExportFormat, LeftOutView } from '../../../shared/views/export.ts';
import { KnownNames } from '../review/known-names.ts';
import type { RecordStore } from '../store/store.ts';
import type { ExportTarget } from './export-file.ts';
import { LeftOutCount, whyLeftOut } from './left-out.ts';
import { recordFormat } from './record-format.ts';

/** Records read between two turns of the event loop: calls are answered meanwhile. */
const BATCH = 250;
/** So much is written at a time. */
const PIECE_BYTES = 262_144;
const EMPTY = Buffer.alloc(0);

export interface ExportJob {
  records: RecordStore;
  /** Ascending; see `settle`. */
  keys: Uint32Array;
  format: ExportFormat;
  target: ExportTarget;
  signal: AbortSignal;
  onProgress?: (tally: ExportTally) => void;
}

export interface ExportTally {
  /** Records looked at, and those of them that are in the file. */
  done: number;
  written: number;
  bytes: number;
  leftOut: LeftOutView;
}

/**
 * Writes records in order of arrival, a batch in memory at a time. The server's own texts: obfuscation is for what goes to Devo. When it
 * throws (the target's failure, the signal's reason, the store's), nothing is left of the file. SPEC 3.
 */
export async function exportRecords(job: ExportJob): Promise<ExportTally> {
  const { target } = job;
  try {
    const tally = await writeAll(job);
    job.signal.throwIfAborted();
    await target.finish();
    return tally;
  } catch (error) {
    await target.discard();
    throw error;
  }
}

async function writeAll({
  records,
  keys,
  format,
  target,
  signal,
  onProgress,
}: ExportJob): Promise<ExportTally> {
  const shape = recordFormat(format, new KnownNames(records));
  const left = new LeftOutCount();
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let done = 0;
  let written = 0;
  let bytes = 0;
  const take = (piece: Buffer): void => {
    if (piece.length === 0) return;
    waiting.push(piece);
    waitingBytes += piece.length;
  };
  const flush = async (): Promise<void> => {
    await target.write(Buffer.concat(waiting, waitingBytes));
    bytes += waitingBytes;
    waiting.length = 0;
    waitingBytes = 0;
  };
  const tally = (): ExportTally => ({ done, written, bytes, leftOut: left.view() });

  take(shape.begin);
  for (let at = 0; at < keys.length; at += BATCH) {
    signal.throwIfAborted();
    const batch = [...keys.subarray(at, at + BATCH)];
    for (const { row, raw } of records.iterate({ keys: batch }, { raw: shape.texts })) {
      const text = raw ?? EMPTY;
      const removed = shape.texts && text.length === 0;
      const reason = whyLeftOut(format, { kind: row.kind, problems: row.problems > 0, removed });
      done++;
      if (reason !== null) left.add(reason);
      else {
        for (const piece of shape.pieces(row, text)) take(piece);
        written++;
        if (waitingBytes >= PIECE_BYTES) await flush();
      }
    }
    await nextTurn();
    onProgress?.(tally());
  }
  take(shape.end());
  if (waitingBytes > 0) await flush();
  return tally();
}
