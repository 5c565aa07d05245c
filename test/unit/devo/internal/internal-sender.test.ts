import { beforeEach, describe, expect, test } from 'vitest';
import type { Destination, Handover, OutboundRecord } from '../../../../main/engine/devo/destination.ts';
import { lineSaid, type Said } from '../../../../main/engine/devo/internal/internal-messages.ts';
import { EVERY_MS, InternalSender } from '../../../../main/engine/devo/internal/internal-sender.ts';
import { MessageRing } from '../../../../main/engine/devo/internal/message-ring.ts';
import type { Log } from '../../../../main/engine/ports.ts';
import { type FailureInput, SluiceError } from '../../../../shared/errors.ts';
import { type InternalSenders, internalSenders } from '../../../../shared/settings-internal.ts';
import { fakeClock } from '../../engine/fake-clock.ts';

const START = Date.UTC(2026, 0, 1);
const never = new AbortController().signal;
let clock: ReturnType<typeof fakeClock>;
let logged: string[];
/** What the peer has confirmed, a batch an entry. */
let batches: OutboundRecord[][];
let opened: number;
/** What opening or confirming fails with. */
let refusal: FailureInput | null;
let confirming: Promise<void>;
let aborted: number;

beforeEach(() => {
  clock = fakeClock(START);
  logged = [];
  batches = [];
  opened = 0;
  refusal = null;
  confirming = Promise.resolve();
  aborted = 0;
});

const REFUSED: FailureInput = { code: 'devo.refused', message: 'Connection refused.', retryable: true };
const peer = async (): Promise<Destination> => {
  opened += 1;
  const batch: OutboundRecord[] = [];
  const handover: Handover = {
    get messages() {
      return batch.length;
    },
    write: (record) => void batch.push(record),
    confirm: async () => {
      await confirming;
      if (refusal !== null) throw new SluiceError(refusal);
      batches.push(batch);
      return { bytes: 1, messages: batch.length };
    },
    abort: () => {
      aborted += 1;
      return { maybeTaken: true };
    },
  };
  return {
    open: async () => {
      if (refusal?.code === 'devo.refused') throw new SluiceError(refusal);
      return handover;
    },
    close: async () => {},
  } as unknown as Destination;
};
const log: Log = {
  debug: (text) => logged.push(`DEBUG ${text}`),
  info: (text) => logged.push(`INFO ${text}`),
  warning: (text) => logged.push(`WARNING ${text}`),
  error: (text) => logged.push(`ERROR ${text}`),
};
function sender(settings: Partial<InternalSenders> = {}, ring = new MessageRing()): InternalSender {
  const parsed = internalSenders.parse({ enabled: true, metrics: false, ...settings });
  return new InternalSender({
    name: 'devo_1',
    number: 0,
    settings: parsed,
    open: peer,
    clock,
    log,
    began: START,
    ring,
  });
}
const line = (message: string): Said =>
  lineSaid({ at: START, level: 'INFO', process: 'InputProcess', thread: 'T', message });
const metric: Said = { kind: 'metric', pullingId: '1669727732252', at: START, body: { metric: 'pull' } };
const texts = (): string[][] =>
  batches.map((batch) => batch.map((record) => JSON.parse(record.raw.toString()).message));

describe('an internal sender', () => {
  test('is due 15 seconds after the last time, and not while there is nothing', async () => {
    const made = sender();
    expect(made.dueAt()).toBeNull();
    made.offer(line('one'));
    expect(made.dueAt()).toBe(START + EVERY_MS);
    clock.at = START + EVERY_MS;
    await made.send(never);
    expect(made.dueAt()).toBeNull();
    made.offer(line('two'));
    expect(made.dueAt()).toBe(clock.at + EVERY_MS);
  });

  test('a clock that is set back does not hold it up for longer than the longest back-off', () => {
    const made = sender();
    made.offer(line('one'));
    clock.at = START - 86_400_000;
    expect(made.dueAt()).toBeLessThanOrEqual(clock.at + 600_000);
  });

  test('sends lines as JSON objects under the tag of the log, metrics under theirs with the pulling id', async () => {
    const made = sender({ metrics: true, logTag: 'my.app.own.log', metricsTag: 'my.app.own.num' });
    made.offer(line('a "quoted"\nline\ud800'));
    made.offer(metric);
    await made.send(never);
    const [batch = []] = batches;
    expect(batch.map((r) => [r.tag, r.pullingId])).toEqual([
      ['my.app.own.log', String(START)],
      ['my.app.own.num', '1669727732252'],
      // The memory of the process, of its own accord.
      ['my.app.own.num', String(START)],
    ]);
    expect(JSON.parse(batch[0]?.raw.toString() ?? '')).toEqual({
      time: '2026-01-01T00:00:00.000Z',
      level: 'INFO',
      process: 'InputProcess',
      thread: 'T',
      message: 'a "quoted"\nline\ud800',
    });
    expect(batch[0]?.raw.includes(0x0a)).toBe(false);
    expect(JSON.parse(batch[2]?.raw.toString() ?? '')).toMatchObject({
      metric: 'memory',
      rss_bytes: expect.any(Number),
      global_percent: expect.any(Number),
    });
  });

  test('measures memory every 5 minutes, and is due for it', async () => {
    const made = sender({ metrics: true });
    expect(made.dueAt()).not.toBeNull();
    await made.send(never);
    clock.at += 299_999;
    expect(made.dueAt()).toBeNull();
    clock.at += 1;
    expect(made.dueAt()).toBe(clock.at - 300_000 + EVERY_MS);
    await made.send(never);
    expect(batches.map((b) => b.length)).toEqual([1, 1]);
  });

  test('sends no metrics where they are not asked for', async () => {
    const made = sender();
    made.offer(metric);
    expect(made.dueAt()).toBeNull();
    await made.send(never);
    expect(opened).toBe(0);
  });

  test('says first how many messages were dropped, once', async () => {
    const made = sender({}, new MessageRing(2, 10_000));
    for (const text of ['a', 'b', 'c', 'd']) made.offer(line(text));
    await made.send(never);
    made.offer(line('e'));
    await made.send(never);
    expect(texts()).toEqual([
      ['2 messages before this one were dropped: more waited than fits into memory.', 'c', 'd'],
      ['e'],
    ]);
    expect(made.view(null)).toMatchObject({ waiting: 0, sent: 4, dropped: 2 });
  });

  test('keeps what the peer did not confirm and sends it again', async () => {
    const made = sender();
    made.offer(line('a'));
    refusal = { code: 'devo.cut', message: 'Cut.', retryable: true };
    await made.send(never);
    expect(aborted).toBe(1);
    expect(made.view(null)).toMatchObject({ waiting: 1, sent: 0, failure: { code: 'devo.cut' } });
    refusal = null;
    made.offer(line('b'));
    await made.send(never);
    expect(texts()).toEqual([['a', 'b']]);
    expect(made.view(null)).toMatchObject({ waiting: 0, sent: 2, failure: null, retryAt: null });
  });

  test('backs off from 30 seconds to 10 minutes and says so once', async () => {
    const made = sender();
    made.offer(line('a'));
    refusal = REFUSED;
    const waits: number[] = [];
    for (let n = 0; n < 7; n++) {
      await made.send(never);
      waits.push((made.dueAt() ?? 0) - clock.at);
      clock.at = made.dueAt() ?? 0;
    }
    expect(waits).toEqual([30_000, 60_000, 120_000, 240_000, 480_000, 600_000, 600_000]);
    expect(logged).toEqual(['WARNING devo_1: log and metrics could not be sent: Connection refused.']);
    refusal = null;
    await made.send(never);
    expect(logged[1]).toBe('INFO devo_1: log and metrics are sent again.');
  });

  test('waits long for what a person must put right, and no longer once the destination was changed', async () => {
    const made = sender();
    made.offer(line('a'));
    refusal = { code: 'devo.file-missing', message: 'No chain.', retryable: false };
    await made.send(never);
    expect(made.dueAt()).toBe(clock.at + 600_000);
    made.changed(made.settings, peer);
    expect(made.dueAt()).toBe(clock.at + EVERY_MS);
  });

  test('ends in time when the peer takes for ever, and does not wait for it when stopped', async () => {
    const made = sender();
    made.offer(line('a'));
    confirming = new Promise(() => {});
    await made.send(AbortSignal.timeout(20));
    expect(aborted).toBe(1);
    expect(made.view(null).failure).toMatchObject({ code: 'devo.internal-late' });
    const stop = new AbortController();
    const sent = made.send(stop.signal);
    expect(made.dueAt()).toBeNull();
    stop.abort();
    await sent;
    expect(made.view(null)).toMatchObject({ waiting: 1 });
    expect(logged).toHaveLength(1);
  });

  test("says the service's lines as in the seeds, statistics every 300 seconds and at the end", async () => {
    const made = sender();
    made.offer(line('a'));
    await made.send(never);
    expect(logged).toEqual([
      'INFO DevoSender(internal_senders,devo_sender_0) -> Starting thread',
      'INFO DevoSenderManagerMonitor(internal_senders,devo_1) -> Starting thread (every 300 seconds)',
      'INFO DevoSenderManager(internal_senders,manager,devo_1) -> Starting thread',
    ]);
    made.close();
    expect(logged.slice(3)).toEqual([
      'INFO Number of available senders: 1',
      'INFO sender manager internal queue size: 0',
      expect.stringMatching(
        /^INFO Internal - Total number of messages sent: 1, messages sent since "2026-01-01 00:00:00\.000000\+00:00": 1 \(elapsed \d\.\d{3} seconds\)$/,
      ),
    ]);
  });
});
