import { create } from 'zustand';
import type { Failure } from '../../shared/errors.ts';
import type { SourceSettings } from '../../shared/settings.ts';
import type { OverrideView } from '../../shared/views/override.ts';
import type { PlanView } from '../../shared/views/plan.ts';
import { call, failureOf } from '../bridge.ts';
import { type EngineState, useEngine } from './engine.ts';
import { useNavigation } from './navigation.ts';
import { type Waiting, waiting } from './waiting.ts';

export interface PlanState {
  /** What would go where; null before the first answer. */
  plans: readonly PlanView[] | null;
  failure: Failure | null;
  /** Written overrides that were not withdrawn, the newest first. */
  overrides: readonly OverrideView[];
  /** Whether bytes were counted by a dry run. */
  dry: 'no' | 'running' | 'done';
}

export const usePlan = create<PlanState>(() => ({
  plans: null,
  failure: null,
  overrides: [],
  dry: 'no',
}));

/** Changes when a plan may: by decisions and deliveries, by what destinations take and where sources go; not by arrivals. */
function planVersion({ snapshot }: EngineState): string {
  if (snapshot === null) return '';
  const { approved, queued, failed, handedOver } = snapshot.counts;
  return JSON.stringify([
    [approved, queued, failed, handedOver],
    snapshot.destinations.map((d) => d.settings),
    snapshot.sources.map((s) => [s.settings.name, s.settings.outputs, tagsOf(s.settings)]),
  ]);
}

/** What decides the tags of a source's records. */
function tagsOf(settings: SourceSettings): unknown {
  switch (settings.kind) {
    case 'taxii':
      return settings.tags;
    case 'threatq':
      return settings.devoTagMap;
    case 'ctci':
      return null;
  }
}

/** Pause before asking again, ms: soon where the plan is looked at, seldom where only its badge is. */
const SOON = 300;
const SELDOM = 1500;
/** Overrides that are looked through for those with something to go. */
const MOST_OVERRIDES = 100;
/** Counts what was asked: only the latest answer counts. */
let turn = 0;

export async function askPlan(): Promise<void> {
  turn += 1;
  const mine = turn;
  try {
    const [plans, overrides] = await Promise.all([
      call('forward.plan', { exact: false }),
      call('overrides.list', { inForce: true, limit: MOST_OVERRIDES }),
    ]);
    if (mine === turn) usePlan.setState({ plans, overrides, failure: null, dry: 'no' });
  } catch (thrown) {
    if (mine === turn) usePlan.setState({ failure: failureOf(thrown), dry: 'no' });
  }
}

/** Keeps the plan up to date. Called once. */
export function startPlan(): void {
  let version = '';
  let timer: ReturnType<typeof setTimeout> | null = null;
  const look = (state: EngineState): void => {
    const now = planVersion(state);
    if (now === version || timer !== null) return;
    const first = version === '';
    const pause = first ? 0 : useNavigation.getState().view === 'deliver' ? SOON : SELDOM;
    timer = setTimeout(() => {
      timer = null;
      version = planVersion(useEngine.getState());
      void askPlan();
    }, pause);
  };
  useEngine.subscribe((state, before) => {
    look(state);
    const back = state.connection === 'open' && before.connection === 'lost';
    if (back && usePlan.getState().failure !== null) void askPlan();
  });
  // What was to be asked seldom is asked at once when it is about to be looked at.
  useNavigation.subscribe(({ view }, before) => {
    if (view !== 'deliver' || before.view === 'deliver' || timer === null) return;
    clearTimeout(timer);
    timer = null;
    version = planVersion(useEngine.getState());
    void askPlan();
  });
  look(useEngine.getState());
}

/** Counts the exact bytes. Answers null when something newer was asked meanwhile. */
export async function dryRun(): Promise<readonly PlanView[] | null> {
  turn += 1;
  const mine = turn;
  usePlan.setState({ dry: 'running' });
  try {
    const plans = await call('forward.plan', { exact: true });
    if (mine !== turn) return null;
    usePlan.setState({ plans, failure: null, dry: 'done' });
    return plans;
  } catch (thrown) {
    if (mine === turn) usePlan.setState({ dry: 'no' });
    throw thrown;
  }
}

/** What waits to go out, kept up to date. */
export function useWaiting(): Waiting {
  const queued = useEngine((s) => s.snapshot?.counts.queued ?? 0);
  const plans = usePlan((s) => s.plans);
  return waiting(queued, plans);
}
