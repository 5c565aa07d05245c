import type { OutboundRecord } from '../devo/destination.ts';
import { REPLACED } from './columns.ts';
import type { StoreFile } from './store-file.ts';
import type { TextRun, Texts } from './texts.ts';

/** Pieces of text read at a time where every record is wanted: a statement for each would cost as much as the reading. */
const AT_A_TIME = 16;

/**
 * Records as they go out, for ascending keys. Reads some pieces of stored text at a time; nothing is locked between yields.
 * A record's text lives until the next record is asked for: whoever needs it longer copies it.
 */
export function* outboundRecords(
  file: StoreFile,
  texts: Texts,
  keys: readonly number[],
): Generator<OutboundRecord> {
  const describe = file.read(() => toOutbound(file));
  for (let at = 0; at < keys.length; ) {
    const { runs, replaced } = file.read(() => readRuns(file, texts, keys, at));
    for (const run of runs) {
      for (let key = keys[at]; key !== undefined && key <= run.last; key = keys[++at]) {
        const text = replaced?.get(key);
        yield text === undefined
          ? describe(key, run.text(key), run.memory)
          : describe(key, text, text.buffer);
      }
    }
    // The last texts are left to the garbage collector: a caller may have asked for one record only.
    if (at < keys.length) for (const run of runs) run.release();
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

/**
 * What is known of records apart from their text. Inside a read; the answered function needs none: what describes a record that is on its
 * way does not change.
 */
function toOutbound({
  columns,
  catalogue,
}: StoreFile): (key: number, raw: Buffer, block: ArrayBufferLike) => OutboundRecord {
  const shapeOf = columns.shape;
  const shapes = catalogue.shapes.map((shape) => ({ ...shape, feed: catalogue.feed(shape.feed) }));
  const arrivals = [...catalogue.arrivals];
  let n = -1;
  let pullingId = '';
  return (key, raw, block) => {
    const shape = shapes[shapeOf[key - 1] ?? 0];
    if (shape === undefined) throw new Error(`record ${key} is unknown`);
    while ((arrivals[n + 1]?.first ?? Number.POSITIVE_INFINITY) <= key)
      pullingId = String(arrivals[++n]?.pull);
    return {
      key,
      source: shape.feed.source,
      kind: shape.feed.ref.kind,
      type: shape.type,
      pullingId,
      received: arrivals[n]?.received ?? 0,
      tlp: shape.tlp,
      revoked: shape.revoked,
      raw,
      problems: shape.problems ? 1 : 0,
      block,
    };
  };
}
