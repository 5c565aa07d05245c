import type { SecureContext } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './connection.ts';
import { explainConnectionError } from './connection-failure.ts';
import { type CredentialFiles, readCredentials, sameFiles, secureContext } from './credentials.ts';
import type { PreflightReport } from './destination.ts';
import { inspectCredentials } from './inspect-credentials.ts';
import { openTls, peerName } from './open-connection.ts';
import { PeerMemory } from './peer-memory.ts';
import { preflightSyslog, type TlsPeerSettings } from './preflight.ts';
import type { Timeouts } from './timeouts.ts';

export interface TlsPeerOptions {
  settings: TlsPeerSettings;
  passphrase: () => Promise<string | null>;
  baseDir: string;
  clock: Clock;
  timeouts: Timeouts;
}

/** A Devo endpoint over mutual TLS, with what connections to it have shown so far. Fails closed: no chain, no connection. Reference 1.3. */
export class TlsPeer {
  readonly memory = new PeerMemory();
  readonly #options: TlsPeerOptions;
  #trusted: { files: CredentialFiles; context: SecureContext } | null = null;

  constructor(options: TlsPeerOptions) {
    this.#options = options;
  }

  async connect(signal: AbortSignal, onConnected?: () => void): Promise<Connection> {
    const { settings, timeouts } = this.#options;
    return await openTls(settings, await this.#context(), this.memory, timeouts, signal, onConnected);
  }

  /** Certificates file by file, then a connection without an event. */
  async preflight(signal: AbortSignal): Promise<PreflightReport> {
    const { settings, baseDir, clock, timeouts } = this.#options;
    return await preflightSyslog({
      settings,
      baseDir,
      passphrase: await this.#options.passphrase(),
      now: clock.now(),
      connect: async (context) => {
        const connection = await openTls(settings, context, new PeerMemory(), timeouts, signal);
        connection.destroy();
      },
    });
  }

  forget(): void {
    this.memory.forget();
    this.#trusted = null;
  }

  /** Reads the files each time: renewed certificates count from the next connection on. What they are made into is kept. */
  async #context(): Promise<SecureContext> {
    const { settings, baseDir, clock } = this.#options;
    const files = readCredentials(settings, baseDir);
    if (this.#trusted !== null && sameFiles(this.#trusted.files, files)) return this.#trusted.context;
    this.forget();
    const passphrase = await this.#options.passphrase();
    try {
      const context = secureContext(files, passphrase, settings.secLevel);
      this.#trusted = { files, context };
      return context;
    } catch (thrown) {
      const [found] = inspectCredentials({ settings, baseDir, passphrase, now: clock.now() }).failures;
      throw found === undefined
        ? explainConnectionError(thrown, peerName(settings))
        : new SluiceError(found, { cause: thrown });
    }
  }
}
