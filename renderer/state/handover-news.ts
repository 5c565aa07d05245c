import type { HandoverRunView } from '../../shared/views/destination.ts';
import type { PlanView } from '../../shared/views/plan.ts';
import { call } from '../bridge.ts';
import { useEngine } from './engine.ts';
import { expect } from './expected.ts';
import { handoverWords } from './handover-words.ts';
import { attempt, hush, say } from './notices.ts';

/** Hands over what is planned; the status bar says so, and how it ended. */
export function handOver(plans: readonly PlanView[]): void {
  expect(plans);
  const { handovers } = useEngine.getState();
  const before = new Map(
    plans.filter((p) => p.records > 0).map((p) => [p.destination, handovers[p.destination]?.id ?? null]),
  );
  say('Handing over…');
  const stop = useEngine.subscribe((state) => {
    const ended: HandoverRunView[] = [];
    for (const [destination, id] of before) {
      const run = state.handovers[destination];
      if (run === undefined || run.id === id || run.endedAt === null) return;
      ended.push(run);
    }
    stop();
    say(handoverWords(ended));
  });
  attempt('The hand-over could not be started', () =>
    call('forward.start', { destinations: null }).catch((thrown: unknown) => {
      stop();
      hush();
      throw thrown;
    }),
  );
}
