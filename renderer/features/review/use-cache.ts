import { useSyncExternalStore } from 'react';
import type { PageCache } from '../../state/page-cache.ts';

const never = () => () => undefined;
const zero = () => 0;

/** Draws again whenever the rows, their total or their failure change. */
export function useCacheVersion(cache: PageCache | null): number {
  return useSyncExternalStore(cache?.subscribe ?? never, cache?.version ?? zero);
}
