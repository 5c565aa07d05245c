/** One version of one object as the server keeps it. */
export interface Entry {
  /** Position in the order of arrival, from 0. */
  seq: number;
  /** The object's own text; served as it stands. */
  raw: string;
  /** RFC 3339 UTC with six digits, so that strings compare as times. */
  addedAt: string;
  id: string;
  type: string;
  /** `modified`, else `created`, else `addedAt`. TAXII 2.1 section 3.4.1. */
  version: string;
}

/** `match[…]` and `added_after`, already checked. */
export interface Query {
  addedAfter: string | null;
  ids: readonly string[] | null;
  types: readonly string[] | null;
  /** `last`, `first`, `all` or timestamps. */
  versions: readonly string[];
}

/** RFC 3339 with any number of digits as the shelf's six-digit UTC form; null when it is not a timestamp. */
export function sixDigits(text: string): string | null {
  const match = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return null;
  const at = Date.parse(`${match[1]}${match[3]}`);
  if (Number.isNaN(at)) return null;
  const fraction = (match[2] ?? '').padEnd(6, '0').slice(0, 6);
  return `${new Date(at).toISOString().slice(0, 19)}.${fraction}Z`;
}

/** The objects of one collection in order of arrival, with the rules by which TAXII chooses among them. */
export class Shelf {
  readonly #entries: Entry[] = [];
  readonly #versions = new Map<string, Entry[]>();

  get size(): number {
    return this.#entries.length;
  }

  /** Adds at the end. `addedAt` absent: now, but always later than what is there. Throws on text that is no STIX object. */
  add(raw: string, addedAt?: string): Entry {
    const object = JSON.parse(raw) as Partial<Record<'id' | 'type' | 'modified' | 'created', unknown>>;
    if (typeof object.id !== 'string' || typeof object.type !== 'string') {
      throw new Error('A STIX object needs an id and a type.');
    }
    const at = addedAt === undefined ? this.#nextInstant() : sixDigits(addedAt);
    if (at === null) throw new Error(`Not a timestamp: ${addedAt}`);
    const version = [object.modified, object.created].find((value) => typeof value === 'string') ?? at;
    const entry: Entry = {
      seq: this.#entries.length,
      raw,
      addedAt: at,
      id: object.id,
      type: object.type,
      version,
    };
    this.#entries.push(entry);
    const known = this.#versions.get(entry.id);
    if (known === undefined) this.#versions.set(entry.id, [entry]);
    else {
      known.push(entry);
      known.sort((a, b) => Date.parse(a.version) - Date.parse(b.version) || a.seq - b.seq);
    }
    return entry;
  }

  has(id: string): boolean {
    return this.#versions.has(id);
  }

  /** All versions of an object, oldest first. */
  versionsOf(id: string): readonly Entry[] {
    return this.#versions.get(id) ?? [];
  }

  /** What the query asks for, in order of arrival. `added_after` is exclusive. TAXII 2.1 section 3.4. */
  select(query: Query): Entry[] {
    const { addedAfter, ids, types, versions } = query;
    return this.#entries.filter(
      (entry) =>
        (addedAfter === null || entry.addedAt > addedAfter) &&
        (ids === null || ids.includes(entry.id)) &&
        (types === null || types.includes(entry.type)) &&
        this.#versionWanted(entry, versions),
    );
  }

  #versionWanted(entry: Entry, versions: readonly string[]): boolean {
    const all = this.versionsOf(entry.id);
    return versions.some((wanted) => {
      if (wanted === 'all') return true;
      if (wanted === 'last') return all.at(-1) === entry;
      if (wanted === 'first') return all[0] === entry;
      return sixDigits(wanted) === sixDigits(entry.version);
    });
  }

  #nextInstant(): string {
    const now = `${new Date().toISOString().slice(0, 23)}000Z`;
    const last = this.#entries.at(-1)?.addedAt;
    if (last === undefined || now > last) return now;
    const micro = Number(last.slice(20, 26)) + 1;
    if (micro < 1_000_000) return `${last.slice(0, 20)}${String(micro).padStart(6, '0')}Z`;
    return `${new Date(Date.parse(`${last.slice(0, 19)}Z`) + 1000).toISOString().slice(0, 19)}.000000Z`;
  }
}
