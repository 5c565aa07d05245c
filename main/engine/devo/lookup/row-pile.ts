/** Rows are gathered in pieces of this size, bytes: what is written to a connection at once. */
const PIECE = 262_144;
/** UTF-8 needs at most so many bytes a UTF-16 unit. */
const BYTES_A_UNIT = 3;

type Side = 'rows' | 'deletes';
interface Entry {
  side: Side;
  /** Number of the piece. */
  piece: number;
  start: number;
  end: number;
}

/**
 * The rows of one upload: of each key the last one, either to be added or changed or to be deleted. Held as bytes in pieces, so that a table
 * of any size is never one string.
 */
export class RowPile {
  readonly #entries = new Map<string, Entry>();
  readonly #pieces: Buffer[] = [];
  #filled = PIECE;
  readonly #counts: Record<Side, number> = { rows: 0, deletes: 0 };
  readonly #bytes: Record<Side, number> = { rows: 0, deletes: 0 };

  /** Puts a row in the place of what there was under the key. */
  put(key: string, side: Side, row: string): void {
    this.drop(key);
    const entry = { side, ...this.#write(row) };
    this.#entries.set(key, entry);
    this.#counts[side] += 1;
    this.#bytes[side] += entry.end - entry.start;
  }

  drop(key: string): void {
    const before = this.#entries.get(key);
    if (before === undefined) return;
    // Taken out, so that the order is that of the last mention.
    this.#entries.delete(key);
    this.#counts[before.side] -= 1;
    this.#bytes[before.side] -= before.end - before.start;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  count(side: Side): number {
    return this.#counts[side];
  }

  bytes(side: Side): number {
    return this.#bytes[side];
  }

  /** The rows of one side in order; neighbours in one piece come together. */
  *pieces(side: Side): Generator<Buffer> {
    let run: { piece: number; start: number; end: number } | null = null;
    for (const entry of this.#entries.values()) {
      if (entry.side !== side) continue;
      if (run !== null && run.piece === entry.piece && run.end === entry.start) run.end = entry.end;
      else {
        if (run !== null) yield this.#cut(run);
        run = { piece: entry.piece, start: entry.start, end: entry.end };
      }
    }
    if (run !== null) yield this.#cut(run);
  }

  clear(): void {
    this.#entries.clear();
    this.#pieces.length = 0;
    this.#filled = PIECE;
    for (const side of ['rows', 'deletes'] as const) {
      this.#counts[side] = 0;
      this.#bytes[side] = 0;
    }
  }

  #cut({ piece, start, end }: { piece: number; start: number; end: number }): Buffer {
    const bytes = this.#pieces[piece];
    if (bytes === undefined) throw new Error(`piece ${piece} is unknown`);
    return bytes.subarray(start, end);
  }

  #write(row: string): Omit<Entry, 'side'> {
    const most = row.length * BYTES_A_UNIT;
    if (most > PIECE) {
      this.#pieces.push(Buffer.from(row, 'utf8'));
      this.#filled = PIECE;
      return { piece: this.#pieces.length - 1, start: 0, end: this.#pieces.at(-1)?.length ?? 0 };
    }
    if (this.#filled + most > PIECE) {
      this.#pieces.push(Buffer.allocUnsafeSlow(PIECE));
      this.#filled = 0;
    }
    const start = this.#filled;
    this.#filled += this.#pieces.at(-1)?.write(row, start, 'utf8') ?? 0;
    return { piece: this.#pieces.length - 1, start, end: this.#filled };
  }
}
