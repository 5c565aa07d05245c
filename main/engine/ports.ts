/** What the engine is given from outside. Everything else it owns. Hosts (Electron, Node, tests) provide these. */

/** The one place time comes from. */
export interface Clock {
  /** Epoch milliseconds, wall clock. */
  now(): number;
  /** Milliseconds that never run backwards, for measuring. */
  monotonic(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The one place secrets come from. Values never reach a log, an event or the renderer. */
export interface Secrets {
  /** false: secrets live until the process ends, and the interface says so. */
  readonly persistent: boolean;
  /** `source/<name>/<field>` or `destination/<name>/<field>`. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string | null): Promise<void>;
  has(key: string): Promise<boolean>;
}

/** Answers what proxy the system would use for a URL: `http://host:port` or null for a direct connection. */
export type ResolveProxy = (url: string) => Promise<string | null>;

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** One line of the collectors' log. `at` is epoch ms. Line format: seed 000, "Initialization". */
export interface LogLine {
  seq: number;
  at: number;
  level: LogLevel;
  /** `InputProcess` | `OutputProcess` | `MainProcess`. */
  process: string;
  /** e.g. `TaxiiPuller(taxii_collector,12345,objects_and_manifests,predefined)`. */
  thread: string;
  message: string;
}

/** A log bound to a process and a thread name. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warning(message: string): void;
  error(message: string): void;
}
