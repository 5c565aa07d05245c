import { create } from 'zustand';
import { failure } from '../../shared/errors.ts';
import type { Selection } from '../../shared/records.ts';
import type { ExportFormat, ExportRunView } from '../../shared/views/export.ts';
import { bridge, call } from '../bridge.ts';
import { countOf } from '../ui/format.ts';
import { attempt, say, sayFailure } from './notices.ts';
import { target } from './review.ts';

/** What the dialog is about, null while it is closed; the export that runs, or ran last. */
export const useExport = create<{ asked: Selection | null; run: ExportRunView | null }>(() => ({
  asked: null,
  run: null,
}));

const set = useExport.setState;
const get = useExport.getState;

/** Opens the dialog on the selection, or on the focused record, as it is now. */
export function askExport(): void {
  attempt('The records could not be exported', async () => {
    const what = await target();
    if (what === null) say('Nothing is selected.');
    else set({ asked: what.selection });
  });
}

/** A running export goes on; how it ends is then told in the status bar. */
export function closeExport(): void {
  set({ asked: null });
}

/** Begins; false where that is refused, which is then said. `total` is what the selection holds. */
export async function beginExport(
  selection: Selection,
  format: ExportFormat,
  total: number,
): Promise<boolean> {
  const before = get().run;
  set({
    run: {
      state: 'running',
      format,
      done: 0,
      total,
      written: 0,
      bytes: 0,
      leftOut: [],
      file: '',
      failure: null,
    },
  });
  try {
    await call('export.start', { selection, format });
    return true;
  } catch (thrown) {
    set({ run: before });
    sayFailure(thrown, 'The records could not be exported');
    return false;
  }
}

export function cancelExport(): void {
  attempt('The export could not be cancelled', () => call('export.cancel', {}));
}

/** Takes over what the engine tells. Where nobody watches, the end is said. */
function take(run: ExportRunView): void {
  set({ run });
  if (get().asked !== null || run.state === 'running') return;
  if (run.failure !== null) sayFailure(run, 'The export failed');
  else if (run.state === 'cancelled') say('Export cancelled. No file was left.');
  else say(`Exported ${countOf(run.written, 'record')} to ${run.file}`);
}

/** An engine that was started anew knows nothing of what the one before was writing. */
const interrupted = (run: ExportRunView): ExportRunView => ({
  ...run,
  state: 'failed',
  failure: failure({
    code: 'export.interrupted',
    message: 'The engine ended before the file was whole.',
    remedy: 'Export again.',
    retryable: true,
  }),
});

/** Connects the export to the bridge. Called once. */
export function startExports(): void {
  bridge.onEvent((event) => {
    if (event.name === 'export') take(event.data);
  });
  bridge.onConnection((connection) => {
    const { run } = get();
    if (connection !== 'open' || run?.state !== 'running') return;
    call('export.plan', { selection: { keys: [] } }).then(
      (told) => take(told.run ?? interrupted(run)),
      () => undefined,
    );
  });
}
