/** Questions and answers between the process that runs the app's main bundle and the test that drives its windows. */

type Frame =
  | { tell: string; value: unknown }
  | { ask: string; ticket: number; value: unknown }
  | { ticket: number; ok: true; value: unknown }
  | { ticket: number; ok: false; message: string };

type Answerer = (value: unknown) => unknown;

export interface WireEnd {
  send(frame: object): void;
  onFrame(listener: (frame: unknown) => void): void;
}

/** One end. Values pass through structured clone (Node's `advanced` serialization); errors keep their message. */
export class Wire {
  readonly #end: WireEnd;
  readonly #answerers = new Map<string, Answerer>();
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  #next = 1;
  #closed: string | null = null;

  constructor(end: WireEnd) {
    this.#end = end;
    end.onFrame((frame) => void this.#receive(frame as Frame));
  }

  /** Answers what the other end asks or tells under this name. */
  on<In>(name: string, answer: (value: In) => unknown): void {
    this.#answerers.set(name, answer as Answerer);
  }

  tell(name: string, value: unknown = null): void {
    if (this.#closed === null) this.#end.send({ tell: name, value });
  }

  async ask<Out = unknown>(name: string, value: unknown = null): Promise<Out> {
    if (this.#closed !== null) throw new Error(this.#closed);
    const ticket = this.#next++;
    return await new Promise<Out>((resolve, reject) => {
      this.#waiting.set(ticket, { resolve: resolve as (value: unknown) => void, reject });
      this.#end.send({ ask: name, ticket, value });
    });
  }

  /** Nothing is sent any more; what waits is rejected with the reason. */
  close(reason: string): void {
    this.#closed = reason;
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }

  async #receive(frame: Frame): Promise<void> {
    if ('tell' in frame) {
      await this.#answerer(frame.tell)(frame.value);
    } else if ('ask' in frame) {
      const { ticket } = frame;
      try {
        const value = await this.#answerer(frame.ask)(frame.value);
        if (this.#closed === null) this.#end.send({ ticket, ok: true, value });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (this.#closed === null) this.#end.send({ ticket, ok: false, message });
      }
    } else {
      const waiting = this.#waiting.get(frame.ticket);
      this.#waiting.delete(frame.ticket);
      if (frame.ok) waiting?.resolve(frame.value);
      else waiting?.reject(new Error(frame.message));
    }
  }

  #answerer(name: string): Answerer {
    const answerer = this.#answerers.get(name);
    if (answerer === undefined) throw new Error(`Nobody answers "${name}".`);
    return answerer;
  }
}
