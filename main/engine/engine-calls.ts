import type { CallName, CallResult } from '../../shared/contract.ts';
import { type Failure, failure } from '../../shared/errors.ts';

const CALL_MS = 120_000;

/** Calls on their way to an engine process: numbered, timed out, all settled when the process goes away. */
export class PendingCalls {
  readonly #waiting = new Map<
    number,
    { reply: (result: CallResult<CallName>) => void; timer: NodeJS.Timeout }
  >();
  #nextId = 1;

  /** Registers a call and passes its number to `send`. Never rejects: what goes wrong is a Failure. */
  start(name: string, send: (id: number) => void): Promise<CallResult<CallName>> {
    const id = this.#nextId++;
    return new Promise((reply) => {
      const timer = setTimeout(() => this.settle(id, { ok: false, failure: slow(name) }), CALL_MS);
      timer.unref();
      this.#waiting.set(id, { reply, timer });
      try {
        send(id);
      } catch {
        // What cannot be cloned to another process: nesting without end, functions.
        this.settle(id, { ok: false, failure: unsendable(name) });
      }
    });
  }

  settle(id: number, result: CallResult<CallName>): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    waiting.reply(result.ok ? { ok: true, value: result.value } : { ok: false, failure: result.failure });
  }

  /** The engine is gone: every waiting call learns it. */
  abandon(): void {
    for (const id of [...this.#waiting.keys()]) this.settle(id, { ok: false, failure: engineAway() });
  }
}

export function engineAway(): Failure {
  return failure({
    code: 'engine.away',
    message: 'The engine stopped and is being started again.',
    retryable: true,
  });
}

function slow(name: string): Failure {
  return failure({
    code: 'engine.slow',
    message: `The engine did not answer ${name} in ${CALL_MS / 1000} seconds.`,
    retryable: true,
  });
}

function unsendable(name: string): Failure {
  return failure({
    code: 'call.invalid',
    message: `The input of ${name.slice(0, 80)} cannot be passed to the engine.`,
  });
}
