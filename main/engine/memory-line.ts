import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LogBook } from './log/log-book.ts';
import { type MemoryUse, memoryUse } from './memory.ts';
import type { Clock, Log } from './ports.ts';

/** Seed 000, "Check memory usage": the collectors free memory and tell of it every five minutes. */
const EVERY_MS = 300_000;
const MIB = 1_048_576;

/** Logs of the collectors' two processes: here they are one, and both of the seed's lines hold its figures. */
export function mainThreads(book: Pick<LogBook, 'bind'>): readonly Log[] {
  return (['InputProcess', 'OutputProcess'] as const).map((process) => book.bind(process, 'MainThread'));
}

export interface MemoryLineOptions {
  clock: Clock;
  logs: readonly Log[];
  /** For tests. */
  use?: () => MemoryUse;
  collect?: () => void;
}

/** The collectors' `[GC]` lines. */
export class MemoryLine {
  readonly #options: MemoryLineOptions;
  #dueAt: number;

  constructor(options: MemoryLineOptions) {
    this.#options = options;
    this.#dueAt = options.clock.now() + EVERY_MS;
  }

  /** Epoch ms. Best when nothing else is going on: collecting everything stops the process for some tens of ms. */
  dueAt(): number {
    return this.#dueAt;
  }

  /** Frees what can be freed and says what came of it. */
  tell(): void {
    const { clock, logs, use = memoryUse, collect = collectGarbage } = this.#options;
    this.#dueAt = clock.now() + EVERY_MS;
    const before = use();
    collect();
    const line = memoryLine(before, use());
    for (const log of logs) log.info(line);
  }
}

/** `[GC] global: 20.4% -> 20.4%, process: RSS(34.50MiB -> 34.08MiB), VMS(410.52MiB -> 410.02MiB)`; no VMS where the system does not tell. */
export function memoryLine(before: MemoryUse, after: MemoryUse): string {
  const sizes = [`RSS(${mib(before.rssBytes)} -> ${mib(after.rssBytes)})`];
  if (before.vmsBytes !== null && after.vmsBytes !== null)
    sizes.push(`VMS(${mib(before.vmsBytes)} -> ${mib(after.vmsBytes)})`);
  return `[GC] global: ${before.globalPercent.toFixed(1)}% -> ${after.globalPercent.toFixed(1)}%, process: ${sizes.join(', ')}`;
}

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(2)}MiB`;

/** Node shows its collector only when it is told to; a fresh context has it then. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
