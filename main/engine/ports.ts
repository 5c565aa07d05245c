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
  /**
   * `source/<name>/<field>` or `destination/<name>/<field>`. Given only while every one of `servers`, which would get it, is among those
   * it was stored for; null otherwise.
   */
  get(key: string, servers: ReadonlySet<string>): Promise<string | null>;
  /** Stored together with the servers it may be sent to; null forgets it. */
  set(key: string, value: string | null, servers: ReadonlySet<string>): Promise<void>;
  has(key: string): Promise<boolean>;
}

/** Answers what proxy the system would use for a URL: `http://host:port` or null for a direct connection. */
export type ResolveProxy = (url: string) => Promise<string | null>;

/** The operating system's secret store as a cipher: what it makes can be kept in a file, and opened only by this user on this computer. */
export interface SecretCipher {
  /** Answers base64. */
  encrypt(text: string): Promise<string>;
  /** `again`: the system has a newer key, encrypt and store it anew. Rejects for what another user or computer encrypted. */
  decrypt(encrypted: string): Promise<{ text: string; again: boolean }>;
}

/** Whether other computers can be reached at all. */
export interface Network {
  online(): boolean;
}

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
