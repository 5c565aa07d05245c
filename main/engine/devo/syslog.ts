import type { RecordKind } from '../../../shared/records.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import type { Clock } from '../ports.ts';
import type {
  Destination,
  Handover,
  Measure,
  OutboundMessage,
  OutboundRecord,
  PreflightReport,
} from './destination.ts';
import { Encoder, type SendPlanOf } from './encoder.ts';
import { hostField } from './framing.ts';
import { StreamHandover } from './stream-handover.ts';
import type { Timeouts } from './timeouts.ts';
import { TlsPeer } from './tls-peer.ts';

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
  readonly table = null;
  readonly #options: SyslogOptions;
  readonly #encoder: Encoder;
  readonly #peer: TlsPeer;

  constructor(options: SyslogOptions) {
    const { settings } = options;
    this.name = settings.name;
    this.#options = options;
    this.#peer = new TlsPeer(options);
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

  measure(record: OutboundRecord): Measure {
    return this.#encoder.measure(record);
  }

  messages(record: OutboundRecord): OutboundMessage[] {
    return this.#encoder.messages(record);
  }

  whyNotSendable(record: OutboundRecord): string | null {
    return this.#encoder.whyNotSendable(record);
  }

  async preflight(signal: AbortSignal): Promise<PreflightReport> {
    return await this.#peer.preflight(signal);
  }

  async open(signal: AbortSignal, onConnected?: () => void): Promise<Handover> {
    const { settings, timeouts, clock } = this.#options;
    return new StreamHandover({
      encoder: this.#encoder,
      connection: await this.#peer.connect(signal, onConnected),
      reconnect: () => this.#peer.connect(signal),
      memory: this.#peer.memory,
      gzip: settings.gzip,
      timeouts,
      clock,
    });
  }

  async close(): Promise<void> {
    this.#peer.forget();
  }
}
