import { failure, SluiceError } from '../../shared/errors.ts';
import type { ResolveProxy, SecretCipher } from './ports.ts';

/** Longest wait for the host: a keyring may ask its owner for a password. */
const ASK_MS = 120_000;

/** What an engine process asks of its host, which can do what the engine cannot. */
export type HostAsk = { resolveProxy: string } | { encrypt: string } | { decrypt: string };
/** What the host tells of the computer. `problem`: a sentence for the log, such as how the engine process before this one ended. */
export interface HostNews {
  power?: 'suspend' | 'resume';
  online?: boolean;
  problem?: string;
}
export type HostAnswer = { value: unknown } | { problem: string };

/** Questions on their way to the host: numbered and timed out. */
export class HostLine {
  readonly #send: (id: number, ask: HostAsk) => void;
  readonly #waiting = new Map<number, { settle: (answer: HostAnswer) => void; timer: NodeJS.Timeout }>();
  #nextId = 1;

  constructor(send: (id: number, ask: HostAsk) => void) {
    this.#send = send;
  }

  /** @throws SluiceError `host.slow` | `host.failed` */
  async ask(ask: HostAsk): Promise<unknown> {
    const id = this.#nextId++;
    const answer = await new Promise<HostAnswer>((settle) => {
      const timer = setTimeout(() => this.answered(id, { problem: 'it did not answer in time' }), ASK_MS);
      timer.unref();
      this.#waiting.set(id, { settle, timer });
      this.#send(id, ask);
    });
    if ('value' in answer) return answer.value;
    throw new SluiceError(
      failure({
        code: 'host.failed',
        message: `The desktop could not be asked (${Object.keys(ask)[0]}): ${answer.problem}.`,
        retryable: true,
      }),
    );
  }

  answered(id: number, answer: HostAnswer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.settle(answer);
  }
}

/** The system's proxy as the host knows it. */
export function hostProxy(line: HostLine): ResolveProxy {
  return async (url) => {
    const answer = await line.ask({ resolveProxy: url });
    return typeof answer === 'string' ? answer : null;
  };
}

/** The system's secret store behind the host. */
export function hostCipher(line: HostLine): SecretCipher {
  return {
    encrypt: async (text) => String(await line.ask({ encrypt: text })),
    decrypt: async (encrypted) =>
      (await line.ask({ decrypt: encrypted })) as { text: string; again: boolean },
  };
}
