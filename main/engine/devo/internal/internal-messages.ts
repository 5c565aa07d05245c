import type { InternalSenders } from '../../../../shared/settings-internal.ts';
import type { PullRunView } from '../../../../shared/views/pull.ts';
import type { UnnumberedLine } from '../../log/log-book.ts';
import type { MemoryUse } from '../../memory.ts';
import type { HandoverRun } from '../../store/outbox-store.ts';
import type { InternalMessage } from './message-ring.ts';

/** A message before it has a tag: each destination names its own. */
export interface Said {
  kind: 'log' | 'metric';
  /** null: what the process says of itself, not of a pull. */
  pullingId: string | null;
  /** Epoch ms. */
  at: number;
  body: Readonly<Record<string, unknown>>;
}

/** @param began epoch ms at which the process began: groups what is said of no pull */
export function messageOf(said: Said, settings: InternalSenders, began: number): InternalMessage {
  const body = { time: new Date(said.at).toISOString(), ...said.body };
  return {
    tag: said.kind === 'log' ? settings.logTag : settings.metricsTag,
    pullingId: said.pullingId ?? String(began),
    at: said.at,
    raw: Buffer.from(JSON.stringify(body), 'utf8'),
  };
}

export function lineSaid({ at, level, process, thread, message }: UnnumberedLine): Said {
  return { kind: 'log', pullingId: null, at, body: { level, process, thread, message } };
}

/** What did not fit into memory; stands before what did. */
export function droppedSaid(dropped: number, at: number): Said {
  const message = `${dropped} messages before this one were dropped: more waited than fits into memory.`;
  return {
    kind: 'log',
    pullingId: null,
    at,
    body: { level: 'WARNING', process: 'OutputProcess', thread: 'internal_senders', message, dropped },
  };
}

/** A pull that is over. */
export function pullSaid(run: PullRunView, at: number): Said {
  return {
    kind: 'metric',
    pullingId: run.pullingId,
    at,
    body: {
      metric: 'pull',
      source: run.source,
      state: run.state,
      collections: run.feeds.length,
      requests: run.requests,
      received: run.received,
      stored: run.stored,
      duplicates: run.duplicates,
      bytes: run.feeds.reduce((sum, feed) => sum + feed.bytes, 0),
      elapsed_ms: (run.endedAt ?? at) - run.startedAt,
      error: run.failure?.code ?? run.feeds.find((feed) => feed.failure !== null)?.failure?.code ?? null,
    },
  };
}

/** A hand-over to one destination that is over. */
export function handoverSaid(run: HandoverRun, at: number): Said {
  return {
    kind: 'metric',
    pullingId: null,
    at,
    body: {
      metric: 'handover',
      destination: run.destination,
      state: run.state,
      messages: run.messages,
      bytes: run.bytes,
      elapsed_ms: (run.endedAt ?? at) - run.startedAt,
      pulls: run.pullingIds.length,
      error: run.failure?.code ?? null,
    },
  };
}

/** The collectors' `[GC]` figures. */
export function memorySaid(use: MemoryUse, at: number): Said {
  return {
    kind: 'metric',
    pullingId: null,
    at,
    body: {
      metric: 'memory',
      global_percent: use.globalPercent,
      rss_bytes: use.rssBytes,
      vms_bytes: use.vmsBytes,
    },
  };
}
