import type { RecordKind } from '../../../shared/records.ts';
import type { DevoRelaySettings } from '../../../shared/settings.ts';
import type { Clock } from '../ports.ts';
import type { Connection } from './connection.ts';
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
import { openTcp, peerName } from './open-connection.ts';
import { preflightConnection } from './preflight.ts';
import { privateLookup, refusePublicLiteral } from './private-address.ts';
import { StreamHandover } from './stream-handover.ts';
import type { Timeouts } from './timeouts.ts';

export interface RelayOptions {
  settings: DevoRelaySettings;
  planOf: SendPlanOf;
  hostname: string;
  clock: Clock;
  timeouts: Timeouts;
}

/** Plain TCP to an in-house Devo relay, which takes no TLS (reference 1.1): loopback and private networks only. SPEC 4. */
export class RelayDestination implements Destination {
  readonly kind = 'devo-relay';
  readonly name: string;
  readonly table = null;
  readonly #options: RelayOptions;
  readonly #encoder: Encoder;

  constructor(options: RelayOptions) {
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
    const { settings } = this.#options;
    const peer = peerName(settings);
    return await preflightConnection({
      name: settings.name,
      peer,
      what: `TCP connection to the relay ${peer}`,
      warnings: ['What is sent to a relay is not encrypted and the relay is not verified.'],
      connect: async () => {
        (await this.#connect(signal)).destroy();
        return 'TCP connection made.';
      },
    });
  }

  async open(signal: AbortSignal): Promise<Handover> {
    const { settings, timeouts, clock } = this.#options;
    return new StreamHandover({
      encoder: this.#encoder,
      connection: await this.#connect(signal),
      reconnect: () => this.#connect(signal),
      memory: null,
      gzip: settings.gzip,
      timeouts,
      clock,
    });
  }

  async close(): Promise<void> {}

  async #connect(signal: AbortSignal): Promise<Connection> {
    const { settings, timeouts } = this.#options;
    refusePublicLiteral(settings.address);
    return await openTcp(settings, privateLookup(), timeouts, signal);
  }
}
