import type { CallOutput } from '../../shared/contract.ts';
import type { Destination, TableUpload } from './devo/destination.ts';
import type { Workspace } from './workspace.ts';

/** How long a made upload is kept for its next piece, ms: it takes as much memory as the table. */
const KEPT_MS = 30_000;
/** Longest time for making one, ms. */
const MADE_MS = 100_000;

interface Made {
  name: string;
  revision: number;
  upload: Promise<TableUpload>;
}

/** The upload that a hand-over to a lookup would make now, to be read piece by piece. One at a time is kept, until the store changes. */
export class UploadShelf {
  readonly #workspace: Workspace;
  #made: Made | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** @throws SluiceError `destination.unknown` */
  async piece(name: string, offset: number, length: number): Promise<CallOutput<'forward.upload'>> {
    const upload = await this.#upload(name);
    const parts = upload.parts.map((part) => ({ name: part.name, bytes: sizeOf(part.pieces()) }));
    const total = parts.reduce((sum, part) => sum + part.bytes, 0);
    const bytes = Buffer.concat([...cut(upload, offset, offset + length)]);
    return { offset, bytes: bytes.toString('base64'), end: offset + bytes.length >= total, total, parts };
  }

  async #upload(name: string): Promise<TableUpload> {
    const revision = this.#workspace.store.revision();
    if (this.#made?.name !== name || this.#made.revision !== revision) {
      this.#made = { name, revision, upload: this.#make(name) };
    }
    const made = this.#made;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.clear(), KEPT_MS);
    this.#timer.unref();
    try {
      return await made.upload;
    } catch (thrown) {
      if (this.#made === made) this.clear();
      throw thrown;
    }
  }

  async #make(name: string): Promise<TableUpload> {
    const { store } = this.#workspace;
    const route = this.#workspace.routeOf(this.#workspace.destinationEntry(name).settings);
    const destination = await this.#workspace.destination(name);
    try {
      if (destination.table === null) return { rows: 0, deletes: 0, notes: new Map(), parts: [] };
      const records = sendable(destination, store.outbox.pending(route));
      return await destination.table.upload(records, AbortSignal.timeout(MADE_MS));
    } finally {
      await destination.close();
    }
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#made = null;
  }
}

function* sendable(destination: Destination, records: ReturnType<Workspace['store']['outbox']['pending']>) {
  for (const record of records) if (destination.whyNotSendable(record) === null) yield record;
}

function sizeOf(pieces: Iterable<Buffer>): number {
  let size = 0;
  for (const piece of pieces) size += piece.length;
  return size;
}

/** What of the upload lies from one offset to another, all parts counted one after the other. */
function* cut(upload: TableUpload, from: number, to: number): Generator<Buffer> {
  let at = 0;
  for (const part of upload.parts) {
    for (const piece of part.pieces()) {
      const end = at + piece.length;
      if (end > from && at < to) yield piece.subarray(Math.max(0, from - at), to - at);
      at = end;
      if (at >= to) return;
    }
  }
}
