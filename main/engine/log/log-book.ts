import type { Clock, Log, LogLevel, LogLine } from '../ports.ts';
import type { LogStore } from '../store/store.ts';
import type { LogFile } from './log-file.ts';

const LEVELS: readonly LogLevel[] = ['DEBUG', 'INFO', 'WARNING', 'ERROR'];
const FLUSH_MS = 200;
const KEEP_LINES = 50_000;
const PRUNE_EVERY = 2_000;
const LONGEST_MESSAGE = 8_000;

export type UnnumberedLine = Omit<LogLine, 'seq'>;

/** Collects log lines: tells listeners at once, writes them to the store a little later in one go. */
export class LogBook {
  readonly #clock: Clock;
  readonly #store: LogStore | null;
  readonly #listeners = new Set<(line: UnnumberedLine) => void>();
  readonly #flushed = new Set<() => void>();
  #waiting: UnnumberedLine[] = [];
  #timer: NodeJS.Timeout | null = null;
  #sincePrune = 0;
  #lowest = 0;

  readonly #file: Pick<LogFile, 'append'> | null;

  constructor(clock: Clock, store: LogStore | null, file: Pick<LogFile, 'append'> | null = null) {
    this.#clock = clock;
    this.#file = file;
    this.#store = store;
  }

  /** A log bound to one of the collectors' processes and threads. */
  bind(process: string, thread: string): Log {
    const at = (level: LogLevel) => (message: string) => this.#add(level, process, thread, message);
    return { debug: at('DEBUG'), info: at('INFO'), warning: at('WARNING'), error: at('ERROR') };
  }

  /** A warning that is kept whatever the level: what somebody has to account for. SPEC 3. */
  account(process: string, thread: string, message: string): void {
    this.#put('WARNING', process, thread, message);
  }

  /** Lines below this level are dropped from now on. */
  keepFrom(level: LogLevel): void {
    this.#lowest = LEVELS.indexOf(level);
  }

  onLine(listener: (line: UnnumberedLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told after lines became readable in the store. */
  onFlush(listener: () => void): () => void {
    this.#flushed.add(listener);
    return () => this.#flushed.delete(listener);
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    this.#sincePrune += lines.length;
    try {
      this.#file?.append(lines);
    } catch {
      // As below.
    }
    try {
      this.#store?.append(lines);
      if (this.#sincePrune >= PRUNE_EVERY) {
        this.#sincePrune = 0;
        this.#store?.prune(KEEP_LINES);
      }
    } catch {
      // A full disk must not turn a log line into a second failure; listeners (stderr) have already had it.
    }
    for (const listener of this.#flushed) listener();
  }

  #add(level: LogLevel, process: string, thread: string, message: string): void {
    if (LEVELS.indexOf(level) >= this.#lowest) this.#put(level, process, thread, message);
  }

  #put(level: LogLevel, process: string, thread: string, message: string): void {
    const text = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
    const line = { at: this.#clock.now(), level, process, thread, message: text };
    for (const listener of this.#listeners) listener(line);
    this.#waiting.push(line);
    if (this.#timer === null) {
      this.#timer = setTimeout(() => this.flush(), FLUSH_MS);
      this.#timer.unref();
    }
  }
}
