import { SluiceError } from '../../../shared/errors.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import type { FlattenList } from '../../../shared/settings-threatq.ts';
import type { Span } from '../json/locate.ts';
import type { Measure, OutboundMessage, OutboundRecord } from './destination.ts';
import { type Flattened, flatten } from './flatten.ts';
import { dateField, hasLineBreak, lineBreaksToSpaces, octetCount, syslogHead } from './framing.ts';
import {
  MessageBuilder,
  type MessageParts,
  type MessagePlan,
  NOT_SENDABLE,
  notSendable,
  whyNotSendable,
  whyOf,
} from './message.ts';
import type { Surroundings } from './plain-run.ts';
import { lintTag } from './tag-lint.ts';

/** Tag and obfuscation of a source's records, by the source's settings; null when the source is unknown. `type` matters to events only. */
export type SendPlanOf = (source: string, kind: RecordKind, type: string) => MessagePlan | null;

/** Devo takes at most 32 MB a request; an event larger than that cannot go over HTTP. Bytes. Reference 1.8. */
export const MAX_EVENT_BYTES_HTTP = 32_000_000;

export interface FrameFormat {
  /** `syslog`: reference 1.4. `line`: the message and a line feed, for an HTTP body (1.8). */
  shape: 'syslog' | 'line';
  date: DevoSyslogSettings['date'];
  /** `space` for gzip members and HTTP bodies, where octet counting has no place (1.6). */
  newlines: DevoSyslogSettings['newlines'];
  /** HOST field. */
  host: string;
}

/** A frame as pieces: `head`, `body[start..end)`, `tail`; `length` is their sum in bytes. */
export interface FrameParts {
  tag: string;
  head: Buffer;
  body: Buffer;
  start: number;
  end: number;
  tail: Buffer;
  length: number;
  /** Spans of the message that obfuscation replaced. */
  obfuscated: readonly Span[];
  /**
   * The frames of the same record that follow, where it leaves as several messages; null for the usual one. Each is good until the next
   * is asked for or another record's, and asking throws nothing: what cannot be sent is known with the first.
   */
  rest: Iterable<FrameParts> | null;
}

interface Plan {
  source: string;
  kind: RecordKind;
  /** Empty where the tag does not depend on it. */
  type: string;
  tag: string;
  /** Why no record of this source and kind can be sent. */
  refusal: string | null;
  builder: MessageBuilder;
  flatten: FlattenList | null;
  /** Whether a sound text alone says that a record can be sent: nothing has to be found in it. */
  plain: boolean;
  head: Buffer;
  headDate: number | null;
}

const EMPTY = Buffer.alloc(0);
const LF = Buffer.from('\n', 'latin1');

/**
 * Turns records into frames. Preview, dry run and wire all go through {@link Encoder.frame}; the wire repeats what it puts around a
 * text for plain neighbours ({@link Encoder.around}).
 * Plans are asked for once a source, kind and (for events) type: a destination is made anew when settings change.
 */
export class Encoder {
  readonly #planOf: SendPlanOf;
  readonly #format: FrameFormat;
  readonly #plans = new Map<string, Plan>();
  /** Records come in long runs of one source and kind. */
  #last: Plan | null = null;
  readonly #frame: FrameParts = {
    tag: '',
    head: EMPTY,
    body: EMPTY,
    start: 0,
    end: 0,
    tail: EMPTY,
    length: 0,
    obfuscated: [],
    rest: null,
  };
  /** Message tails with their line feed: pulls are long runs of the same tail. */
  #tail: Buffer = EMPTY;
  #tailWithLf: Buffer = EMPTY;

  constructor(planOf: SendPlanOf, format: FrameFormat) {
    this.#planOf = planOf;
    this.#format = format;
  }

  /** The record's frame, the first where it leaves as several. The answered object is used again by the next call. Throws SluiceError `devo.not-sendable`. */
  frame(record: OutboundRecord): FrameParts {
    const plan = this.#plan(record);
    if (plan.refusal !== null) throw notSendable(plan.refusal);
    const message = plan.builder.build(record);
    const flattened = plan.flatten === null ? null : flatten(message, plan.flatten);
    const large = this.#tooLarge(flattened?.longest ?? record.raw.length);
    if (large !== null) throw notSendable(large);
    const frame = this.#framed(plan, record.received, flattened?.part(0) ?? message);
    if (flattened !== null) frame.rest = this.#rest(plan, record.received, flattened);
    return frame;
  }

  *#rest(plan: Plan, received: number, flattened: Flattened): Generator<FrameParts, void> {
    for (let n = 1; n < flattened.count; n++) yield this.#framed(plan, received, flattened.part(n));
  }

  #framed(plan: Plan, received: number, message: MessageParts): FrameParts {
    const frame = this.#frame;
    frame.tag = plan.tag;
    frame.rest = null;
    frame.head = this.#head(plan, received);
    this.#takeMessage(message);
    frame.length = frame.head.length + (frame.end - frame.start) + frame.tail.length;
    if (
      this.#format.newlines === 'octet-counting' &&
      !message.oneLine &&
      hasLineBreak(frame.body, frame.start, frame.end)
    ) {
      const count = octetCount(frame.length);
      frame.head = Buffer.concat([count, frame.head]);
      frame.length += count.length;
    }
    return frame;
  }

  /** What {@link PlainRuns} puts around the texts of a run that begins with this record; null when each of its records needs a frame of its own. */
  around(first: OutboundRecord): Surroundings | null {
    if (first.tag !== undefined || this.#format.shape === 'line') return null;
    const plan = this.#plan(first);
    const tail = plan.refusal === null && plan.plain ? plan.builder.tailOfPlain(first) : null;
    if (tail === null) return null;
    return { before: this.#head(plan, first.received), after: this.#endOfFrame(tail) };
  }

  /** The frames joined: exactly the bytes on the wire (inside a gzip member or an HTTP body, where those are used). */
  encode(record: OutboundRecord): Buffer {
    const first = this.frame(record);
    const { rest } = first;
    const joined = joinedFrame(first);
    return rest === null ? joined : Buffer.concat([joined, ...Array.from(rest, joinedFrame)]);
  }

  /** What {@link encode} would answer, counted. */
  measure(record: OutboundRecord): Measure {
    const { length, rest } = this.frame(record);
    const measure = { messages: 1, bytes: length };
    for (const frame of rest ?? []) {
      measure.messages += 1;
      measure.bytes += frame.length;
    }
    return measure;
  }

  /** The record's messages one by one, as their frames have them. */
  messages(record: OutboundRecord): OutboundMessage[] {
    const first = this.frame(record);
    const { rest } = first;
    const message = messageOf(first);
    return rest === null ? [message] : [message, ...Array.from(rest, messageOf)];
  }

  whyNotSendable(record: OutboundRecord): string | null {
    const plan = this.#plan(record);
    const why = plan.refusal ?? whyNotSendable(record);
    if (why !== null || plan.plain) return why ?? this.#tooLarge(record.raw.length);
    try {
      this.frame(record);
      return null;
    } catch (thrown) {
      if (thrown instanceof SluiceError && thrown.failure.code === NOT_SENDABLE) return whyOf(thrown);
      throw thrown;
    }
  }

  #tooLarge(bytes: number): string | null {
    const large = this.#format.shape === 'line' && bytes > MAX_EVENT_BYTES_HTTP;
    return large ? 'It is larger than the 32 MB that Devo takes over HTTP.' : null;
  }

  #takeMessage(message: MessageParts): void {
    const frame = this.#frame;
    frame.body = message.body;
    frame.start = message.start;
    frame.end = message.end;
    frame.tail = this.#endOfFrame(message.tail);
    frame.obfuscated = message.obfuscated;
    if (
      this.#format.newlines === 'space' &&
      !message.oneLine &&
      hasLineBreak(frame.body, frame.start, frame.end)
    ) {
      frame.body = lineBreaksToSpaces(frame.body, frame.start, frame.end);
      frame.end -= frame.start;
      frame.start = 0;
    }
  }

  #endOfFrame(tail: Buffer): Buffer {
    if (tail.length === 0) return LF;
    if (tail !== this.#tail) {
      this.#tail = tail;
      this.#tailWithLf = Buffer.concat([tail, LF]);
    }
    return this.#tailWithLf;
  }

  #head(plan: Plan, received: number): Buffer {
    const { shape, date, host } = this.#format;
    if (shape === 'line') return EMPTY;
    const stamp = date === 'none' ? 0 : received;
    if (plan.headDate !== stamp) {
      plan.headDate = stamp;
      plan.head = syslogHead(dateField(date, received), host, plan.tag);
    }
    return plan.head;
  }

  #plan(record: OutboundRecord): Plan {
    if (record.tag !== undefined)
      return newPlan({ tag: record.tag, obfuscation: [] }, record.source, record.kind, '');
    const type = record.kind === 'event' ? record.type : '';
    const last = this.#last;
    if (last?.source === record.source && last.kind === record.kind && last.type === type) return last;
    const key = record.kind === 'object' ? record.source : `${record.source}\n${record.kind}\n${type}`;
    const known = this.#plans.get(key);
    const plan =
      known ?? newPlan(this.#planOf(record.source, record.kind, type), record.source, record.kind, type);
    if (known === undefined) this.#plans.set(key, plan);
    this.#last = plan;
    return plan;
  }
}

function joinedFrame({ head, body, start, end, tail, length }: FrameParts): Buffer {
  return Buffer.concat([head, body.subarray(start, end), tail], length);
}

function messageOf(parts: FrameParts): OutboundMessage {
  const frame = joinedFrame(parts);
  // The line feed ends the frame and is no part of the message.
  return {
    tag: parts.tag,
    frame,
    message: frame.subarray(parts.head.length, -1),
    obfuscated: parts.obfuscated,
  };
}

function newPlan(found: MessagePlan | null, source: string, kind: RecordKind, type: string): Plan {
  return {
    source,
    kind,
    type,
    tag: found?.tag ?? '',
    refusal:
      found === null
        ? `The source ${source} is no longer configured, so its tag is unknown.`
        : tagRefusal(found.tag),
    builder: new MessageBuilder(found ?? { tag: '', obfuscation: [] }),
    flatten: found?.flatten ?? null,
    plain: (found?.flatten ?? null) === null && (found?.obfuscation.length ?? 0) === 0,
    head: EMPTY,
    headDate: null,
  };
}

function tagRefusal(tag: string): string | null {
  const wrong = lintTag(tag).find((finding) => finding.level === 'error');
  return wrong === undefined ? null : `The tag ${JSON.stringify(tag)} cannot be used: ${wrong.message}`;
}
