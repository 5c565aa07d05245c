import { type CewlSampleRow, cewlRow } from './sample-cewl.ts';
import { seededRandom } from './sample-stix-random.ts';
import { cve } from './sample-stix-words.ts';

/** Rows fewer than this are what a token without a subscription gets. Reference 5.2. */
const SAMPLE = 24;

/** What one {@link CewlShelf.turn} did, by cve. */
export interface CewlTurn {
  changed: string[];
  added: string[];
  removed: string[];
}

/** The list as the stand-in holds it. */
export class CewlShelf {
  #rows: CewlSampleRow[];
  #turns = 0;

  constructor(rows: Iterable<CewlSampleRow>) {
    this.#rows = [...rows];
  }

  get rows(): readonly CewlSampleRow[] {
    return this.#rows;
  }

  get sample(): readonly CewlSampleRow[] {
    return this.#rows.slice(0, SAMPLE);
  }

  /** Changes three rows, adds two and removes one: what a next pull finds. The same turns give the same list. */
  turn(now: number): CewlTurn {
    this.#turns++;
    const random = seededRandom(0xce71 + this.#turns);
    const changed = random.some([...this.#rows.keys()].slice(1), Math.min(3, this.#rows.length - 1));
    this.#rows = this.#rows.map((row, i) =>
      changed.includes(i)
        ? {
            ...row,
            external_note: `Seen again, note ${this.#turns}.`,
            base_score: 9.9,
            base_severity: 'Critical',
          }
        : row,
    );
    const names = changed.map((i) => String(this.#rows[i]?.cve));
    const removed = this.#rows.splice(0, 1).map((row) => String(row.cve));
    const highest = this.#rows.reduce((high, row) => Math.max(high, Number(row.id_ref)), 0);
    const known = new Set(this.#rows.map((row) => row.cve));
    const added: string[] = [];
    for (const step of [1, 2]) {
      let id = cve(random);
      while (known.has(id)) id = cve(random);
      known.add(id);
      added.push(id);
      this.#rows.push(cewlRow(random, id, highest + step, now));
    }
    return { changed: names, added, removed };
  }

  /** Rows in the words of the API's own description (reference 5.3): other names, dates written out, vendor and product swapped. */
  static swapped(row: CewlSampleRow): CewlSampleRow {
    const { cve: id, year, vendor, product, date_added, ...rest } = row;
    return {
      ...rest,
      CVE: id ?? '',
      year_: year ?? null,
      vendor: product ?? '',
      product: vendor ?? '',
      date_added: typeof date_added === 'number' ? new Date(date_added).toISOString() : '',
      date_discovered: 'NaT',
    };
  }
}
