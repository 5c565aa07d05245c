import { SluiceError } from '../../../../shared/errors.ts';
import type { DevoLookupSettings } from '../../../../shared/settings-lookup.ts';
import type { Clock, ResolveProxy } from '../../ports.ts';
import type {
  Destination,
  Handover,
  Measure,
  OutboundMessage,
  OutboundRecord,
  PreflightReport,
  TableSide,
  TableUpload,
} from '../destination.ts';
import type { SendPlanOf } from '../encoder.ts';
import { DevoHttpClient } from '../http-client.ts';
import { preflightConnection } from '../preflight.ts';
import type { Timeouts } from '../timeouts.ts';
import { ApiHandover } from './api-handover.ts';
import { CSV_CELL_SEPARATOR, CSV_ROW_END, csvCell, csvHeader } from './csv.ts';
import { LookupRows } from './lookup-rows.ts';
import { LookupsApi } from './lookups-api.ts';
import { lookupTable } from './table-name.ts';
import { type LookupHolding, UploadRows } from './upload.ts';

export interface ApiLookupOptions {
  settings: DevoLookupSettings;
  token: () => Promise<string | null>;
  baseDir: string;
  resolveProxy: ResolveProxy | null;
  planOf: SendPlanOf;
  holding: LookupHolding;
  clock: Clock;
  timeouts: Timeouts;
}

/** A Devo lookup over the Lookups REST API. Reference 2.6. */
export class ApiLookupDestination implements Destination {
  readonly kind = 'devo-lookup';
  readonly name: string;
  readonly table: TableSide;
  readonly #options: ApiLookupOptions;
  readonly #client: DevoHttpClient;
  readonly #rows: LookupRows;
  /** An upload that held everything has been taken since this destination was opened: what follows are changes to it. */
  #complete = false;

  constructor(options: ApiLookupOptions) {
    const { settings } = options;
    this.name = settings.name;
    this.#options = options;
    this.#client = new DevoHttpClient({
      base: settings.baseUrl,
      proxy: settings.proxy,
      caFile: settings.caFile,
      baseDir: options.baseDir,
      resolveProxy: options.resolveProxy,
      timeouts: options.timeouts,
    });
    this.#rows = new LookupRows(options.planOf, settings.columns, {
      fit: true,
      cell: csvCell,
      separator: CSV_CELL_SEPARATOR,
      head: () => '',
      prefix: '',
      end: CSV_ROW_END,
      tag: () => '',
    });
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

  /** Reaches the API with the token and looks the lookup up; changes nothing. */
  async preflight(signal: AbortSignal): Promise<PreflightReport> {
    const { settings } = this.#options;
    const { host, plain } = this.#client;
    return await preflightConnection({
      name: this.name,
      peer: host,
      what: `Lookups API at ${host}, lookup ${settings.lookup} of ${settings.domain}`,
      warnings: plain ? ['The base URL is plain HTTP: rows and token are not encrypted.'] : [],
      connect: async (warn) => {
        const api = this.#api(await this.#token());
        await api.list(signal);
        const found = await api.metadata(signal);
        const accepted = 'The API answers and accepts the token.';
        if (found === null) return `${accepted} The lookup ${settings.lookup} will be created.`;
        const differs = found.columns === null ? null : this.#difference(found.columns);
        if (differs !== null) warn(differs);
        return `${accepted} The lookup ${settings.lookup} is there.`;
      },
    });
  }

  async open(
    signal: AbortSignal,
    _onConnected?: () => void,
    onState: (text: string) => void = () => {},
  ): Promise<Handover> {
    const { settings, holding, clock } = this.#options;
    return new ApiHandover({
      api: this.#api(await this.#token()),
      lookup: settings.lookup,
      rows: new UploadRows(this.#rows, holding, clock),
      header: csvHeader(settings.columns),
      whole: () => !this.#complete && this.#wantsAll(),
      onWhole: () => {
        this.#complete = true;
      },
      jobTimeoutMs: settings.jobTimeoutSeconds * 1000,
      pollMs: settings.jobPollSeconds * 1000,
      clock,
      signal,
      onState,
    });
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #upload(records: Iterable<OutboundRecord>, signal: AbortSignal): Promise<TableUpload> {
    const { settings, holding, clock } = this.#options;
    const rows = new UploadRows(this.#rows, holding, clock);
    for (const record of records) await rows.put(record);
    const upload = await rows.finish(this.#wantsAll(), signal);
    const header = csvHeader(settings.columns);
    const csv = (pieces: () => Iterable<Buffer>) =>
      function* () {
        yield header;
        yield* pieces();
      };
    return {
      rows: upload.rows,
      deletes: upload.deletes,
      notes: rows.notes,
      parts: [
        { name: 'rows', pieces: csv(upload.rowPieces) },
        ...(upload.deletes > 0 ? [{ name: 'deletes' as const, pieces: csv(upload.deletePieces) }] : []),
      ],
    };
  }

  /** The first hand-over makes the lookup what it is to be, and `full` every one. */
  #wantsAll(): boolean {
    const { settings, holding } = this.#options;
    return settings.update === 'full' || !holding.begun();
  }

  #api(token: string): LookupsApi {
    const { settings, clock, timeouts } = this.#options;
    return new LookupsApi({
      client: this.#client,
      domain: settings.domain,
      lookup: settings.lookup,
      columns: settings.columns,
      token,
      clock,
      timeouts,
      uploadTimeout: settings.jobTimeoutSeconds * 1000,
    });
  }

  async #token(): Promise<string> {
    const token = await this.#options.token();
    if (token !== null && token !== '') return token;
    throw new SluiceError({
      code: 'devo.token-missing',
      message: `The destination ${this.name} has no token.`,
      remedy: 'Create a token in Devo (Administration → Credentials → Authentication tokens) and set it.',
    });
  }

  #difference(there: readonly { name: string; type: string }[]): string | null {
    const spelled = (columns: readonly { name: string; type: string }[]): string =>
      columns.map(({ name, type }) => (type === '' ? name : `${name} ${type}`)).join(', ');
    const ours = this.#rows.columns.map(({ name, type }, at) => ({
      name,
      type: there[at]?.type === '' ? '' : type,
    }));
    if (spelled(ours).toLowerCase() === spelled(there).toLowerCase()) return null;
    return `The lookup's columns differ. In Devo: ${spelled(there)}. Here: ${spelled(ours)}. With update: full the lookup is replaced.`;
  }
}
