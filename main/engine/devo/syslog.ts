import type { SecureContext } from 'node:tls';
import { SluiceError } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './connection.ts';
import { explainConnectionError } from './connection-failure.ts';
import { type CredentialFiles, readCredentials, sameFiles, secureContext } from './credentials.ts';
import type {
  Destination,
  Handover,
  OutboundMessage,
  OutboundRecord,
  PreflightReport,
} from './destination.ts';
import { Encoder, type SendPlanOf } from './encoder.ts';
import { hostField } from './framing.ts';
import { inspectCredentials } from './inspect-credentials.ts';
import { openTls, peerName } from './open-connection.ts';
import { PeerMemory } from './peer-memory.ts';
import { preflightSyslog } from './preflight.ts';
import { StreamHandover } from './stream-handover.ts';
import type { Timeouts } from './timeouts.ts';

export interface SyslogOptions {
  settings: DevoSyslogSettings;
  passphrase: () => Promise<string | null>;
  baseDir: string;
  planOf: SendPlanOf;
  hostname: string;
  clock: Clock;
  timeouts: Timeouts;
}

/** Syslog over mutual TLS: Devo's own way in. Reference 1.3–1.6. */
export class SyslogDestination implements Destination {
  readonly kind = 'devo-syslog';
  readonly name: string;
  readonly #options: SyslogOptions;
  readonly #encoder: Encoder;
  readonly #memory = new PeerMemory();
  #trusted: { files: CredentialFiles; context: SecureContext } | null = null;

  constructor(options: SyslogOptions) {
    const { settings } = options;
    this.name = settings.name;
    this.#options = options;
    this.#encoder = new Encoder(options.planOf, {
      shape: 'syslog',
      date: settings.date,
      newlines: settings.gzip ? 'space' : settings.newlines,
      host: hostField(options.hostname),
    });
  }

  encode(record: OutboundRecord): Buffer {
    return this.#encoder.encode(record);
  }

  tagOf(source: string, kind: RecordKind, type: string): string | null {
    return this.#options.planOf(source, kind, type)?.tag ?? null;
  }

  message(record: OutboundRecord): OutboundMessage {
    return this.#encoder.message(record);
  }

  whyNotSendable(record: OutboundRecord): string | null {
    return this.#encoder.whyNotSendable(record);
  }

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

  async open(signal: AbortSignal, onConnected?: () => void): Promise<Handover> {
    const { settings, timeouts, clock } = this.#options;
    return new StreamHandover({
      encoder: this.#encoder,
      connection: await this.#connect(signal, onConnected),
      reconnect: () => this.#connect(signal),
      memory: this.#memory,
      gzip: settings.gzip,
      timeouts,
      clock,
    });
  }

  async close(): Promise<void> {
    this.#memory.forget();
    this.#trusted = null;
  }

  async #connect(signal: AbortSignal, onConnected?: () => void): Promise<Connection> {
    const { settings, timeouts } = this.#options;
    return await openTls(settings, await this.#context(), this.#memory, timeouts, signal, onConnected);
  }

  /** Reads the files each time: renewed certificates count from the next connection on. What they are made into is kept. */
  async #context(): Promise<SecureContext> {
    const { settings, baseDir, clock } = this.#options;
    const files = readCredentials(settings, baseDir);
    if (this.#trusted !== null && sameFiles(this.#trusted.files, files)) return this.#trusted.context;
    this.#trusted = null;
    this.#memory.forget();
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
