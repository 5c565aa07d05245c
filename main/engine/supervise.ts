import type { CallName, CallResult, EngineEvent } from '../../shared/contract.ts';
import { type Failure, failure, SluiceError } from '../../shared/errors.ts';
import { engineAway, PendingCalls } from './engine-calls.ts';
import type { HostAnswer, HostAsk, HostNews } from './host-line.ts';
import type { EngineStart, FromEngine, ToEngine } from './serve-engine.ts';

const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
const STOP_MS = 10_000;

/** A running engine process as its supervisor sees it: Node's child process or Electron's utility process. */
export interface EngineChild {
  readonly pid: number | null;
  post(message: ToEngine): void;
  kill(): void;
}

/** Starts one. `exit` is called once, after the last message, with the exit status or the signal's name where it is known. */
export type ForkEngine = (on: {
  message: (message: FromEngine) => void;
  exit: (status?: number | string | null) => void;
}) => EngineChild;

/** What the host does for its engine. A rejection reaches the engine as its message. */
export type AnswerAsk = (ask: HostAsk) => Promise<unknown>;

const cannotAsk: AnswerAsk = () => Promise.reject(new Error('this host cannot'));

/** What a host talks to: the engine in a process of its own, restarted with back-off when it dies. */
export class EngineSupervisor {
  readonly #fork: ForkEngine;
  readonly #options: EngineStart;
  readonly #pending = new PendingCalls();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #states = new Set<(state: 'open' | 'lost') => void>();
  #child: EngineChild | null = null;
  #ready: Promise<void> = Promise.resolve();
  #exited: Promise<void> = Promise.resolve();
  #backoff = FIRST_BACKOFF_MS;
  #stopping = false;
  readonly #answerAsk: AnswerAsk;
  /** News that the next engine must hear: the network's state, how the last engine ended. */
  #online: boolean | null = null;
  #problem: string | null = null;

  constructor(fork: ForkEngine, options: EngineStart, answerAsk: AnswerAsk = cannotAsk) {
    this.#answerAsk = answerAsk;
    this.#fork = fork;
    this.#options = options;
  }

  /** Resolves when the engine is up. @throws SluiceError with the engine's own reason when it refuses to start. */
  async start(): Promise<void> {
    this.#ready = this.#spawn();
    await this.#ready;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Passes a call on. Never rejects: what goes wrong is a Failure. */
  async call(name: string, input: unknown): Promise<CallResult<CallName>> {
    try {
      await this.#ready;
    } catch {
      return { ok: false, failure: engineAway() };
    }
    const child = this.#child;
    if (child === null) return { ok: false, failure: engineAway() };
    return this.#pending.start(name, (id) => child.post({ id, name, input }));
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onState(listener: (state: 'open' | 'lost') => void): () => void {
    this.#states.add(listener);
    return () => this.#states.delete(listener);
  }

  /** Tells the engine of the computer; the network's state also to one that is started later. */
  tell(news: HostNews): void {
    this.#online = news.online ?? this.#online;
    this.#child?.post({ news });
  }

  /** Lets the engine finish the current page; kills it when it takes too long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null) return;
    const timer = setTimeout(() => child.kill(), STOP_MS);
    child.post({ stop: true });
    await this.#exited;
    clearTimeout(timer);
  }

  #spawn(): Promise<void> {
    let left: () => void = () => {};
    this.#exited = new Promise((resolve) => {
      left = resolve;
    });
    return new Promise((resolve, reject) => {
      let refusal: Failure | null = null;
      let up = false;
      const child = this.#fork({
        message: (message) => {
          if ('event' in message) for (const listener of this.#listeners) listener(message.event);
          else if ('ready' in message) {
            up = true;
            this.#backoff = FIRST_BACKOFF_MS;
            if (this.#problem !== null) child.post({ news: { problem: this.#problem } });
            this.#problem = null;
            resolve();
            for (const listener of this.#states) listener('open');
          } else if ('refused' in message) refusal = message.refused;
          else if ('asking' in message) this.#answer(child, message.asking, message.ask);
          else this.#pending.settle(message.id, message);
        },
        exit: (status) => {
          this.#child = null;
          if (up && !this.#stopping)
            this.#problem = `The engine ended unexpectedly (${status ?? 'no status'}) and was started again. What was running is interrupted; nothing that was stored is lost.`;
          this.#pending.abandon();
          left();
          if (!up)
            reject(
              new SluiceError(
                refusal ??
                  failure({ code: 'engine.start', message: 'The engine ended before it was ready.' }),
              ),
            );
          else if (!this.#stopping) this.#restart();
        },
      });
      this.#child = child;
      if (this.#online !== null) child.post({ news: { online: this.#online } });
      child.post({ start: this.#options });
    });
  }

  #answer(child: EngineChild, answered: number, ask: HostAsk): void {
    const post = (answer: HostAnswer): void => {
      // An engine that has gone meanwhile hears nothing.
      if (this.#child === child) child.post({ answered, answer });
    };
    this.#answerAsk(ask).then(
      (value) => post({ value }),
      (error: unknown) => post({ problem: error instanceof Error ? error.message : 'it failed' }),
    );
  }

  #restart(): void {
    for (const listener of this.#states) listener('lost');
    const wait = this.#backoff;
    this.#backoff = Math.min(LONGEST_BACKOFF_MS, this.#backoff * 2);
    this.#ready = new Promise((resolve, reject) => {
      setTimeout(() => {
        if (this.#stopping) resolve();
        else this.#spawn().then(resolve, reject);
      }, wait);
    });
    this.#ready.catch(() => {
      if (!this.#stopping) this.#restart();
    });
  }
}
