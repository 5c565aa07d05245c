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
  chunks: Buffer[];
  bytes: number;
}

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
    const group = this.#groups.get(frame.tag) ?? { chunks: [], bytes: 0 };
    this.#groups.set(frame.tag, group);
    const full = group.bytes > 0 && group.bytes + frame.length > this.#limit;
    if (!full) {
      this.#add(group, frame);
      return undefined;
    }
    const sent = this.#send(frame.tag, group);
    // The frame's parts are used again by the next record, so it goes into the emptied group now; its bytes stay where they are.
    this.#add(group, frame);
    return sent;
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

  #add(group: Group, frame: FrameParts): void {
    group.chunks.push(frame.body.subarray(frame.start, frame.end), frame.tail);
    group.bytes += frame.length;
    this.#messages += 1;
    this.#bytes += frame.length;
  }

  #send(tag: string, group: Group): Promise<void> {
    const body = Buffer.concat(group.chunks, group.bytes);
    group.chunks = [];
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
