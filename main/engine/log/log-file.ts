import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { UnnumberedLine } from './log-book.ts';
import { formatLogLine } from './log-line.ts';

const LARGEST_BYTES = 5_000_000;
/** `sluice.log` and so many older ones, `sluice.1.log` the newest of them. */
const OLDER = 3;

/** The log as text files in the collectors' own format, in `logs` of the data directory: what a person attaches to a question. */
export class LogFile {
  readonly #dir: string;
  readonly #file: string;
  #bytes: number | null = null;

  constructor(dataDir: string) {
    this.#dir = join(dataDir, 'logs');
    this.#file = join(this.#dir, 'sluice.log');
    try {
      // At once: the folder can be opened before there is a line.
      mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    } catch {
      // Said when a line is to be written; the store is the log's first place.
    }
  }

  /** @throws the file system's error; a log book survives it. */
  append(lines: readonly UnnumberedLine[]): void {
    const text = lines.map((line) => `${formatLogLine(line)}\n`).join('');
    this.#bytes ??= this.#open();
    if (this.#bytes > LARGEST_BYTES) this.#turn();
    appendFileSync(this.#file, text, { mode: 0o600 });
    this.#bytes += Buffer.byteLength(text);
  }

  #open(): number {
    return statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
  }

  #turn(): void {
    for (let i = OLDER; i >= 1; i--) {
      const from = i === 1 ? this.#file : join(this.#dir, `sluice.${i - 1}.log`);
      if (statSync(from, { throwIfNoEntry: false }) !== undefined)
        renameSync(from, join(this.#dir, `sluice.${i}.log`));
    }
    this.#bytes = 0;
  }
}
