import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EngineStart, FromEngine, ToEngine } from '../../../main/engine/serve-engine.ts';
import { EngineSupervisor } from '../../../main/engine/supervise.ts';
import { failure } from '../../../shared/errors.ts';

const OPTIONS = { dataDir: '/data', version: '1' } as unknown as EngineStart;

/** An engine process made of plain objects. */
class FakeChild {
  readonly posted: ToEngine[] = [];
  killed = false;
  readonly say: (message: FromEngine) => void;
  readonly die: (status?: number) => void;
  constructor(on: { message: (message: FromEngine) => void; exit: (status?: number) => void }) {
    this.say = on.message;
    this.die = on.exit;
  }
  get calls(): { id: number; name: string; input: unknown }[] {
    return this.posted.filter((m) => 'id' in m);
  }
}

let children: FakeChild[];
let engine: EngineSupervisor;
let states: string[];
/** What a new child does by itself. */
let onFork: (child: FakeChild) => void;

beforeEach(() => {
  vi.useFakeTimers();
  children = [];
  states = [];
  onFork = (child) => queueMicrotask(() => child.say({ ready: true }));
  engine = new EngineSupervisor((on) => {
    const child = new FakeChild(on);
    children.push(child);
    onFork(child);
    return {
      pid: children.length,
      post: (message) => {
        if (typeof (message as { input?: unknown }).input === 'function') throw new Error('cannot be cloned');
        child.posted.push(message);
      },
      kill: () => {
        child.killed = true;
        child.die();
      },
    };
  }, OPTIONS);
  engine.onState((state) => states.push(state));
});
afterEach(() => vi.useRealTimers());

const child = (i: number): FakeChild => {
  const found = children[i];
  if (found === undefined) throw new Error(`there is no child ${i}`);
  return found;
};

describe('an engine in a process of its own', () => {
  test('is started with its options and answers calls by number', async () => {
    await engine.start();
    expect(child(0).posted[0]).toEqual({ start: OPTIONS });
    const first = engine.call('app.info', {});
    const second = engine.call('app.snapshot', {});
    await vi.advanceTimersByTimeAsync(0);
    const [a, b] = child(0).calls;
    expect(a?.id).not.toBe(b?.id);
    child(0).say({ id: b?.id ?? 0, ok: true, value: { b: 1 } as never });
    child(0).say({ id: a?.id ?? 0, ok: false, failure: failure({ code: 'x', message: 'y' }) });
    child(0).say({ id: 4711, ok: true, value: {} as never });
    expect(await second).toEqual({ ok: true, value: { b: 1 } });
    expect(await first).toMatchObject({ ok: false, failure: { code: 'x' } });
  });

  test('that refuses to start says why', async () => {
    onFork = (c) =>
      queueMicrotask(() => {
        c.say({ refused: failure({ code: 'store.newer', message: 'Written by a newer Sluice.' }) });
        c.die();
      });
    await expect(engine.start()).rejects.toMatchObject({ failure: { code: 'store.newer' } });
    expect(children).toHaveLength(1);
    expect(await engine.call('app.info', {})).toMatchObject({ ok: false, failure: { code: 'engine.away' } });
  });

  test('that ends before it is ready says so', async () => {
    onFork = (c) => queueMicrotask(() => c.die());
    await expect(engine.start()).rejects.toMatchObject({ failure: { code: 'engine.start' } });
  });

  test('that dies is started again; calls in flight learn it, later ones wait for the new one', async () => {
    await engine.start();
    const inFlight = engine.call('records.page', {});
    await vi.advanceTimersByTimeAsync(0);
    child(0).die();
    expect(await inFlight).toMatchObject({ ok: false, failure: { code: 'engine.away', retryable: true } });
    expect(states).toEqual(['open', 'lost']);
    const meanwhile = engine.call('app.info', {});
    await vi.advanceTimersByTimeAsync(249);
    expect(children).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2);
    expect(children).toHaveLength(2);
    expect(states).toEqual(['open', 'lost', 'open']);
    const [call] = child(1).calls;
    child(1).say({ id: call?.id ?? 0, ok: true, value: {} as never });
    expect(await meanwhile).toEqual({ ok: true, value: {} });
  });

  test('that cannot come up again is tried with growing pauses, up to ten seconds', async () => {
    await engine.start();
    onFork = (c) => queueMicrotask(() => c.die());
    child(0).die();
    const starts: number[] = [];
    let seen = 1;
    for (let ms = 0; ms < 60_000; ms += 50) {
      await vi.advanceTimersByTimeAsync(50);
      if (children.length > seen) starts.push(ms);
      seen = children.length;
    }
    const pauses = starts.map((at, i) => at - (starts[i - 1] ?? 0));
    expect(pauses.length).toBeGreaterThan(5);
    expect(pauses[1]).toBeGreaterThanOrEqual(450);
    for (let i = 2; i < pauses.length; i++)
      expect(pauses[i]).toBeGreaterThanOrEqual((pauses[i - 1] ?? 0) - 50);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_100);
    // And comes back when it can.
    onFork = (c) => queueMicrotask(() => c.say({ ready: true }));
    await vi.advanceTimersByTimeAsync(11_000);
    expect(states.at(-1)).toBe('open');
  });

  test('passes events on until told not to', async () => {
    await engine.start();
    const heard: unknown[] = [];
    const stop = engine.onEvent((event) => heard.push(event));
    child(0).say({ event: { seq: 1, name: 'log', data: { seq: 1 } } });
    stop();
    child(0).say({ event: { seq: 2, name: 'log', data: { seq: 2 } } });
    expect(heard).toEqual([{ seq: 1, name: 'log', data: { seq: 1 } }]);
  });

  test('a call that is never answered fails after its time', async () => {
    await engine.start();
    const call = engine.call('forward.plan', { exact: true });
    await vi.advanceTimersByTimeAsync(120_001);
    expect(await call).toMatchObject({ ok: false, failure: { code: 'engine.slow' } });
  });

  test('an input that cannot be passed on is a failure, not an exception', async () => {
    await engine.start();
    expect(await engine.call('app.info', () => {})).toMatchObject({
      ok: false,
      failure: { code: 'call.invalid' },
    });
  });

  test('stops when asked, without being started again; is killed when it does not', async () => {
    await engine.start();
    const stopped = engine.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(child(0).posted.at(-1)).toEqual({ stop: true });
    expect(child(0).killed).toBe(false);
    await vi.advanceTimersByTimeAsync(10_001);
    expect(child(0).killed).toBe(true);
    await stopped;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children).toHaveLength(1);
  });

  test('is answered what it asks of its host; what the host cannot do reaches it as a problem', async () => {
    const asked: unknown[] = [];
    engine = new EngineSupervisor(
      (on) => {
        const c = new FakeChild(on);
        children.push(c);
        onFork(c);
        return { pid: 1, post: (message) => void c.posted.push(message), kill: () => c.die() };
      },
      OPTIONS,
      async (ask) => {
        asked.push(ask);
        if ('decrypt' in ask) throw new Error('the keyring is locked');
        return 'http://proxy.example:8080';
      },
    );
    await engine.start();
    child(0).say({ asking: 1, ask: { resolveProxy: 'https://a.example/' } });
    child(0).say({ asking: 2, ask: { decrypt: 'AA==' } });
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toHaveLength(2);
    expect(child(0).posted.slice(1)).toEqual([
      { answered: 1, answer: { value: 'http://proxy.example:8080' } },
      { answered: 2, answer: { problem: 'the keyring is locked' } },
    ]);
  });

  test('hears the news; one that is started later hears of the network and how the last one ended', async () => {
    await engine.start();
    engine.tell({ power: 'suspend' });
    engine.tell({ online: false });
    expect(child(0).posted.slice(1)).toEqual([{ news: { power: 'suspend' } }, { news: { online: false } }]);
    child(0).die(139);
    await vi.advanceTimersByTimeAsync(300);
    expect(child(1).posted).toEqual([
      { news: { online: false } },
      { start: OPTIONS },
      { news: { problem: expect.stringContaining('ended unexpectedly (139)') } },
    ]);
    // Once: the one after that has its own.
    child(1).die();
    await vi.advanceTimersByTimeAsync(300);
    expect(JSON.stringify(child(2).posted)).not.toContain('139');
  });

  test('that is told to stop ended as it should', async () => {
    await engine.start();
    const stopped = engine.stop();
    await vi.advanceTimersByTimeAsync(0);
    child(0).die(0);
    await stopped;
    expect(children).toHaveLength(1);
  });

  test('stopping while it waits to come up again ends the waiting', async () => {
    await engine.start();
    child(0).die();
    await engine.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children).toHaveLength(1);
    expect(await engine.call('app.info', {})).toMatchObject({ ok: false, failure: { code: 'engine.away' } });
  });
});
