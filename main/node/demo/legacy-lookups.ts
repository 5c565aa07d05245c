import { readCsv } from './csv-reader.ts';
import { changed, type HeldLookup } from './lookup-table.ts';
import type { ReceivedEvent } from './syslog-parser.ts';

const CONTROL = /^my\.lookup\.control\.([A-Za-z0-9_]+)\.(FULL|INC)$/;
const DATA = /^my\.lookup\.data\.([A-Za-z0-9_]+)(\.DELETE)?$/;

interface OpenUpload {
  lookup: string;
  whole: boolean;
  headers: string;
  columns: { name: string; type: string }[];
  changes: { deleted: boolean; cells: string[] }[];
}

/**
 * Lookups as they become of the messages `my.lookup.control` and `my.lookup.data` (reference 2.1): an upload counts when its END has come
 * with the headers of its START.
 */
export class LegacyLookups {
  readonly held = new Map<string, HeldLookup>();
  /** Uploads that came to their END. */
  uploads = 0;
  /** Messages that were taken, whatever became of them. */
  messages = 0;
  /** Why messages could not be understood. */
  readonly errors: string[] = [];
  readonly #open = new Map<string, OpenUpload>();

  /** Whether the event was one of these messages. */
  take({ tag, message }: ReceivedEvent): boolean {
    const control = CONTROL.exec(tag);
    const data = DATA.exec(tag);
    if (control === null && data === null) return false;
    this.messages += 1;
    const text = message.toString('utf8');
    const bar = text.indexOf('|');
    const id = text.slice(0, Math.max(0, bar));
    const rest = text.slice(bar + 1);
    try {
      if (control !== null) this.#control(id, control[1] ?? '', control[2] === 'FULL', rest);
      else this.#row(id, data?.[1] ?? '', data?.[2] !== undefined, rest);
    } catch (thrown) {
      this.errors.push(thrown instanceof Error ? thrown.message : String(thrown));
    }
    return true;
  }

  #control(id: string, lookup: string, whole: boolean, rest: string): void {
    const [, event, headers = ''] = /^(START|END)\|(.*)$/s.exec(rest) ?? [];
    if (event === 'START') {
      const columns = columnsOf(headers);
      this.#open.set(id, { lookup, whole, headers, columns, changes: [] });
      return;
    }
    const upload = this.#open.get(id);
    if (event !== 'END' || upload === undefined) throw new Error(`An END without a START: ${id}.`);
    this.#open.delete(id);
    if (upload.lookup !== lookup || upload.whole !== whole || upload.headers !== headers)
      throw new Error(`START and END of ${id} differ.`);
    this.#apply(upload);
    this.uploads += 1;
  }

  #row(id: string, lookup: string, deleted: boolean, rest: string): void {
    const upload = this.#open.get(id);
    if (upload === undefined || upload.lookup !== lookup)
      throw new Error(`A row outside of an upload: ${id}.`);
    const [cells, ...more] = readCsv(rest);
    if (cells === undefined || more.length > 0 || cells.length !== upload.columns.length)
      throw new Error(`A row that does not fit the columns: ${id}.`);
    upload.changes.push({ deleted, cells: cells.map(unescaped) });
  }

  #apply({ lookup, whole, columns, changes }: OpenUpload): void {
    const names = columns.map(({ name }) => name);
    const types = columns.map(({ type }) => type);
    const start = { columns: names, types, rows: [] };
    let held = changed(this.held.get(lookup) ?? null, { ...start, deployment: whole ? 'replace' : 'append' });
    for (const { deleted, cells } of changes) {
      if (deleted) held.rows.delete(cells[0] ?? '');
      else held.rows.set(cells[0] ?? '', cells);
    }
    held = { ...held, columns: names, types };
    this.held.set(lookup, held);
  }
}

function columnsOf(headers: string): { name: string; type: string }[] {
  const listed = JSON.parse(headers) as Record<string, { type: string; key?: true }>[];
  return listed.map((column, at) => {
    const [[name, { type, key }] = ['', { type: '' }], ...more] = Object.entries(column);
    if (name === '' || more.length > 0 || (key === true) !== (at === 0))
      throw new Error('The headers are broken.');
    return { name, type };
  });
}

/** Undoes what the always-safe cells do: `\n`, `\r`, and backslashes doubled before them. */
export function unescaped(cell: string): string {
  // The letter may be missing, so that a long run of backslashes is gone through once.
  return cell.replace(/(\\+)([nr]?)/g, (run, slashes: string, letter: string) => {
    if (letter === '') return run;
    const kept = '\\'.repeat(Math.floor(slashes.length / 2));
    return slashes.length % 2 === 0 ? kept + letter : kept + (letter === 'n' ? '\n' : '\r');
  });
}
