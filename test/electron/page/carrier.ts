/** Carries values between two worlds of a page as Electron's contextBridge does: functions and promises by proxy, the rest by clone. */

/** A value on its way. */
export type Carried =
  | { value: unknown }
  | { array: Carried[] }
  | { object: [string, Carried][] }
  | { error: { name: string; message: string } }
  | { call: number }
  | { promise: number };

type Frame =
  | { expose: string; api: Carried }
  | { call: number; args: Carried[]; reply: number }
  | { reply: number; ok: boolean; result: Carried }
  | { settle: number; ok: boolean; result: Carried };

type Call = (...args: unknown[]) => unknown;

/** One world's end. Frames pass synchronously, as calls over Electron's bridge do. */
export class Carrier {
  readonly #out: string;
  readonly #calls = new Map<number, Call>();
  readonly #ids = new Map<Call, number>();
  readonly #replies = new Map<number, { ok: boolean; result: Carried }>();
  readonly #promises = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: unknown) => void }
  >();
  #expose: (key: string, api: Carried) => void = () => {};
  #next = 1;

  constructor(inward: string, outward: string) {
    this.#out = outward;
    window.addEventListener(inward, (event) => this.#receive((event as CustomEvent<Frame>).detail));
  }

  onExpose(listener: (key: string, api: Carried) => void): void {
    this.#expose = listener;
  }

  expose(key: string, api: Carried): void {
    this.#post({ expose: key, api });
  }

  /** @throws what structured clone throws for what is neither a function, a promise nor cloneable. */
  give(value: unknown): Carried {
    if (typeof value === 'function') return { call: this.#idOf(value as Call) };
    if (value instanceof Promise) return { promise: this.#watch(value) };
    if (value instanceof Error) return { error: { name: value.name, message: value.message } };
    if (Array.isArray(value)) return { array: value.map((one) => this.give(one)) };
    if (typeof value === 'object' && value !== null && isPlain(value))
      return { object: Object.entries(value).map(([key, one]) => [key, this.give(one)]) };
    return { value: structuredClone(value) };
  }

  /** What the other world gave. */
  take(carried: Carried): unknown {
    if ('call' in carried) return this.#proxy(carried.call);
    if ('promise' in carried)
      return new Promise((resolve, reject) => this.#promises.set(carried.promise, { resolve, reject }));
    if ('error' in carried) return new Error(carried.error.message);
    if ('array' in carried) return carried.array.map((one) => this.take(one));
    if ('object' in carried)
      return Object.fromEntries(carried.object.map(([key, one]) => [key, this.take(one)]));
    return carried.value;
  }

  #receive(frame: Frame): void {
    if ('expose' in frame) this.#expose(frame.expose, frame.api);
    else if ('settle' in frame) {
      const promise = this.#promises.get(frame.settle);
      this.#promises.delete(frame.settle);
      const result = this.take(frame.result);
      if (frame.ok) promise?.resolve(result);
      else promise?.reject(result);
    } else if ('call' in frame) {
      const { ok, result } = this.#answer(frame.call, frame.args);
      this.#post({ reply: frame.reply, ok, result });
    } else this.#replies.set(frame.reply, frame);
  }

  #answer(id: number, args: Carried[]): { ok: boolean; result: Carried } {
    try {
      const result = this.#calls.get(id)?.(...args.map((one) => this.take(one)));
      return { ok: true, result: this.give(result) };
    } catch (error) {
      return { ok: false, result: this.give(error instanceof Error ? error : new Error(String(error))) };
    }
  }

  #proxy(id: number): Call {
    return (...args) => {
      const reply = this.#next++;
      this.#post({ call: id, args: args.map((one) => this.give(one)), reply });
      const answer = this.#replies.get(reply);
      this.#replies.delete(reply);
      if (answer === undefined) throw new Error('The other world is gone.');
      const result = this.take(answer.result);
      if (!answer.ok) throw result;
      return result;
    };
  }

  #watch(promise: Promise<unknown>): number {
    const id = this.#next++;
    promise.then(
      (value) => this.#post({ settle: id, ok: true, result: this.give(value) }),
      (error: unknown) =>
        this.#post({
          settle: id,
          ok: false,
          result: this.give(error instanceof Error ? error : new Error(String(error))),
        }),
    );
    return id;
  }

  #idOf(call: Call): number {
    const known = this.#ids.get(call);
    if (known !== undefined) return known;
    const id = this.#next++;
    this.#calls.set(id, call);
    this.#ids.set(call, id);
    return id;
  }

  #post(frame: Frame): void {
    window.dispatchEvent(new CustomEvent(this.#out, { detail: frame }));
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
