import { SluiceError } from '../../../../shared/errors.ts';
import type { LookupColumn } from '../../../../shared/settings-lookup.ts';
import type { Span } from '../../json/locate.ts';
import type { OutboundMessage, OutboundRecord } from '../destination.ts';
import type { SendPlanOf } from '../encoder.ts';
import { hiddenValues, hideValues, NOT_SENDABLE, notSendable, whyNotSendable, whyOf } from '../message.ts';
import { type Cell, type ColumnIndex, cellsOf, fitted, indexColumns } from './cells.ts';

/** How rows are written: as CSV, or as messages. */
export interface RowFormat {
  /** Values that their column's type cannot hold become empty; false writes them as they are. */
  fit: boolean;
  cell: (cell: Cell, column: LookupColumn) => string;
  separator: string;
  /** The frame's head, what stands before the cells of every row, and what ends a row. */
  head: (deleted: boolean) => string;
  prefix: string;
  end: string;
  /** Tag of the message that carries the row; empty where there is none. */
  tag: (deleted: boolean) => string;
}

/** A record as a row of a lookup. */
export interface LookupRow {
  key: string;
  deleted: boolean;
  cells: readonly Cell[];
  text: string;
}

const NO_SPANS: readonly Span[] = [];

interface Plan {
  hidden: ReturnType<typeof hiddenValues>;
}

/** Turns records into rows. Preview, dry run and wire all go through {@link LookupRows.row}: there is no second way. */
export class LookupRows {
  readonly #planOf: SendPlanOf;
  readonly #index: ColumnIndex;
  readonly #format: RowFormat;
  readonly #plans = new Map<string, Plan | null>();
  /** The row made last: whether a record can be sent, its bytes and its notes are asked for one after the other. */
  #last: { record: OutboundRecord; row: LookupRow } | null = null;

  constructor(planOf: SendPlanOf, columns: readonly LookupColumn[], format: RowFormat) {
    this.#planOf = planOf;
    this.#index = indexColumns(columns);
    this.#format = format;
  }

  get columns(): readonly LookupColumn[] {
    return this.#index.columns;
  }

  /** Throws SluiceError `devo.not-sendable`. */
  row(record: OutboundRecord): LookupRow {
    if (this.#last?.record === record) return this.#last.row;
    const format = this.#format;
    const cells = this.#cells(record);
    const written = this.#written(cells);
    const key = written[0] ?? '';
    if ((cells[0]?.text ?? '') === '') throw notSendable(this.#withoutKey());
    const { revoked } = record;
    const text = format.head(revoked) + format.prefix + written.join(format.separator) + format.end;
    const row = { key, deleted: revoked, cells, text };
    this.#last = { record, row };
    return row;
  }

  /** The row cell by cell, before quoting. Throws like {@link row}. */
  columnsOf(record: OutboundRecord): { column: string; text: string }[] {
    const { cells } = this.row(record);
    return this.columns.map(({ name }, at) => ({ column: name, text: cells[at]?.text ?? '' }));
  }

  encode(record: OutboundRecord): Buffer {
    return Buffer.from(this.row(record).text, 'utf8');
  }

  /** The row apart from its frame, and where obfuscation put its values. */
  message(record: OutboundRecord): OutboundMessage {
    const format = this.#format;
    const { cells, deleted, text } = this.row(record);
    const obfuscated: [number, number][] = [];
    let at = Buffer.byteLength(format.prefix, 'utf8');
    for (const [n, cell] of this.#written(cells).entries()) {
      const start = at + (n === 0 ? 0 : format.separator.length);
      at = start + Buffer.byteLength(cell, 'utf8');
      if (cells[n]?.hidden === true) obfuscated.push([start, at]);
    }
    const frame = Buffer.from(text, 'utf8');
    const from = Buffer.byteLength(format.head(deleted), 'utf8');
    return { tag: format.tag(deleted), frame, message: frame.subarray(from, from + at), obfuscated };
  }

  whyNotSendable(record: OutboundRecord): string | null {
    try {
      this.row(record);
      return null;
    } catch (thrown) {
      if (thrown instanceof SluiceError && thrown.failure.code === NOT_SENDABLE) return whyOf(thrown);
      throw thrown;
    }
  }

  /** A sentence for each column that is left empty because its type cannot hold what the server sent. */
  notes(cells: readonly Cell[]): string[] {
    return cells.flatMap(({ unfit }, at) => {
      const column = this.columns[at];
      return unfit === null || column === undefined
        ? []
        : [`${column.name} (${column.type}) is left empty where the value is no whole number that fits.`];
    });
  }

  #written(cells: readonly Cell[]): string[] {
    const { columns } = this.#index;
    // `columns` and `cells` have one entry each for every column.
    return cells.map((cell, at) => this.#format.cell(cell, columns[at] as LookupColumn));
  }

  #cells(record: OutboundRecord): readonly Cell[] {
    if (record.tag !== undefined) throw notSendable('A lookup takes rows of a table, not events.');
    const plan = this.#planFor(record);
    if (plan === null)
      throw notSendable(
        `The source ${record.source} is no longer configured, so the values to hide are unknown.`,
      );
    const why = whyNotSendable(record);
    if (why !== null) throw notSendable(why);
    const { bytes, spans } =
      plan.hidden.length === 0 ? { bytes: record.raw, spans: NO_SPANS } : hideValues(record.raw, plan.hidden);
    const cells = cellsOf(bytes, this.#index, spans);
    return this.#format.fit ? fitted(cells, this.columns) : cells;
  }

  #planFor({ source, kind, type }: OutboundRecord): Plan | null {
    const known = this.#plans.get(source);
    if (known !== undefined) return known;
    const found = this.#planOf(source, kind, type);
    const plan = found === null ? null : { hidden: hiddenValues(found.obfuscation) };
    this.#plans.set(source, plan);
    return plan;
  }

  #withoutKey(): string {
    const key = this.columns[0];
    return `The row has no ${key?.field ?? key?.name ?? 'key'}, which is the lookup's key.`;
  }
}
