import type { OutboundRecord, OutboundRun } from '../devo/destination.ts';
import type { Feed, Shape } from './catalogue.ts';
import { REPLACED } from './columns.ts';
import type { StoreFile } from './store-file.ts';
import type { TextRun, Texts } from './texts.ts';

/** Pieces of text read at a time where every record is wanted: a statement for each would cost as much as the reading. */
const AT_A_TIME = 16;

/**
 * Records as they go out, for ascending keys, in runs of those that lie and belong together. Reads some pieces of stored text at a time;
 * nothing is locked between yields. A run's texts live until the next run is asked for: whoever needs one longer copies it.
 */
export function* outboundRuns(
  file: StoreFile,
  texts: Texts,
  keys: readonly number[],
): Generator<OutboundRun> {
  const descriptions = file.read(() => new Descriptions(file));
  for (let at = 0; at < keys.length; ) {
    const { runs, replaced } = file.read(() => readRuns(file, texts, keys, at));
    for (const run of runs) {
      for (let key = keys[at]; key !== undefined && key <= run.last; key = keys[at]) {
        const text = replaced?.get(key);
        const description = descriptions.of(key);
        if (text !== undefined) {
          at += 1;
          yield new DescribedRun(description, key, 1, text, Uint32Array.of(text.length), 0);
          continue;
        }
        const last = Math.min(description.last, run.last);
        let count = 1;
        while (key + count <= last && keys[at + count] === key + count && replaced?.has(key + count) !== true)
          count += 1;
        at += count;
        yield new DescribedRun(description, key, count, run.bytes, run.ends, key - run.first);
      }
    }
    // The last texts are left to the garbage collector: a caller may have asked for one record only.
    if (at < keys.length) for (const run of runs) run.release();
  }
}

/** The same record by record. */
export function* outboundRecords(
  file: StoreFile,
  texts: Texts,
  keys: readonly number[],
): Generator<OutboundRecord> {
  yield* recordsOf(outboundRuns(file, texts, keys));
}

/** The records of runs. A record's text lives until the next record is asked for. */
export function* recordsOf(runs: Iterable<OutboundRun>): Generator<OutboundRecord> {
  for (const run of runs) {
    for (let n = 0; n < run.count; n++) yield run.record(n);
  }
}

interface Runs {
  runs: TextRun[];
  /** Texts that came later than those in `runs`. */
  replaced: Map<number, Buffer> | null;
}

function readRuns({ columns }: StoreFile, texts: Texts, keys: readonly number[], from: number): Runs {
  const runs = texts.runs(keys[from] ?? 0, lastInRow(keys, from), AT_A_TIME);
  const last = runs.at(-1)?.last ?? 0;
  let replaced: Map<number, Buffer> | null = null;
  for (let at = from, key = keys[at]; key !== undefined && key <= last; key = keys[++at]) {
    if (((columns.state[key - 1] ?? 0) & REPLACED) === 0) continue;
    const text = texts.replacement(key);
    if (text === undefined) continue;
    replaced ??= new Map();
    replaced.set(key, text);
  }
  return { runs, replaced };
}

/** The last of the keys from here on that follow each other without a gap. Looks at few: they mostly all do. */
function lastInRow(keys: readonly number[], from: number): number {
  let to = from;
  for (let step = keys.length - 1 - from; step > 0; step >>= 1) {
    const ahead = keys[to + step];
    if (ahead !== undefined && ahead - (keys[to] ?? 0) === step) to += step;
  }
  return keys[to] ?? 0;
}

/** What the records from a key on share. */
interface Description {
  /** The last key that shares it. */
  last: number;
  pullingId: string;
  received: number;
  shapeOf: (key: number) => DescribedShape;
}

type DescribedShape = Shape & { readonly of: Feed; readonly group: number };

/**
 * What is known of records apart from their text, for ascending keys. Made inside a read; asking it needs none: what describes a record that
 * is on its way does not change.
 */
class Descriptions {
  readonly #shapes: readonly DescribedShape[];
  /** By key - 1. */
  readonly #shape: Uint32Array;
  readonly #arrivals: readonly { first: number; pull: number; received: number }[];
  readonly #count: number;
  #arrival = -1;
  #last: Description | null = null;

  constructor({ columns, catalogue }: StoreFile) {
    const groups = new Map<string, number>();
    this.#shapes = catalogue.shapes.map((shape) => {
      const of = catalogue.feed(shape.feed);
      const { kind } = of.ref;
      // Text with a problem is looked at by itself.
      const key = shape.problems
        ? `problem ${shape.id}`
        : `${of.source}\n${kind}\n${kind === 'event' ? shape.type : ''}`;
      const group = groups.get(key) ?? groups.size;
      groups.set(key, group);
      return { ...shape, of, group };
    });
    this.#shape = columns.shape;
    this.#arrivals = [...catalogue.arrivals];
    this.#count = columns.count;
  }

  of(key: number): Description {
    if (this.#last !== null && key <= this.#last.last) return this.#last;
    const arrivals = this.#arrivals;
    while ((arrivals[this.#arrival + 1]?.first ?? Number.POSITIVE_INFINITY) <= key) this.#arrival += 1;
    const arrival = arrivals[this.#arrival];
    const end = Math.min((arrivals[this.#arrival + 1]?.first ?? Number.POSITIVE_INFINITY) - 1, this.#count);
    const { group } = this.#shapeOf(key);
    let last = key;
    while (last < end && this.#shapeOf(last + 1).group === group) last += 1;
    this.#last = {
      last,
      pullingId: String(arrival?.pull),
      received: arrival?.received ?? 0,
      shapeOf: (of) => this.#shapeOf(of),
    };
    return this.#last;
  }

  #shapeOf(key: number): DescribedShape {
    const shape = this.#shapes[this.#shape[key - 1] ?? 0];
    if (shape === undefined) throw new Error(`record ${key} is unknown`);
    return shape;
  }
}

class DescribedRun implements OutboundRun {
  readonly count: number;
  readonly bytes: Buffer;
  readonly ends: Uint32Array;
  readonly offset: number;
  readonly #description: Description;
  readonly #first: number;

  constructor(
    description: Description,
    first: number,
    count: number,
    bytes: Buffer,
    ends: Uint32Array,
    offset: number,
  ) {
    this.#description = description;
    this.#first = first;
    this.count = count;
    this.bytes = bytes;
    this.ends = ends;
    this.offset = offset;
  }

  record(n: number): OutboundRecord {
    const { pullingId, received, shapeOf } = this.#description;
    const key = this.#first + n;
    const at = this.offset + n;
    const shape = shapeOf(key);
    return {
      key,
      source: shape.of.source,
      kind: shape.of.ref.kind,
      type: shape.type,
      pullingId,
      received,
      tlp: shape.tlp,
      revoked: shape.revoked,
      raw: this.bytes.subarray(at === 0 ? 0 : this.ends[at - 1], this.ends[at]),
      problems: shape.problems ? 1 : 0,
      block: this.bytes.buffer,
    };
  }
}
