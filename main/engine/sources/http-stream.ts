import type { IncomingHttpHeaders } from 'node:http';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { SluiceError, toFailure } from '../../../shared/errors.ts';
import { type Encoding, encodingOf, tooLarge, undecodable } from './http-body.ts';
import type { RawAnswer } from './http-dispatch.ts';

/** What takes a body while it arrives. */
export interface BodyTaker {
  /** Decoded bytes, never written to again. The next come when this has resolved. A throw ends the request with it. */
  take(piece: Buffer): Promise<void>;
  /** The body has come whole. */
  end(): Promise<void>;
}

/** What waits between the connection and the taker at most, before the server is made to wait. Bytes. */
const AHEAD = 262_144;

const UNPACK: Record<Exclude<Encoding, 'none'>, () => ReturnType<typeof createGunzip>> = {
  gzip: createGunzip,
  deflate: createInflate,
  'deflate-raw': createInflateRaw,
};

/** The body of one answer on its way into a taker. Answers that are no 2xx are collected as usual. */
export class StreamedBody {
  readonly #begin: (status: number, headers: IncomingHttpHeaders) => BodyTaker;
  readonly #maxBytes: number;
  #done: Promise<void> | null = null;

  constructor(begin: (status: number, headers: IncomingHttpHeaders) => BodyTaker, maxBytes: number) {
    this.#begin = begin;
    this.#maxBytes = maxBytes;
  }

  /** For {@link Dispatch}. */
  divert = (status: number, headers: IncomingHttpHeaders, first: Buffer): Writable | null => {
    if (!isSuccess(status)) return null;
    const { into, done } = streamInto(
      this.#begin(status, headers),
      headers['content-encoding'],
      first,
      this.#maxBytes,
    );
    this.#done = done;
    // Waited for below, which may be later.
    done.catch(() => {});
    return into;
  };

  /**
   * Waits until the answer is there and its body is worked on. Rejects with what the request or the taker failed with; nothing is taken
   * any more then.
   */
  async follow(asked: Promise<RawAnswer>): Promise<RawAnswer> {
    try {
      const answer = await asked;
      if (this.#done === null && isSuccess(answer.status)) {
        // An empty body.
        await own(() => this.#begin(answer.status, answer.headers).end());
      }
      await this.#done;
      return answer;
    } catch (error) {
      // A taker that throws breaks the connection off: what it threw says more than that.
      const failed: unknown = await this.#done?.then(null, (why: unknown) => why);
      throw failed instanceof SluiceError ? failed : error;
    }
  }
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * A stream into a taker that undoes Content-Encoding, judged by the body's first bytes.
 * `done` resolves when the taker has ended, and rejects with what it threw, or with SluiceError `http.too-large`, `http.encoding` (retryable).
 */
function streamInto(
  taker: BodyTaker,
  encoding: string | undefined,
  first: Buffer,
  maxBytes: number,
): { into: Writable; done: Promise<void> } {
  const into = new PassThrough({ highWaterMark: AHEAD });
  const kind = encodingOf(first, encoding);
  let length = 0;
  const work = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
    for await (const piece of pieces) {
      length += piece.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      await own(() => taker.take(piece));
    }
    await own(() => taker.end());
  };
  const through = kind === 'none' ? pipeline(into, work) : pipeline(into, UNPACK[kind](), work);
  const done = through.catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code?.startsWith('Z_') === true ? undecodable(error) : error;
  });
  return { into, done };
}

/** What a taker throws by mistake is no failure of the network. */
async function own(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof SluiceError ? error : new SluiceError(toFailure(error), { cause: error });
  }
}
