import type { DevoLookupLegacySettings } from '../../../../shared/settings-lookup.ts';
import type { Clock } from '../../ports.ts';
import type {
  Destination,
  Handover,
  Measure,
  OutboundMessage,
  OutboundRecord,
  PreflightFinding,
  PreflightReport,
  TableSide,
  TableUpload,
} from '../destination.ts';
import type { SendPlanOf } from '../encoder.ts';
import { hostField } from '../framing.ts';
import type { Timeouts } from '../timeouts.ts';
import { TlsPeer } from '../tls-peer.ts';
import { legacyType } from './legacy-cells.ts';
import { LegacyHandover } from './legacy-handover.ts';
import { controlMessage, type LegacyMessagesOptions, legacyFormat, uploadId } from './legacy-messages.ts';
import { LookupRows } from './lookup-rows.ts';
import { lookupTable } from './table-name.ts';
import { type LookupHolding, UploadRows } from './upload.ts';

export interface LegacyLookupOptions {
  settings: DevoLookupLegacySettings;
  passphrase: () => Promise<string | null>;
  baseDir: string;
  planOf: SendPlanOf;
  holding: LookupHolding;
  hostname: string;
  clock: Clock;
  timeouts: Timeouts;
}

const END_OF_LIFE =
  'Devo announced the end of the messages my.lookup.control and my.lookup.data for 2026-01-01: prefer the Lookups REST API (mode: api).';

/** A Devo lookup as the messages `my.lookup.control` and `my.lookup.data`, over syslog and mutual TLS. Reference 2.1–2.4. */
export class LegacyLookupDestination implements Destination {
  readonly kind = 'devo-lookup-legacy';
  readonly name: string;
  readonly table: TableSide;
  readonly #options: LegacyLookupOptions;
  readonly #peer: TlsPeer;
  /** Rows as they would leave now: for previews and counts. */
  readonly #rows: LookupRows;
  readonly #shown: LegacyMessagesOptions;
  /** An upload that held everything has been taken since this destination was opened: what follows are changes to it. */
  #complete = false;
  #lastUpload = 0;

  constructor(options: LegacyLookupOptions) {
    this.name = options.settings.name;
    this.#options = options;
    this.#peer = new TlsPeer(options);
    this.#shown = this.#messages(options.clock.now());
    this.#rows = this.#rowsOf(this.#shown);
    this.table = {
      cells: (record) => this.#rows.columnsOf(record),
      notes: (record) => this.#rows.notes(this.#rows.row(record).cells),
      upload: (records, signal) => this.#upload(records, signal),
    };
  }

  encode(record: OutboundRecord): Buffer {
    return this.#rows.encode(record);
  }

  /** The table that the lookup is queried under. */
  tagOf(): string {
    return lookupTable(this.#options.settings.lookup);
  }

  measure(record: OutboundRecord): Measure {
    return { messages: 1, bytes: this.#rows.encode(record).length };
  }

  messages(record: OutboundRecord): OutboundMessage[] {
    return [this.#rows.message(record)];
  }

  whyNotSendable(record: OutboundRecord): string | null {
    return this.#rows.whyNotSendable(record);
  }

  async preflight(signal: AbortSignal): Promise<PreflightReport> {
    const report = await this.#peer.preflight(signal);
    const { columns, lookup } = this.#options.settings;
    const warnings: PreflightFinding[] = [
      END_OF_LIFE,
      ...columns
        .filter(({ type }) => legacyType(type) === null)
        .map(({ name, type }) => `The messages have no type ${type}: the column ${name} is sent as text.`),
    ].map((message) => ({ level: 'warning', subject: lookup, message }));
    const said = report.ok ? warnings.map(({ message }) => ` Warning: ${message}`).join('') : '';
    return { ...report, findings: [...report.findings, ...warnings], line: report.line + said };
  }

  async open(
    signal: AbortSignal,
    _onConnected?: () => void,
    onState: (text: string) => void = () => {},
  ): Promise<Handover> {
    const { settings, holding, clock } = this.#options;
    // Two uploads never have the same id.
    this.#lastUpload = Math.max(clock.now(), this.#lastUpload + 1);
    const messages = this.#messages(this.#lastUpload);
    return new LegacyHandover({
      rows: new UploadRows(this.#rowsOf(messages), holding, clock),
      messages,
      whole: () => !this.#complete && this.#wantsAll(),
      onWhole: () => {
        this.#complete = true;
      },
      connect: () => this.#peer.connect(signal),
      memory: this.#peer.memory,
      pauseMs: settings.pauseSeconds * 1000,
      clock,
      signal,
      onState,
    });
  }

  async close(): Promise<void> {
    this.#peer.forget();
  }

  async #upload(records: Iterable<OutboundRecord>, signal: AbortSignal): Promise<TableUpload> {
    const { holding, clock } = this.#options;
    const messages = this.#shown;
    const rows = new UploadRows(this.#rows, holding, clock);
    for (const record of records) await rows.put(record);
    const { whole, ...upload } = await rows.finish(this.#wantsAll(), signal);
    return {
      rows: upload.rows,
      deletes: upload.deletes,
      notes: rows.notes,
      parts: [
        {
          name: 'messages',
          *pieces() {
            yield controlMessage('START', whole, messages);
            yield* upload.rowPieces();
            yield* upload.deletePieces();
            yield controlMessage('END', whole, messages);
          },
        },
      ],
    };
  }

  /** The first hand-over makes the lookup what it is to be, and `full` every one. */
  #wantsAll(): boolean {
    const { settings, holding } = this.#options;
    return settings.update === 'full' || !holding.begun();
  }

  #messages(at: number): LegacyMessagesOptions {
    const { lookup, columns, cells } = this.#options.settings;
    return { lookup, columns, cells, host: hostField(this.#options.hostname), id: uploadId(at, lookup) };
  }

  #rowsOf(messages: LegacyMessagesOptions): LookupRows {
    return new LookupRows(this.#options.planOf, messages.columns, legacyFormat(messages));
  }
}
