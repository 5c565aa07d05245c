import { type FlattenList, MOST_FLATTENED_BYTES, MOST_MESSAGES } from '../../../shared/settings-threatq.ts';
import { elementSpans, LocateError, type Span, topLevelSpans } from '../json/locate.ts';
import { type MessageParts, notSendable } from './message.ts';

/**
 * Cuts a message whose list has several elements: the same text as often as there are elements, each with one of them in the list. Bytes
 * outside the list stay as they are, values are hidden already. Of a key that occurs twice the last counts, as for every reader of JSON
 * here. null: it stays one message. Throws SluiceError `devo.not-sendable` for what would become too much.
 */
export function flatten(message: MessageParts, list: FlattenList): Flattened | null {
  const { body, start } = message;
  const object = body.subarray(start);
  try {
    const span = topLevelSpans(object, list).at(-1);
    const elements = span === undefined ? null : elementSpans(object, span[0], MOST_MESSAGES + 1);
    if (span === undefined || elements === null || elements.length < 2) return null;
    if (elements.length > MOST_MESSAGES) throw notSendable(tooMany(list));
    const flattened = new Flattened(message, span, elements);
    if (flattened.bytes > MOST_FLATTENED_BYTES) throw notSendable(tooLarge(list, elements.length));
    return flattened;
  } catch (thrown) {
    if (thrown instanceof LocateError)
      throw notSendable(`The list ${list} cannot be found in the text: ${thrown.message}`);
    throw thrown;
  }
}

/** The messages of one event. Good as long as the event's text is. */
export class Flattened {
  readonly count: number;
  /** Of the longest message, and of all together. */
  readonly longest: number;
  readonly bytes: number;
  readonly #object: Buffer;
  readonly #message: MessageParts;
  /** Between the list's brackets, and what is put there. */
  readonly #inside: Span;
  readonly #elements: readonly Span[];

  /** @param list with its brackets; offsets count from the message's beginning */
  constructor(message: MessageParts, [start, end]: Span, elements: readonly Span[]) {
    this.#message = { ...message };
    this.#object = message.body.subarray(message.start, message.end);
    this.#inside = [start + 1, end - 1];
    this.#elements = elements;
    this.count = elements.length;
    const around = this.#object.length - (end - start - 2) + message.tail.length;
    const lengths = elements.map(([from, to]) => to - from);
    this.longest = around + lengths.reduce((most, length) => Math.max(most, length), 0);
    this.bytes = around * this.count + lengths.reduce((sum, length) => sum + length, 0);
  }

  /** Message n, from 0. */
  part(n: number): MessageParts {
    const [from, to] = this.#inside;
    // Asked for by whoever counts to `count`.
    const [start, end] = this.#elements[n] as Span;
    const object = this.#object;
    const body = Buffer.concat([object.subarray(0, from), object.subarray(start, end), object.subarray(to)]);
    const obfuscated: Span[] = [];
    for (const span of this.#message.obfuscated) {
      const by =
        span[1] <= from ? 0 : span[0] >= to ? end - start - (to - from) : insideOf(span, start, end, from);
      if (by !== null) obfuscated.push([span[0] + by, span[1] + by]);
    }
    return { ...this.#message, body, start: 0, end: body.length, obfuscated };
  }
}

/** How far a span inside the element moves; null where it is in another one. */
function insideOf(span: Span, start: number, end: number, from: number): number | null {
  return span[0] >= start && span[1] <= end ? from - start : null;
}

const tooMany = (list: FlattenList): string =>
  `Its ${list} are more than ${MOST_MESSAGES.toLocaleString('en-US')}, so many messages are not made of one event.`;
const tooLarge = (list: FlattenList, count: number): string =>
  `Its ${count} ${list} would become messages of more than ${MOST_FLATTENED_BYTES / 1_000_000} MB together.`;
