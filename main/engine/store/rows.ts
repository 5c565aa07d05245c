import type { Problem, RecordRow } from '../../../shared/records.ts';
import { type Cells, hasCells } from './cells.ts';
import { decisionOf, deliveryOf, EXPIRED, MAYBE_TWICE, REPLACED } from './columns.ts';
import type { StoreFile } from './store-file.ts';
import type { Texts } from './texts.ts';

export interface StoredFields {
  id: string;
  version: string;
  name: string;
  problems: string | null;
}

/** Builds what is shown of a record from its columns and its row. */
export class Rows {
  readonly #file: StoreFile;
  readonly #texts: Texts;
  readonly #cells: Cells;
  readonly #get;

  constructor(file: StoreFile, texts: Texts, cells: Cells) {
    this.#file = file;
    this.#cells = cells;
    this.#texts = texts;
    this.#get = file.db.prepare<[number], StoredFields>(
      'SELECT id, version, name, problems FROM record WHERE key = ?',
    );
  }

  has(key: number): boolean {
    return Number.isInteger(key) && key >= 1 && key <= this.#file.columns.count;
  }

  fields(key: number): StoredFields {
    const found = this.#get.get(key);
    if (found === undefined) throw new Error(`record ${key} is unknown`);
    return found;
  }

  row(key: number): RecordRow {
    return this.build(key, this.fields(key));
  }

  build(key: number, fields: StoredFields): RecordRow {
    const { columns, catalogue } = this.#file;
    const i = key - 1;
    const state = columns.state[i] ?? 0;
    const shape = catalogue.shape(columns.shape[i] ?? 0);
    const feed = catalogue.feed(shape.feed);
    const arrival = catalogue.arrivalOf(key);
    const modified = columns.modified[i] ?? Number.NaN;
    return {
      key,
      source: feed.source,
      apiRoot: feed.ref.apiRoot,
      collection: feed.ref.collection,
      collectionTitle: feed.ref.title,
      kind: feed.ref.kind,
      id: fields.id,
      version: fields.version,
      type: shape.type,
      name: fields.name,
      tlp: shape.tlp,
      modified: Number.isNaN(modified) ? null : modified,
      received: arrival.received,
      decision: decisionOf(state),
      delivery: deliveryOf(state),
      maybeTwice: (state & MAYBE_TWICE) !== 0,
      revoked: shape.revoked,
      pullingId: String(arrival.pull),
      problems: fields.problems === null ? 0 : problemsOf(fields).length,
      bytes: columns.bytes[i] ?? 0,
      cells: hasCells(feed.ref.kind) ? this.#cells.of(key, feed.ref.kind, shape) : null,
    };
  }

  /** The text was removed by a clean-up. */
  isExpired(key: number): boolean {
    return ((this.#file.columns.state[key - 1] ?? 0) & EXPIRED) !== 0;
  }

  /** The texts of keys asked for in ascending order up to `to`, null for one that a clean-up removed; to be released. */
  textsInOrder(to: number): { text(key: number): Buffer | null; release(): void } {
    const texts = this.#texts.inOrder(to);
    const { columns } = this.#file;
    return {
      text: (key) => {
        const state = columns.state[key - 1] ?? 0;
        if ((state & (EXPIRED | REPLACED)) === 0) return texts.text(key);
        return (state & EXPIRED) !== 0 ? null : this.text(key);
      },
      release: () => texts.release(),
    };
  }

  /** Empty where a clean-up removed it. */
  text(key: number): Buffer {
    return this.#texts.get(key, ((this.#file.columns.state[key - 1] ?? 0) & REPLACED) !== 0);
  }
}

export function problemsOf(fields: StoredFields): Problem[] {
  return fields.problems === null ? [] : (JSON.parse(fields.problems) as Problem[]);
}
