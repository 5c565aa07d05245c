import { expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../../shared/contract.ts';
import type { AppInfo, Snapshot } from '../../../shared/views/app.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';

const host = vi.hoisted(() => ({
  answers: new Map<string, (value: unknown) => void>(),
  tell: (_: unknown): void => undefined,
}));
vi.mock('../../../renderer/bridge.ts', () => ({
  call: (name: string) => new Promise((answer) => host.answers.set(name, answer)),
  failureOf: (thrown: unknown) => thrown,
  bridge: {
    onEvent: (listener: (event: unknown) => void) => {
      host.tell = listener;
    },
    onConnection: () => undefined,
  },
}));
const { refresh, runningPull, startEngine, useEngine } = await import('../../../renderer/state/engine.ts');

const pull = (received: number, ended: boolean) =>
  ({
    source: 'feed',
    state: ended ? 'done' : 'running',
    endedAt: ended ? 1 : null,
    received,
  }) as PullRunView;
const snapshot = (seq: number, pulls: PullRunView[]) =>
  ({ seq, pulls, handovers: [], sources: [], destinations: [] }) as unknown as Snapshot;
const event = (seq: number, data: PullRunView) => ({ seq, name: 'pull', data }) as unknown as EngineEvent;
const answer = async (seq: number, pulls: PullRunView[]): Promise<void> => {
  host.answers.get('app.snapshot')?.(snapshot(seq, pulls));
  host.answers.get('app.info')?.({} as AppInfo);
  await new Promise((resolve) => setTimeout(resolve, 0));
};

it('keeps what happens while a snapshot is on its way, at the start and later', async () => {
  startEngine();
  host.tell(event(6, pull(10, false)));
  host.tell(event(7, pull(75, true)));
  await answer(5, [pull(0, false)]);
  expect(useEngine.getState().pulls.feed).toMatchObject({ received: 75, state: 'done' });
  expect(runningPull(useEngine.getState(), 'feed')).toBeNull();

  void refresh();
  host.tell(event(9, pull(80, true)));
  await answer(8, [pull(20, false)]);
  expect(useEngine.getState().pulls.feed).toMatchObject({ received: 80, state: 'done' });
});

it('takes nothing from events that a snapshot is newer than', async () => {
  void refresh();
  host.tell(event(19, pull(1, false)));
  await answer(20, [pull(90, true)]);
  expect(useEngine.getState().pulls.feed).toMatchObject({ received: 90, state: 'done' });
});
