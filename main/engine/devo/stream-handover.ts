import { gzipSync } from 'node:zlib';
import type { Clock } from '../ports.ts';
import type { Connection } from './connection.ts';
import type { Handover, OutboundRecord, OutboundRun } from './destination.ts';
import type { Encoder, FrameParts } from './encoder.ts';
import type { PeerMemory } from './peer-memory.ts';
import { PlainRuns } from './plain-run.ts';
import type { Timeouts } from './timeouts.ts';

/**
 * What is handed to the socket at once, at most: copying rows into buffers of this size is what makes the wire quick (reference, speed).
 * Less where the line is slow, so that standing still can be told from being slow.
 */
const PIECE = 1_048_576;
const FIRST_PIECE = 65_536;
/** A piece taken sooner than this may be followed by a larger one, one that took longer by a smaller one. ms. */
const QUICK_MS = 100;
const SLOW_MS = 1_000;
/** Events in one gzip member, bytes before compression. Devo's SDK makes members of 19,500 (reference 1.6). */
const MEMBER = 65_536;
/** Writes in a row without a look at the clock: they take microseconds. */
const UNTIMED = 256;
/** Pieces kept for use again. */
const KEPT_PIECES = 4;

/** What a hand-over needs of a {@link Connection}. */
export type StreamConnection = Pick<
  Connection,
  'broken' | 'used' | 'push' | 'drained' | 'finish' | 'destroy'
>;

export interface StreamHandoverOptions {
  encoder: Encoder;
  connection: StreamConnection;
  /** A connection like the first, when that one has grown too idle or too old. */
  reconnect: () => Promise<StreamConnection>;
  /** What earlier connections have shown about the peer; null where it is not asked for a certificate. */
  memory: PeerMemory | null;
  gzip: boolean;
  timeouts: Timeouts;
  clock: Clock;
}

/** A batch over a syslog stream: frames gathered into pieces, or into gzip members of about the same size. */
export class StreamHandover implements Handover {
  readonly #encoder: Encoder;
  readonly #reconnect: () => Promise<StreamConnection>;
  readonly #memory: PeerMemory | null;
  readonly #gzip: boolean;
  readonly #timeouts: Timeouts;
  readonly #clock: Clock;
  readonly #free: Buffer[] = [];
  readonly #plain = new PlainRuns();
  readonly #recycle = new Map<Buffer, () => void>();
  #connection: StreamConnection;
  #openedAt: number;
  #lastWrite: number;
  #piece: Buffer = Buffer.allocUnsafeSlow(PIECE);
  #filled = 0;
  /** Bytes after which the piece goes out. */
  #limit = FIRST_PIECE;
  #lastFlush: number;
  #messages = 0;
  #bytes = 0;
  #maybeTaken = false;
  /** Writes until the clock is looked at again. */
  #untimed = 0;
  readonly #looksAgain = (): void => {
    this.#untimed = 0;
  };

  constructor(options: StreamHandoverOptions) {
    this.#encoder = options.encoder;
    this.#connection = options.connection;
    this.#reconnect = options.reconnect;
    this.#memory = options.memory;
    this.#gzip = options.gzip;
    this.#timeouts = options.timeouts;
    this.#clock = options.clock;
    this.#openedAt = options.clock.monotonic();
    this.#lastWrite = this.#openedAt;
    this.#lastFlush = this.#openedAt;
  }

  write(record: OutboundRecord): Promise<void> | undefined {
    const frame = this.#encoder.frame(record);
    const { broken } = this.#connection;
    if (broken !== null) throw broken;
    if (this.#untimed-- <= 0) {
      const now = this.#clock.monotonic();
      if (now - this.#lastWrite > this.#timeouts.idle || now - this.#openedAt > this.#timeouts.maxAge) {
        return this.#replaceConnection().then(() => this.write(record));
      }
      this.#lastWrite = now;
      this.#untimed = UNTIMED;
      // Time passes where somebody waits, and not within one run of writes.
      queueMicrotask(this.#looksAgain);
    }
    const { rest } = frame;
    this.#put(frame);
    return rest === null ? this.#connection.drained() : this.#putAll(rest);
  }

  #put(frame: FrameParts): void {
    this.#messages += 1;
    this.#bytes += frame.length;
    if (this.#gzip) this.#intoMember(frame);
    else this.#intoPieces(frame);
  }

  /** The frames that follow a record's first: together they may be far more than a piece. */
  async #putAll(frames: Iterable<FrameParts>): Promise<void> {
    await this.#connection.drained();
    for (const frame of frames) {
      const { broken } = this.#connection;
      if (broken !== null) throw broken;
      this.#put(frame);
      const room = this.#connection.drained();
      if (room === undefined) continue;
      await room;
      this.#lastWrite = this.#clock.monotonic();
    }
  }

  /** Fills the piece at hand and leaves the connection alone: the record that does not fit goes through {@link write}. */
  writeAlike(run: OutboundRun, from: number): number {
    // Time to look at the clock.
    if (this.#untimed-- <= 0) return 0;
    const around = this.#encoder.around(run.record(from));
    if (around === null) return 0;
    const limit = this.#gzip ? MEMBER : this.#limit;
    const { frames, end } = this.#plain.copy(run, from, around, this.#piece, this.#filled, limit);
    this.#messages += frames;
    this.#bytes += end - this.#filled;
    this.#filled = end;
    return frames;
  }

  get messages(): number {
    return this.#messages;
  }

  async confirm(): Promise<{ bytes: number; messages: number }> {
    this.#flush();
    await this.#finish();
    return { bytes: this.#bytes, messages: this.#messages };
  }

  abort(): { maybeTaken: boolean } {
    const maybeTaken = this.#maybeTaken || this.#connection.used;
    if (this.#connection.used) this.#memory?.forget();
    this.#connection.destroy();
    return { maybeTaken };
  }

  /** A connection that took something and ended after us is proof that the peer accepts us. */
  async #finish(): Promise<void> {
    await this.#connection.finish();
    if (this.#connection.used) this.#memory?.accept();
  }

  /** Reference 1.6: the old connection is ended like a batch, so that nothing is lost in it, then a new one goes on. */
  async #replaceConnection(): Promise<void> {
    this.#flush();
    this.#maybeTaken ||= this.#connection.used;
    await this.#finish();
    this.#connection = await this.#reconnect();
    this.#openedAt = this.#clock.monotonic();
    this.#lastWrite = this.#openedAt;
  }

  #intoPieces({ head, body, start, end, tail, length }: FrameParts): void {
    const at = this.#filled;
    // Whole buffers are copied far quicker than parts of them; what the body has too much at its end is under the tail afterwards.
    if (start === 0 && body.length <= end + tail.length && at + length < this.#limit) {
      const piece = this.#piece;
      piece.set(head, at);
      piece.set(body, at + head.length);
      piece.set(tail, at + head.length + end);
      this.#filled = at + length;
      return;
    }
    this.#copy(head, 0, head.length);
    this.#copy(body, start, end);
    this.#copy(tail, 0, tail.length);
  }

  #copy(source: Buffer, start: number, end: number): void {
    let from = start;
    while (from < end) {
      const n = Math.min(end - from, this.#limit - this.#filled);
      source.copy(this.#piece, this.#filled, from, from + n);
      this.#filled += n;
      from += n;
      if (this.#filled === this.#limit) this.#flush();
    }
  }

  /** Members hold whole frames; a frame larger than a member should be is one of its own. */
  #intoMember(frame: FrameParts): void {
    if (this.#filled + frame.length > MEMBER) this.#flush();
    if (frame.length <= MEMBER) {
      this.#intoPieces(frame);
      return;
    }
    const { head, body, start, end, tail } = frame;
    this.#connection.push(gzipSync(Buffer.concat([head, body.subarray(start, end), tail])));
  }

  #flush(): void {
    if (this.#filled === 0) return;
    const piece = this.#piece;
    const bytes = this.#filled === PIECE ? piece : piece.subarray(0, this.#filled);
    this.#filled = 0;
    this.#adapt();
    if (this.#gzip) {
      this.#connection.push(gzipSync(bytes));
      return;
    }
    this.#piece = this.#free.pop() ?? Buffer.allocUnsafeSlow(PIECE);
    this.#connection.push(bytes, this.#recycler(piece));
  }

  #adapt(): void {
    const took = this.#lastWrite - this.#lastFlush;
    this.#lastFlush = this.#lastWrite;
    if (took < QUICK_MS) this.#limit = Math.min(PIECE, 2 * this.#limit);
    else if (took > SLOW_MS) this.#limit = Math.max(FIRST_PIECE, this.#limit / 2);
  }

  /** One closure a piece, not one a write. */
  #recycler(piece: Buffer): () => void {
    let recycle = this.#recycle.get(piece);
    if (recycle === undefined) {
      recycle = () => {
        if (this.#free.length < KEPT_PIECES) this.#free.push(piece);
        else this.#recycle.delete(piece);
      };
      this.#recycle.set(piece, recycle);
    }
    return recycle;
  }
}
