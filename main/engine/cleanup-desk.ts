import { SluiceError, toFailure } from '../../shared/errors.ts';
import type { CleanupView, RetentionPlanView } from '../../shared/views/app.ts';
import type { Cutoffs } from './store/expiry.ts';
import type { Workspace } from './workspace.ts';

/** Longest slice between two turns of the event loop: calls are answered meanwhile. */
const SLICE_MS = 25;
const PAUSE_MS = 5;
const MERGE_PAGES = 200;
/** 4 MB of pages a slice. */
const COMPACT_PAGES = 500;
const DAY_MS = 86_400_000;
/** A clean-up of its own accord, once a day. */
const EVERY_MS = DAY_MS;

const FRESH: CleanupView = {
  state: 'running',
  phase: 'removing',
  done: 0,
  total: 0,
  removed: 0,
  freedBytes: 0,
  failure: null,
};

/** The clean-up that is running in this process; at most one. */
export class CleanupDesk {
  readonly #workspace: Workspace;
  readonly #tell: (run: CleanupView) => void;
  #run: CleanupView | null = null;
  #cancelled = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(workspace: Workspace, tell: (run: CleanupView) => void) {
    this.#workspace = workspace;
    this.#tell = tell;
  }

  get busy(): boolean {
    return this.#run?.state === 'running';
  }

  plan(): RetentionPlanView {
    const { retention } = this.#workspace.store;
    return {
      ...retention.plan(this.#cutoffs()),
      ...retention.size(),
      lastAt: retention.lastAt(),
      run: this.#run,
    };
  }

  /** @throws SluiceError `retention.running` */
  start(): void {
    if (this.busy) {
      throw new SluiceError({
        code: 'retention.running',
        message: 'A clean-up is already running.',
        retryable: true,
      });
    }
    this.#cancelled = false;
    this.#show({ ...FRESH });
    this.#ended = this.#work().then(
      () => this.#show({ state: this.#cancelled ? 'cancelled' : 'done' }),
      (error: unknown) => {
        const failure = toFailure(error);
        this.#workspace.logBook.bind('MainProcess', 'MainThread').error(`Clean-up: ${failure.message}`);
        this.#show({ state: 'failed', failure });
      },
    );
  }

  /** When the next clean-up is due that nobody asks for, epoch ms; null where everything is kept. */
  dueAt(): number | null {
    const { rejectedDays, handedOverDays } = this.#workspace.settings.value.app.retention;
    if (this.busy || (rejectedDays === null && handedOverDays === null)) return null;
    const last = this.#workspace.store.retention.lastAt();
    const now = this.#workspace.clock.now();
    return last === null || last > now ? now : last + EVERY_MS;
  }

  /** What was removed stays removed; the rest is left as it is. */
  cancel(): void {
    this.#cancelled = true;
  }

  async close(): Promise<void> {
    this.cancel();
    await this.#ended;
  }

  #cutoffs(): Cutoffs {
    const { retention } = this.#workspace.settings.value.app;
    const before = (days: number | null): number | null =>
      days === null ? null : this.#workspace.clock.now() - days * DAY_MS;
    return { rejected: before(retention.rejectedDays), handedOver: before(retention.handedOverDays) };
  }

  #show(change: Partial<CleanupView>): void {
    this.#run = { ...(this.#run ?? FRESH), ...change };
    this.#tell(this.#run);
  }

  async #work(): Promise<void> {
    const { store, clock, logBook } = this.#workspace;
    const { retention } = store;
    const cutoffs = this.#cutoffs();
    const before = retention.size().fileBytes;
    let removed = 0;
    for (let left = 1; left > 0 && !this.#cancelled; ) {
      const step = retention.removeSome(cutoffs, SLICE_MS);
      removed += step.removed;
      left = step.removed === 0 ? 0 : step.left;
      this.#show({ done: removed, total: removed + left, removed });
      await pause();
    }
    if (removed > 0) {
      this.#show({ phase: 'merging', done: 0, total: 0 });
      for (let begin = true; !this.#cancelled && retention.mergeSome(MERGE_PAGES, begin); begin = false)
        await pause();
    }
    await this.#compact(before);
    if (!this.#cancelled) retention.ended(clock.now());
    const { freedBytes } = this.#run ?? FRESH;
    logBook
      .bind('MainProcess', 'MainThread')
      .info(`Clean-up: removed the text of ${removed} records; the store is ${freedBytes} bytes smaller.`);
  }

  async #compact(before: number): Promise<void> {
    const { retention } = this.#workspace.store;
    let free = retention.size().freeBytes;
    const total = free;
    this.#show({ phase: 'compacting', done: 0, total });
    while (free > 0 && !this.#cancelled) {
      retention.compactSome(COMPACT_PAGES);
      const now = retention.size();
      this.#show({
        done: Math.max(0, total - now.freeBytes),
        freedBytes: Math.max(0, before - now.fileBytes),
      });
      // Nothing given back: another process holds the file. What is free is used again anyway.
      if (now.freeBytes >= free) return;
      free = now.freeBytes;
      await pause();
    }
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
