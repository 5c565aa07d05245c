import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** One clock for the whole window; it rests while nothing on screen counts. */
function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** A text that changes with time, e.g. `2 min ago`. Read every second; draws anew only when the text has changed. `read` gets epoch ms. */
export function useTicking(read: (now: number) => string): string {
  return useSyncExternalStore(onTick, () => read(Date.now()));
}
