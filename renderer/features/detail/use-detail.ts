import { useEffect, useState } from 'react';
import type { Failure } from '../../../shared/errors.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { call, failureOf } from '../../bridge.ts';
import { useEngine } from '../../state/engine.ts';

export type Loaded<T> =
  | { state: 'loading'; value: T | null }
  | { state: 'here'; value: T }
  | { state: 'failed'; failure: Failure };

/** Asks while the component is shown; asks again when `again` changes. The old value stays until the new one is here. */
export function useAsked<T>(ask: () => Promise<T>, again: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading', value: null });
  useEffect(() => {
    let live = true;
    setLoaded((old) =>
      old.state === 'here' ? { state: 'loading', value: old.value } : { state: 'loading', value: null },
    );
    ask().then(
      (value) => {
        if (live) setLoaded({ state: 'here', value });
      },
      (thrown: unknown) => {
        if (live) setLoaded({ state: 'failed', failure: failureOf(thrown) });
      },
    );
    return () => {
      live = false;
    };
    // biome-ignore lint/correctness/useExhaustiveDependencies: `again` is the caller's list of dependencies
  }, again);
  return loaded;
}

/** One record with everything known about it; null when the store has it no more. */
export function useDetail(key: number): Loaded<RecordDetailView | null> {
  const version = useEngine((s) => s.recordsVersion);
  return useAsked(() => call('records.detail', { key }), [key, version]);
}
