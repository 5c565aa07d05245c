/** An event as the stand-in keeps it. */
export interface StoredEvent {
  id: number;
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  updatedAt: string;
  /** The event's text up to where `updated_at` and the end go: updates change the time and whatever `change` says. */
  fields: Readonly<Record<string, unknown>>;
}

/** `YYYY-MM-DD HH:MM:SS` as ThreatQ spells times. @param at epoch ms */
export function threatqTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** The stand-in's events: by update time, then by id, as a table with an index would give them. */
export class ThreatqShelf {
  readonly #events = new Map<number, StoredEvent>();
  #sorted: StoredEvent[] | null = null;
  #nextId = 1;

  get size(): number {
    return this.#events.size;
  }

  /** @param at epoch ms of creation and update */
  add(fields: Readonly<Record<string, unknown>>, at: number): number {
    const id = typeof fields.id === 'number' ? fields.id : this.#nextId;
    this.#nextId = Math.max(this.#nextId, id + 1);
    const time = threatqTime(at);
    this.#events.set(id, { id, updatedAt: time, fields: { id, created_at: time, ...fields } });
    this.#sorted = null;
    return id;
  }

  update(id: number, change: Readonly<Record<string, unknown>>, at: number): void {
    const event = this.#events.get(id);
    if (event === undefined) throw new Error(`There is no event ${id}.`);
    this.#events.set(id, { id, updatedAt: threatqTime(at), fields: { ...event.fields, ...change } });
    this.#sorted = null;
  }

  delete(id: number): void {
    this.#events.delete(id);
    this.#sorted = null;
  }

  ids(): number[] {
    return [...this.#events.keys()];
  }

  get(id: number): StoredEvent | undefined {
    return this.#events.get(id);
  }

  /** @param from update time to begin at, or null; `order` false gives them by id */
  list(from: string | null, order: boolean): StoredEvent[] {
    if (!order) return [...this.#events.values()].filter((e) => from === null || e.updatedAt >= from);
    this.#sorted ??= [...this.#events.values()].sort((a, b) =>
      a.updatedAt < b.updatedAt ? -1 : a.updatedAt > b.updatedAt ? 1 : a.id - b.id,
    );
    if (from === null) return this.#sorted;
    const first = this.#sorted.findIndex((e) => e.updatedAt >= from);
    return first < 0 ? [] : this.#sorted.slice(first);
  }
}
