import type { OutboundRun } from './destination.ts';

/** What stands before and after every text of a run; the text's closing brace is left out, it is part of `after`. */
export interface Surroundings {
  before: Buffer;
  after: Buffer;
}

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const EMPTY = Buffer.alloc(0);

/**
 * Copies plain texts of a run with what surrounds them: objects that begin with their first key and end with their brace, as servers write
 * them. What it writes is what {@link Encoder.frame} makes of the same records, without looking at each of them: on the way to the wire that
 * is what takes the time.
 */
export class PlainRuns {
  #surroundings: Surroundings = { before: EMPTY, after: EMPTY };
  /** The end of one frame and the beginning of the next: most of what is copied lies between two texts. */
  #between: Buffer = EMPTY;

  /**
   * Frames of the run from record `from` on, written to `piece` from `at` on, as long as texts are plain and frames end before `limit`.
   * Answers how many there are and where they end; behind that, up to `limit`, bytes may have been written over.
   */
  copy(
    { count, bytes, ends, offset }: OutboundRun,
    from: number,
    surroundings: Surroundings,
    piece: Buffer,
    at: number,
    limit: number,
  ): { frames: number; end: number } {
    const between = this.#joined(surroundings);
    const before = surroundings.before.length;
    let to = at + before;
    if (to >= limit) return { frames: 0, end: at };
    piece.set(surroundings.before, at);
    let i = offset + from;
    let start = i === 0 ? 0 : (ends[i - 1] ?? 0);
    for (const end = offset + count; i < end; i++) {
      const brace = (ends[i] ?? 0) - 1;
      const next = to + (brace - start) + between.length;
      if (next >= limit) break;
      if (bytes[start] !== OPEN_BRACE || bytes[start + 1] !== QUOTE || bytes[brace] !== CLOSE_BRACE) break;
      bytes.copy(piece, to, start, brace);
      piece.set(between, next - between.length);
      to = next;
      start = brace + 1;
    }
    const frames = i - offset - from;
    return { frames, end: frames === 0 ? at : to - before };
  }

  #joined(surroundings: Surroundings): Buffer {
    const known = this.#surroundings;
    if (known.before !== surroundings.before || known.after !== surroundings.after) {
      this.#surroundings = surroundings;
      this.#between = Buffer.concat([surroundings.after, surroundings.before]);
    }
    return this.#between;
  }
}
