import { beforeEach, expect, it, vi } from 'vitest';
import { failure, SluiceError } from '../../../shared/errors.ts';
import type { ExportRunView } from '../../../shared/views/export.ts';

/** What the window makes of an export while the dialog is open, closed, and while the engine comes and goes. */

const host = vi.hoisted(() => ({
  event: (_event: unknown): void => {},
  connection: (_state: 'open' | 'lost'): void => {},
  call: async (_name: string): Promise<unknown> => undefined,
}));
vi.mock('../../../renderer/bridge.ts', () => ({
  bridge: {
    onEvent: (listener: typeof host.event) => {
      host.event = listener;
    },
    onConnection: (listener: typeof host.connection) => {
      host.connection = listener;
    },
  },
  call: (name: string) => host.call(name),
  failureOf: (thrown: { failure: unknown }) => thrown.failure,
}));

const { beginExport, closeExport, startExports, useExport } = await import(
  '../../../renderer/state/export.ts'
);
const { useNotices } = await import('../../../renderer/state/notices.ts');

const RUN: ExportRunView = {
  state: 'running',
  format: 'stix',
  done: 500,
  total: 1000,
  written: 400,
  bytes: 12_000,
  leftOut: [],
  file: '/data/exports/bundle.json',
  failure: null,
};
const SELECTION = { keys: [1] };
const tell = (change: Partial<ExportRunView>): void =>
  host.event({ name: 'export', data: { ...RUN, ...change } });

beforeEach(() => {
  useExport.setState({ asked: null, run: null });
  useNotices.setState({ line: null, failures: [] });
  startExports();
});

it('says where the file is when nobody watches any more, and nothing while the dialog shows it', () => {
  useExport.setState({ asked: SELECTION });
  tell({ state: 'done', written: 1000 });
  expect(useNotices.getState().line).toBeNull();
  closeExport();
  tell({});
  expect(useNotices.getState().line).toBeNull();
  tell({ state: 'done', written: 1000 });
  expect(useNotices.getState().line?.text).toBe('Exported 1,000 records to /data/exports/bundle.json');
  tell({ state: 'failed', failure: failure({ code: 'export.full', message: 'No room.' }) });
  expect(useNotices.getState().failures[0]).toMatchObject({ failure: { message: 'No room.' } });
});

it('that was running when the engine ended is over, and says so', async () => {
  useExport.setState({ asked: SELECTION, run: RUN });
  host.call = async () => ({ run: null });
  host.connection('lost');
  expect(useExport.getState().run?.state).toBe('running');
  host.connection('open');
  await expect.poll(() => useExport.getState().run?.failure?.code).toBe('export.interrupted');
});

it('that still runs after a lost connection goes on', async () => {
  useExport.setState({ asked: SELECTION, run: RUN });
  host.call = async () => ({ run: { ...RUN, done: 900 } });
  host.connection('open');
  await expect.poll(() => useExport.getState().run).toMatchObject({ state: 'running', done: 900 });
});

it('that is refused leaves what was there before', async () => {
  const before: ExportRunView = { ...RUN, state: 'done' };
  useExport.setState({ asked: SELECTION, run: before });
  host.call = async () => {
    throw new SluiceError({ code: 'export.running', message: 'An export is already running.' });
  };
  const begun = beginExport(SELECTION, 'csv', 7);
  expect(useExport.getState().run).toMatchObject({ state: 'running', total: 7, done: 0 });
  expect(await begun).toBe(false);
  expect(useExport.getState().run).toBe(before);
  expect(useNotices.getState().failures[0]?.failure?.code).toBe('export.running');
});
