import { call } from '../bridge.ts';
import { useEngine } from './engine.ts';
import { openView, useReview } from './review.ts';

/** Changes within this time are looked at together. */
const LATER_MS = 250;

/**
 * Keeps the view honest while records arrive and decisions change elsewhere: rows in view are asked for again, what is
 * newer is counted for the "new records" bar, and a view that is empty or was not looked at yet fills by itself.
 */
export function watchArrivals(): () => void {
  let waiting = false;
  let seen = useEngine.getState().recordsVersion;

  const look = async () => {
    waiting = false;
    const { cache, asked, sort, asOf } = useReview.getState();
    const { snapshot } = useEngine.getState();
    if (cache === null || snapshot === null) return;
    if (snapshot.lastKey < asOf || (snapshot.lastKey > asOf && (cache.total ?? 0) === 0))
      return openView(asked, sort);
    cache.refresh();
    if (snapshot.lastKey === asOf) return;
    try {
      const page = await call('records.page', {
        filter: { ...asked, asOf: snapshot.lastKey },
        sort,
        limit: 1,
        index: 0,
      });
      const now = useReview.getState();
      if (now.cache === cache) useReview.setState({ fresh: Math.max(0, page.total - (cache.total ?? 0)) });
    } catch {
      return;
    }
  };

  return useEngine.subscribe((state) => {
    if (useReview.getState().cache === null && state.snapshot !== null) openView();
    if (state.recordsVersion === seen) return;
    seen = state.recordsVersion;
    if (waiting) return;
    waiting = true;
    setTimeout(() => void look(), LATER_MS);
  });
}
