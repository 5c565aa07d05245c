import { SluiceError, toFailure } from '../../../../shared/errors.ts';
import type { Clock } from '../../ports.ts';
import type { Handover, OutboundRecord } from '../destination.ts';
import { awaitJob } from './await-job.ts';
import type { LookupsApi } from './lookups-api.ts';
import type { Deployment } from './multipart.ts';
import type { UploadRows } from './upload.ts';

/** Waits between attempts at a lookup that Devo is changing: from the first, doubling, to the longest. ms. */
const FIRST_BUSY_MS = 1_000;
const LONGEST_BUSY_MS = 15_000;

export interface ApiHandoverOptions {
  api: LookupsApi;
  lookup: string;
  rows: UploadRows;
  /** The CSV's first line. */
  header: Buffer;
  /** Whether the upload is to hold everything; asked when all rows are gathered. */
  whole: () => boolean;
  /** Told when an upload that held everything has been taken. */
  onWhole: () => void;
  jobTimeoutMs: number;
  pollMs: number;
  clock: Clock;
  signal: AbortSignal;
  onState: (text: string) => void;
}

/**
 * A batch for a lookup over the REST API: rows are gathered, uploaded by {@link confirm}, and handed over when the jobs have ended well. Rows
 * are set or deleted by key, so a batch whose outcome nobody knows is simply sent again.
 */
export class ApiHandover implements Handover {
  readonly #options: ApiHandoverOptions;
  #written = 0;
  #maybeTaken = false;

  constructor(options: ApiHandoverOptions) {
    this.#options = options;
  }

  write(record: OutboundRecord): Promise<void> | undefined {
    const turn = this.#options.rows.put(record);
    this.#written += 1;
    return turn;
  }

  get messages(): number {
    return this.#written;
  }

  async confirm(): Promise<{ bytes: number; messages: number }> {
    const { api, rows, signal, onState } = this.#options;
    for (const [note, count] of rows.notes) onState(`${count} rows: ${note}`);
    const exists = (await api.metadata(signal)) !== null;
    const { whole, ...upload } = await rows.finish(this.#options.whole() || !exists, signal);
    const { rows: changed, deletes } = upload;
    if (whole) {
      await this.#run(exists ? 'PUT' : 'POST', 'replace', changed, upload.rowPieces);
      this.#options.onWhole();
    } else if (exists) {
      if (changed > 0) await this.#run('PUT', 'append', changed, upload.rowPieces);
      if (deletes > 0) await this.#run('PUT', 'delete', deletes, upload.deletePieces);
    }
    // Where there is no lookup and no row, there is nothing that a row could be deleted from.
    rows.clear();
    return { bytes: upload.bytes, messages: this.#written };
  }

  abort(): { maybeTaken: boolean } {
    this.#options.rows.clear();
    return { maybeTaken: this.#maybeTaken };
  }

  /** Uploads and waits for the job's end. */
  async #run(
    method: 'POST' | 'PUT',
    deployment: Deployment,
    rows: number,
    pieces: () => Iterable<Buffer>,
  ): Promise<void> {
    const { api, lookup, clock, signal, jobTimeoutMs, pollMs, onState } = this.#options;
    const deadline = clock.monotonic() + jobTimeoutMs;
    const before = await api.jobs(signal);
    onState(`${WORDS[deployment]} ${rows} rows of the lookup ${lookup}`);
    const job = await this.#deploy(method, deployment, pieces, deadline);
    await awaitJob({
      api,
      lookup,
      job,
      before,
      pollMs,
      deadline,
      timeoutMs: jobTimeoutMs,
      clock,
      signal,
      onState,
    });
  }

  /** A lookup that is being changed is tried again until the time for the job is over. */
  async #deploy(
    method: 'POST' | 'PUT',
    deployment: Deployment,
    pieces: () => Iterable<Buffer>,
    deadline: number,
  ): Promise<string | null> {
    const { api, header, lookup, clock, signal, onState } = this.#options;
    let bytes = header.length;
    for (const piece of pieces()) bytes += piece.length;
    const csv = {
      bytes,
      *pieces() {
        yield header;
        yield* pieces();
      },
    };
    for (let wait = FIRST_BUSY_MS; ; wait = Math.min(LONGEST_BUSY_MS, 2 * wait)) {
      try {
        const job = await api.deploy(method, deployment, csv, signal);
        this.#maybeTaken = true;
        return job;
      } catch (thrown) {
        const { code, details } = toFailure(thrown);
        if (!(thrown instanceof SluiceError) || details.taken !== false) this.#maybeTaken = true;
        if (code !== 'devo.lookup-busy' || clock.monotonic() + wait >= deadline) throw thrown;
        onState(`the lookup ${lookup} is being changed by another job, waiting`);
        const asked = typeof details.retryAfterMs === 'number' ? details.retryAfterMs : 0;
        await clock.sleep(Math.min(Math.max(wait, asked), Math.max(0, deadline - clock.monotonic())), signal);
        // Somebody else may have created it meanwhile.
        if (method === 'POST' && (await api.metadata(signal)) !== null) method = 'PUT';
      }
    }
  }
}

const WORDS: Readonly<Record<Deployment, string>> = {
  replace: 'uploading all',
  append: 'uploading',
  delete: 'deleting',
};
