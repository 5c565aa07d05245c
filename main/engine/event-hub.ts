import type { EngineEvent, EventData, EventName } from '../../shared/contract.ts';

/** Events leave at most this often per name and key; the latest wins. */
const EVERY_MS = 100;

type Listener = (event: EngineEvent) => void;

/** Coalesces events and numbers them. Data is made when the event leaves, so that it is never stale. */
export class EventHub {
  #seq = 0;
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Map<string, { name: EventName; data: () => EventData<EventName> | null }>();
  #timer: NodeJS.Timeout | null = null;
  #lastAt = 0;

  get seq(): number {
    return this.#seq;
  }

  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Says that something of this name (and key, e.g. a pulling id) changed. */
  tell<N extends EventName>(name: N, key: string, data: () => EventData<N> | null): void {
    if (this.#listeners.size === 0) return;
    this.#waiting.set(`${name}\n${key}`, { name, data });
    if (this.#timer !== null) return;
    const wait = Math.max(0, this.#lastAt + EVERY_MS - performance.now());
    this.#timer = setTimeout(() => this.flush(), wait);
    this.#timer.unref();
  }

  /** Tells what waits, then nothing more: data is made from a store that is about to close. */
  close(): void {
    this.flush();
    this.#listeners.clear();
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastAt = performance.now();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { name, data } of waiting) {
      const value = data();
      if (value === null) continue;
      this.#seq += 1;
      const event = { seq: this.#seq, name, data: value } as EngineEvent;
      for (const listener of this.#listeners) listener(event);
    }
  }
}
