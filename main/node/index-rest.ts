import { setImmediate as turn } from 'node:timers/promises';
import type { Store } from '../engine/store/store.ts';

/** Long slices make fewer, larger segments; nobody waits for an answer here. */
const SLICE_MS = 250;

/** Makes what was pulled searchable, in slices; stops when told to, the rest is done next time. */
export async function indexRest(store: Store, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && store.indexSome(SLICE_MS) > 0) await turn();
}
