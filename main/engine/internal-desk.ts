import { LOG_LEVELS } from '../../shared/app-settings.ts';
import type { DestinationSettings } from '../../shared/settings.ts';
import type { InternalView } from '../../shared/views/destination.ts';
import type { PullRunView } from '../../shared/views/pull.ts';
import { handoverSaid, lineSaid, pullSaid, type Said } from './devo/internal/internal-messages.ts';
import { InternalSender } from './devo/internal/internal-sender.ts';
import type { UnnumberedLine } from './log/log-book.ts';
import type { Log } from './ports.ts';
import type { HandoverRun } from './store/outbox-store.ts';
import type { DestinationEntry, Workspace } from './workspace.ts';

/** One attempt in the background takes at most this. */
const ATTEMPT_MS = 120_000;

export interface InternalDeskOptions {
  /** A hand-over is running: nothing is begun beside it. */
  busy: () => boolean;
  /** Why there is no connection to this destination of the program's own accord now. */
  held: (settings: DestinationSettings) => InternalView['held'];
  /** What {@link InternalDesk.view} says has changed. */
  changed: () => void;
}

/** The sender service `internal_senders` of every destination that asks for it. SPEC 4. */
export class InternalDesk {
  readonly #workspace: Workspace;
  readonly #options: InternalDeskOptions;
  readonly #began: number;
  readonly #log: Log;
  readonly #unlisten: () => void;
  readonly #closing = new AbortController();
  readonly #senders = new Map<string, { sender: InternalSender; entry: DestinationEntry }>();
  readonly #running = new Set<Promise<void>>();
  /** While the service speaks of itself: each such line sent would make another. */
  #speaking = false;

  constructor(workspace: Workspace, options: InternalDeskOptions) {
    this.#workspace = workspace;
    this.#options = options;
    this.#began = workspace.clock.now();
    this.#log = this.#ownLog();
    this.#unlisten = workspace.logBook.onLine((line) => this.#line(line));
    this.refresh();
  }

  /** Looks at what is configured again. What waits for a destination that goes on is kept. */
  refresh(): void {
    const wanted = this.#workspace.destinations().filter(isAskedFor);
    for (const name of this.#senders.keys())
      if (!wanted.some((entry) => entry.settings.name === name)) this.#senders.delete(name);
    for (const [number, entry] of wanted.entries()) {
      const { name, internalSenders: settings } = entry.settings;
      const open = () => this.#workspace.openDestination(entry);
      const known = this.#senders.get(name);
      if (known === undefined) {
        const { clock } = this.#workspace;
        const options = { name, number, settings, open, clock, log: this.#log, began: this.#began };
        this.#senders.set(name, { sender: new InternalSender(options), entry });
      } else if (JSON.stringify(known.entry.settings) !== JSON.stringify(entry.settings)) {
        known.sender.changed(settings, open);
        known.entry = entry;
      }
    }
  }

  /** A pull is over. */
  pulled(run: PullRunView): void {
    this.#say(pullSaid(run, this.#workspace.clock.now()));
  }

  /** A hand-over to one destination is over. */
  handedOver(run: HandoverRun): void {
    this.#say(handoverSaid(run, this.#workspace.clock.now()));
  }

  /** When the next batch is due, epoch ms; null while there is none or none may go. */
  dueAt(): number | null {
    if (this.#options.busy()) return null;
    const dues = this.#ready().map((sender) => sender.dueAt());
    return dues.reduce((first, due) => (first === null || (due !== null && due < first) ? due : first), null);
  }

  /** Sends what is due, in the background. */
  start(): void {
    const now = this.#workspace.clock.now();
    if (this.#options.busy()) return;
    for (const sender of this.#ready()) {
      const due = sender.dueAt();
      if (due === null || due > now) continue;
      const work = sender
        .send(AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ATTEMPT_MS)]))
        .finally(() => {
          this.#running.delete(work);
          if (!this.#closing.signal.aborted) this.#options.changed();
        });
      this.#running.add(work);
    }
  }

  /** Sends all that waits, now and in so much time at most, where the last attempt has not failed. Resolves whatever comes of it. */
  async flush(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    await Promise.all(
      this.#ready().map(async (sender) => {
        if (sender.failing) return;
        await within(signal, Promise.all(this.#running));
        await within(signal, sender.send(signal));
        sender.close();
      }),
    );
  }

  /** What a destination's page says; null where the service is off. */
  view(name: string): InternalView | null {
    const found = this.#senders.get(name);
    return found === undefined ? null : found.sender.view(this.#options.held(found.entry.settings));
  }

  /** Stops what is on its way; what waits is given up. */
  async close(): Promise<void> {
    this.#unlisten();
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  #ready(): InternalSender[] {
    return [...this.#senders.values()]
      .filter(({ entry }) => this.#options.held(entry.settings) === null)
      .map(({ sender }) => sender);
  }

  #line(line: UnnumberedLine): void {
    if (this.#speaking || this.#senders.size === 0) return;
    const level = LOG_LEVELS.indexOf(line.level);
    for (const { sender } of this.#senders.values())
      if (level >= LOG_LEVELS.indexOf(sender.settings.level)) sender.offer(lineSaid(line));
  }

  #say(said: Said): void {
    for (const { sender } of this.#senders.values()) sender.offer(said);
  }

  #ownLog(): Log {
    const log = this.#workspace.logBook.bind('OutputProcess', 'MainThread');
    const at = (level: keyof Log) => (message: string) => {
      this.#speaking = true;
      try {
        log[level](message);
      } finally {
        this.#speaking = false;
      }
    };
    return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
  }
}

type EventsEntry = DestinationEntry & {
  settings: Extract<DestinationSettings, { internalSenders: unknown }>;
};

function isAskedFor(entry: DestinationEntry): entry is EventsEntry {
  const { settings } = entry;
  return 'internalSenders' in settings && settings.enabled && settings.internalSenders.enabled;
}

/** Resolves with the work or the signal, whichever is first. */
function within(signal: AbortSignal, work: Promise<unknown>): Promise<unknown> {
  if (signal.aborted) return Promise.resolve();
  return Promise.race([
    work,
    new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true })),
  ]);
}
