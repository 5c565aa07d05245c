import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SluiceError } from '../../../shared/errors.ts';
import type { Handover, OutboundRecord } from './destination.ts';
import { type Encoder, type FrameParts, MAX_EVENT_BYTES_HTTP } from './encoder.ts';

const compress = promisify(gzip);

/** How much of a group is gathered before a request goes out: well under Devo's 32 MB, and little memory. Bytes before compression. */
export const REQUEST_BYTES = 8_000_000;

/** Posts one body; resolves on 2xx, else rejects with a SluiceError. */
export type Post = (tag: string, body: Buffer, encoding: 'gzip' | null) => Promise<void>;

interface Group {
  body: Buffer;
  bytes: number;
}

const FIRST_BODY_BYTES = 65_536;

/** A batch over HTTP `stream`: one growing body a tag, posted when large enough and at the end. Reference 1.8. */
export class HttpHandover implements Handover {
  readonly #encoder: Encoder;
  readonly #post: Post;
  readonly #gzip: boolean;
  readonly #limit: number;
  readonly #groups = new Map<string, Group>();
  #messages = 0;
  #bytes = 0;
  #maybeTaken = false;

  constructor(options: { encoder: Encoder; post: Post; gzip: boolean; requestBytes: number }) {
    this.#encoder = options.encoder;
    this.#post = options.post;
    this.#gzip = options.gzip;
    this.#limit = Math.min(options.requestBytes, MAX_EVENT_BYTES_HTTP);
  }

  write(record: OutboundRecord): Promise<void> | undefined {
    const frame = this.#encoder.frame(record);
    const { rest } = frame;
    const sent = this.#put(frame);
    return rest === null ? sent : this.#putAll(rest, sent);
  }

  #put(frame: FrameParts): Promise<void> | undefined {
    const group = this.#groups.get(frame.tag) ?? { body: Buffer.allocUnsafeSlow(FIRST_BODY_BYTES), bytes: 0 };
    this.#groups.set(frame.tag, group);
    const full = group.bytes > 0 && group.bytes + frame.length > this.#limit;
    if (!full) {
      this.#add(group, frame);
      return undefined;
    }
    const sent = this.#send(frame.tag, group);
    // The frame's parts are used again by the next record, so it goes into the group's new body now.
    this.#add(group, frame);
    return sent;
  }

  /** The frames that follow a record's first, once what that one filled is sent. */
  async #putAll(frames: Iterable<FrameParts>, first: Promise<void> | undefined): Promise<void> {
    await first;
    for (const frame of frames) {
      const sent = this.#put(frame);
      if (sent !== undefined) await sent;
    }
  }

  get messages(): number {
    return this.#messages;
  }

  async confirm(): Promise<{ bytes: number; messages: number }> {
    for (const [tag, group] of this.#groups) {
      if (group.bytes > 0) await this.#send(tag, group);
    }
    return { bytes: this.#bytes, messages: this.#messages };
  }

  abort(): { maybeTaken: boolean } {
    this.#groups.clear();
    return { maybeTaken: this.#maybeTaken };
  }

  /** Copies: a record's text does not outlive its turn. */
  #add(group: Group, { body, start, end, tail, length }: FrameParts): void {
    const bytes = group.bytes + length;
    if (bytes > group.body.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(bytes, Math.min(2 * group.body.length, this.#limit)));
      group.body.copy(larger, 0, 0, group.bytes);
      group.body = larger;
    }
    const at = group.bytes + body.copy(group.body, group.bytes, start, end);
    tail.copy(group.body, at);
    group.bytes = bytes;
    this.#messages += 1;
    this.#bytes += length;
  }

  #send(tag: string, group: Group): Promise<void> {
    const body = group.body.subarray(0, group.bytes);
    group.body = Buffer.allocUnsafeSlow(FIRST_BODY_BYTES);
    group.bytes = 0;
    return this.#deliver(tag, body);
  }

  async #deliver(tag: string, body: Buffer): Promise<void> {
    const packed = this.#gzip ? await compress(body) : body;
    try {
      await this.#post(tag, packed, this.#gzip ? 'gzip' : null);
      this.#maybeTaken = true;
    } catch (thrown) {
      // A refusal (4xx) and a connection that never came about took nothing; after anything else nobody knows.
      if (!(thrown instanceof SluiceError) || thrown.failure.details.taken !== false) this.#maybeTaken = true;
      throw thrown;
    }
  }
}
