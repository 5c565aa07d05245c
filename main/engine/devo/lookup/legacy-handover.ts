import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../ports.ts';
import type { Connection } from '../connection.ts';
import type { Handover, OutboundRecord } from '../destination.ts';
import type { PeerMemory } from '../peer-memory.ts';
import { controlMessage, type LegacyMessagesOptions } from './legacy-messages.ts';
import type { UploadRows } from './upload.ts';

export interface LegacyHandoverOptions {
  rows: UploadRows;
  messages: LegacyMessagesOptions;
  /** Whether the upload is to hold everything; asked when all rows are gathered. */
  whole: () => boolean;
  /** Told when an upload that held everything has been taken. */
  onWhole: () => void;
  connect: () => Promise<Connection>;
  memory: PeerMemory;
  /** After START and before END, ms. */
  pauseMs: number;
  clock: Clock;
  signal: AbortSignal;
  onState: (text: string) => void;
}

/**
 * A batch for a lookup as messages: rows are gathered, and {@link confirm} sends START, rows and END over one connection. Only when the peer
 * has read END and everything before it is anything handed over; after a cut the whole upload is repeated under another id.
 */
export class LegacyHandover implements Handover {
  readonly #options: LegacyHandoverOptions;
  #connection: Connection | null = null;
  #written = 0;

  constructor(options: LegacyHandoverOptions) {
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
    const { rows, messages, signal, onState, memory } = this.#options;
    for (const [note, count] of rows.notes) onState(`${count} rows: ${note}`);
    const { whole, ...upload } = await rows.finish(this.#options.whole(), signal);
    const connection = await this.#options.connect();
    this.#connection = connection;
    onState(
      `sending ${whole ? `all ${upload.rows} rows` : `${upload.rows} rows and ${upload.deletes} deletes`} of the lookup ${messages.lookup} as upload ${messages.id}`,
    );
    await this.#send(connection, [controlMessage('START', whole, messages)]);
    await this.#pause('after START');
    await this.#send(connection, upload.rowPieces());
    await this.#send(connection, upload.deletePieces());
    await this.#pause('before END');
    await this.#send(connection, [controlMessage('END', whole, messages)]);
    await connection.finish();
    memory.accept();
    if (whole) this.#options.onWhole();
    rows.clear();
    return { bytes: upload.bytes, messages: this.#written };
  }

  abort(): { maybeTaken: boolean } {
    const { rows, memory } = this.#options;
    rows.clear();
    const maybeTaken = this.#connection?.used === true;
    if (maybeTaken) memory.forget();
    this.#connection?.destroy();
    return { maybeTaken };
  }

  async #send(connection: Connection, pieces: Iterable<Buffer>): Promise<void> {
    for (const piece of pieces) {
      connection.push(piece);
      await (connection.drained() ?? nextTurn());
    }
  }

  async #pause(when: string): Promise<void> {
    const { pauseMs, clock, signal, onState } = this.#options;
    if (pauseMs === 0) return;
    onState(`waiting ${pauseMs / 1000} seconds ${when}`);
    await clock.sleep(pauseMs, signal);
  }
}
