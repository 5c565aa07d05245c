import type { SourceSettings } from '../../../shared/settings.ts';
import type { SourceMemory } from './source.ts';

/** The memories of all sources, by name; other settings under the same name begin with an empty one. */
export class SourceMemories {
  readonly #kept = new Map<string, { settings: string; memory: SourceMemory }>();

  of(settings: SourceSettings): SourceMemory {
    const text = JSON.stringify(settings);
    const kept = this.#kept.get(settings.name);
    if (kept?.settings === text) return kept.memory;
    const memory: SourceMemory = new Map();
    this.#kept.set(settings.name, { settings: text, memory });
    return memory;
  }

  forget(source: string): void {
    this.#kept.delete(source);
  }
}
