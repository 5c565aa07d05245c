import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../../../shared/errors.ts';
import type { ObfuscationRule } from '../../../shared/settings-common.ts';
import type { FlattenList } from '../../../shared/settings-threatq.ts';
import {
  closingBrace,
  isEmptyObject,
  LocateError,
  type Replacement,
  replaceSpans,
  type Span,
  spansAt,
  topLevelSpans,
} from '../json/locate.ts';
import { isJsonObject } from '../json/wellformed.ts';
import { type PullingIdForm, writtenPullingId } from '../pulling-id.ts';
import type { OutboundMessage, OutboundRecord } from './destination.ts';

/** Groups what one pull brought in. Seed 000: "injected in each event to group all events ingested by the same pull action". */
export const PULLING_ID = '@devo_pulling_id';

/** How records of one source and kind become messages. */
export interface MessagePlan {
  tag: string;
  /** How the pulling id is written; left out, as the store has it. */
  pullingIdForm?: PullingIdForm;
  obfuscation: readonly ObfuscationRule[];
  /** The list whose elements leave as a message each; left out or null, a record is one message. */
  flatten?: FlattenList | null;
}

/** A message as pieces, so that the wire can copy them into its own buffer: `body[start..end)` followed by `tail`. */
export interface MessageParts {
  body: Buffer;
  start: number;
  end: number;
  tail: Buffer;
  obfuscated: readonly Span[];
  /** `body[start..end)` is known to hold no line feed; false when nobody has looked. */
  oneLine: boolean;
}

const EMPTY = Buffer.alloc(0);
const OPEN_BRACE = 0x7b;
const LF = 0x0a;
const NO_OBJECT = 'The text is not one well-formed JSON object.';
const NO_SPANS: readonly Span[] = [];

/**
 * One sentence on why a record's text cannot be an event, or null. Devo's collectors send a JSON object an event; text that is none
 * (a problem record: broken or cut off, invalid UTF-8, another value) is never wrapped or repaired, it is shown and stays here.
 */
export function whyNotSendable({ raw, problems }: OutboundRecord): string | null {
  if (!isUtf8(raw)) return 'The text is not valid UTF-8.';
  const whole = problems === 0 ? firstNonSpace(raw) >= 0 && closingBrace(raw) > 0 : isJsonObject(raw);
  return whole ? null : NO_OBJECT;
}

/**
 * Tag and message of one record: the server's text with obfuscation applied and `@devo_pulling_id` as last top-level member, or in place
 * where the object already has one. Throws SluiceError `devo.not-sendable`.
 */
export function buildMessage(record: OutboundRecord, plan: MessagePlan): Omit<OutboundMessage, 'frame'> {
  const parts = new MessageBuilder(plan).build(record);
  return {
    tag: plan.tag,
    message: Buffer.concat([parts.body.subarray(parts.start, parts.end), parts.tail]),
    obfuscated: parts.obfuscated,
  };
}

/** A value to hide, ready to be put into JSON text. */
export interface HiddenValue {
  path: string;
  text: Buffer;
}

export function hiddenValues(rules: readonly ObfuscationRule[]): readonly HiddenValue[] {
  return rules.map(({ name, value }) => ({ path: name, text: Buffer.from(JSON.stringify(value), 'utf8') }));
}

/**
 * The object's text with values hidden, and where what replaces them is. Throws SluiceError `devo.not-sendable` where the values cannot be
 * found: it fails closed.
 */
export function hideValues(
  object: Buffer,
  values: readonly HiddenValue[],
): { bytes: Buffer; spans: readonly Span[] } {
  try {
    const hidden: Replacement[] = [];
    for (const { path, text } of values) {
      for (const span of spansAt(object, path)) hidden.push({ span, text });
    }
    return replaceSpans(object, hidden);
  } catch (thrown) {
    throw cannotHide(thrown);
  }
}

function cannotHide(thrown: unknown): unknown {
  return thrown instanceof LocateError
    ? notSendable(`The values to hide cannot be found in the text: ${thrown.message}`)
    : thrown;
}

/** The same as {@link buildMessage} without joining; the answered object is used again for the next record. */
export class MessageBuilder {
  readonly #obfuscation: readonly HiddenValue[];
  readonly #parts: MessageParts = {
    body: EMPTY,
    start: 0,
    end: 0,
    tail: EMPTY,
    obfuscated: NO_SPANS,
    oneLine: false,
  };
  readonly #block = new BlockSearch();
  readonly #form: PullingIdForm;
  /** Records come in runs of one pull: its member is made once. */
  #pullingId: string | null = null;
  #afterComma: Buffer = EMPTY;
  #alone: Buffer = EMPTY;

  constructor(plan: MessagePlan) {
    this.#form = plan.pullingIdForm ?? 'milliseconds';
    this.#obfuscation = hiddenValues(plan.obfuscation);
  }

  build(record: OutboundRecord): MessageParts {
    const { raw } = record;
    const checked = record.problems === 0;
    const block = checked && record.block !== undefined ? this.#block.of(record.block) : null;
    const parts = this.#parts;
    parts.body = raw;
    parts.start = firstNonSpace(raw);
    parts.end = closingBrace(raw);
    parts.oneLine = block?.oneLine === true;
    parts.obfuscated = NO_SPANS;
    // Text that begins and ends with a brace inside valid UTF-8 is valid UTF-8 itself.
    if (block?.utf8 === true) {
      if (parts.start < 0 || parts.end <= 0) throw notSendable(NO_OBJECT);
    } else {
      const why = whyNotSendable(record);
      if (why !== null) throw notSendable(why);
    }
    if (record.pullingId !== this.#pullingId) this.#prepare(record.pullingId);
    // Searching is far cheaper than walking: only text that could hold the key, plain or escaped, is walked.
    if (this.#obfuscation.length > 0 || (block?.withoutKey !== true && mayHoldKey(raw))) {
      if (this.#rewrite(record)) return parts;
      parts.end = closingBrace(parts.body);
    }
    parts.tail = isEmptyObject(parts.body, parts.end) ? this.#alone : this.#afterComma;
    return parts;
  }

  /**
   * What follows on every text of the record's block that is an object with a member, in place of its closing brace: where no text of the
   * block has anything to hide, a line feed or a pulling id of its own, and all are checked. Otherwise null: each has to be built.
   */
  tailOfPlain(record: OutboundRecord): Buffer | null {
    if (this.#obfuscation.length > 0 || record.problems !== 0 || record.block === undefined) return null;
    const { utf8, oneLine, withoutKey } = this.#block.of(record.block);
    if (!utf8 || !oneLine || !withoutKey) return null;
    if (record.pullingId !== this.#pullingId) this.#prepare(record.pullingId);
    return this.#afterComma;
  }

  /** Applies obfuscation and an existing pulling id. True when the message is complete as it is. */
  #rewrite(record: OutboundRecord): boolean {
    const parts = this.#parts;
    try {
      const object = record.raw.subarray(parts.start, parts.end + 1);
      let { bytes, spans } = hideValues(object, this.#obfuscation);
      const existing = topLevelSpans(bytes, PULLING_ID);
      if (existing.length > 0) {
        const value = Buffer.from(JSON.stringify(writtenPullingId(record.pullingId, this.#form)), 'utf8');
        // The id's own value is no longer what obfuscation put there.
        spans = spans.filter(([start]) => !existing.some(([from, to]) => start >= from && start < to));
        const moved = replaceSpans(
          bytes,
          existing.map((span) => ({ span, text: value })),
        );
        spans = spans.map((span) => shifted(span, existing, value.length));
        bytes = moved.bytes;
      }
      parts.body = bytes;
      parts.start = 0;
      parts.end = bytes.length;
      parts.tail = EMPTY;
      parts.obfuscated = spans;
      parts.oneLine = false;
      return existing.length > 0;
    } catch (thrown) {
      throw cannotHide(thrown);
    }
  }

  #prepare(pullingId: string): void {
    const member = `${JSON.stringify(PULLING_ID)}:${JSON.stringify(writtenPullingId(pullingId, this.#form))}}`;
    this.#pullingId = pullingId;
    this.#alone = Buffer.from(member, 'utf8');
    this.#afterComma = Buffer.from(`,${member}`, 'utf8');
  }
}

/** What is known of a block of texts, for the block looked at last: records come in the order in which they lie. */
class BlockSearch {
  utf8 = false;
  oneLine = false;
  withoutKey = false;
  #last: ArrayBufferLike | null = null;

  of(block: ArrayBufferLike): this {
    if (block !== this.#last) {
      const bytes = Buffer.from(block);
      this.#last = block;
      this.utf8 = isUtf8(bytes);
      this.oneLine = !bytes.includes(LF);
      this.withoutKey = !mayHoldKey(bytes);
    }
    return this;
  }
}

/** Whether the pulling id's key could be in the text, plain or with escapes (its characters are ASCII: `\u00…`). */
function mayHoldKey(bytes: Buffer): boolean {
  return bytes.includes(PULLING_ID) || bytes.includes('\\u00');
}

/** What a record that must not leave is answered with; it stays in the store, marked, and the batch goes on without it. */
export const NOT_SENDABLE = 'devo.not-sendable';
const CANNOT_BE_SENT = 'This record cannot be sent to Devo. ';

export function notSendable(why: string): SluiceError {
  return new SluiceError({
    code: NOT_SENDABLE,
    message: CANNOT_BE_SENT + why,
    remedy: 'Reject the record, or correct what is said and try again.',
  });
}

/** The reason that {@link notSendable} was given. */
export function whyOf(error: SluiceError): string {
  return error.failure.message.replace(CANNOT_BE_SENT, '');
}

function shifted(span: Span, replaced: readonly Span[], length: number): Span {
  let by = 0;
  for (const [start, end] of replaced) if (end <= span[0]) by += length - (end - start);
  return [span[0] + by, span[1] + by];
}

/** Offset of the opening brace; -1 when the text begins with anything else. */
function firstNonSpace(raw: Buffer): number {
  let i = 0;
  while (raw[i] === 0x20 || raw[i] === 0x0a || raw[i] === 0x0d || raw[i] === 0x09) i++;
  return raw[i] === OPEN_BRACE ? i : -1;
}
