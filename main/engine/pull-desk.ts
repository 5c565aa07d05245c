import { SluiceError, toFailure } from '../../shared/errors.ts';
import type { PullRunView } from '../../shared/views/pull.ts';
import { runPull, shutdown } from './pull/run-pull.ts';
import { openForPull } from './reset.ts';
import { withLinq } from './views.ts';
import type { SourceEntry, Workspace } from './workspace.ts';

interface RunningPull {
  controller: AbortController;
  pullingId: string | null;
  view: PullRunView | null;
  ended: Promise<void>;
}

export interface PullDeskListener {
  /** A pull's numbers moved, or it ended. */
  pull(view: PullRunView): void;
  /** A pull began or ended. */
  turned(): void;
  /** After a pull that ended. */
  ended(entry: SourceEntry, run: PullRunView): void;
}

/** Which sources are being pulled right now; at most one pull a source. */
export class PullDesk {
  readonly #workspace: Workspace;
  readonly #listener: PullDeskListener;
  readonly #running = new Map<string, RunningPull>();

  constructor(workspace: Workspace, listener: PullDeskListener) {
    this.#workspace = workspace;
    this.#listener = listener;
  }

  /** Starts a pull and answers its id; answers the running one's when there is one. */
  start(name: string): string {
    const entry = this.#workspace.sourceEntry(name);
    const already = this.#running.get(name);
    if (already?.pullingId != null) return already.pullingId;
    const controller = new AbortController();
    const running: RunningPull = { controller, pullingId: null, view: null, ended: Promise.resolve() };
    this.#running.set(name, running);
    let refused: unknown = null;
    running.ended = this.#run(entry, running).catch((error: unknown) => {
      refused = error;
    });
    // The id is given synchronously: the lock is taken and the history row written before the first wait.
    if (running.pullingId === null) {
      void running.ended.then(() =>
        this.#workspace.logBook.bind('InputProcess', name).error(toFailure(refused).message),
      );
      throw new SluiceError({
        code: 'pull.refused',
        message: `The source "${name}" cannot be pulled now: another process is pulling it, or the store cannot be written.`,
        retryable: true,
      });
    }
    return running.pullingId;
  }

  cancel(name: string): void {
    this.#running
      .get(name)
      ?.controller.abort(new SluiceError({ code: 'cancelled', message: 'Cancelled.', retryable: true }));
  }

  get busy(): boolean {
    return this.#running.size > 0;
  }

  running(): PullRunView[] {
    return [...this.#running.values()].flatMap((r) => (r.view === null ? [] : [r.view]));
  }

  live(pullingId: string): PullRunView | null {
    return [...this.#running.values()].find((r) => r.pullingId === pullingId)?.view ?? null;
  }

  liveOf(source: string): PullRunView | null {
    return this.#running.get(source)?.view ?? null;
  }

  /** Cancels everything and waits for the current pages to be stored. */
  async close(): Promise<void> {
    // History then says interrupted: nobody cancelled.
    for (const { controller } of this.#running.values()) controller.abort(shutdown());
    await Promise.all([...this.#running.values()].map((r) => r.ended));
  }

  async #run(entry: SourceEntry, running: RunningPull): Promise<void> {
    const { store, clock, logBook } = this.#workspace;
    const { name, periodSeconds } = entry.settings;
    const source = openForPull(this.#workspace, entry);
    try {
      const { view } = await runPull({
        source,
        store,
        clock,
        logAs: (thread) => logBook.bind('InputProcess', thread),
        signal: running.controller.signal,
        periodSeconds,
        index: false,
        onProgress: (now) => {
          const began = running.pullingId === null;
          running.view = this.#withLinq(now);
          running.pullingId = now.pullingId;
          if (began) this.#listener.turned();
          this.#listener.pull(running.view);
        },
      });
      this.#running.delete(name);
      this.#listener.ended(entry, this.#withLinq(view));
    } finally {
      this.#running.delete(name);
      this.#listener.turned();
      await source.close();
    }
  }

  #withLinq(view: PullRunView): PullRunView {
    return withLinq(view, this.#workspace);
  }
}
