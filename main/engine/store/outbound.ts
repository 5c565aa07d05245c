import type { OutboundRecord } from '../devo/destination.ts';
import type { Arrival, Feed, Shape } from './catalogue.ts';
import { REPLACED } from './columns.ts';
import type { StoreFile } from './store-file.ts';
import type { TextRun, Texts } from './texts.ts';

/** Pieces of text read at a time where every record is wanted: a statement for each would cost as much as the reading. */
const AT_A_TIME = 8;

/**
 * Records as they go out, for ascending keys. Reads some pieces of stored text at a time; nothing is locked between yields.
 * A record's text lives until the next record is asked for: whoever needs it longer copies it.
 */
export function* outboundRecords(
  file: StoreFile,
  texts: Texts,
  keys: readonly number[],
): Generator<OutboundRecord> {
  const outbound = toOutbound(file);
  for (let at = 0; at < keys.length; ) {
    const { runs, records } = file.read(() => readRuns(file, texts, keys, at, outbound));
    for (const record of records) yield record;
    at += records.length;
    // The last texts are left to the garbage collector: a caller may have asked for one record only.
    if (at < keys.length) for (const run of runs) run.release();
  }
}

type ToOutbound = (key: number, raw: Buffer, block: ArrayBufferLike) => OutboundRecord;

function readRuns(
  file: StoreFile,
  texts: Texts,
  keys: readonly number[],
  from: number,
  outbound: ToOutbound,
): { runs: TextRun[]; records: OutboundRecord[] } {
  const { columns } = file;
  const first = keys[from] ?? 0;
  const records: OutboundRecord[] = [];
  const runs = texts.runs(first, lastInRow(keys, from), AT_A_TIME);
  let at = from;
  for (const run of runs) {
    for (; at < keys.length; at++) {
      const key = keys[at] ?? 0;
      if (key > run.last) break;
      const replaced = ((columns.state[key - 1] ?? 0) & REPLACED) !== 0 ? texts.replacement(key) : undefined;
      if (replaced !== undefined) records.push(outbound(key, replaced, replaced.buffer));
      else records.push(outbound(key, run.text(key), run.memory));
    }
  }
  return { runs, records };
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

/** Records come in runs of one shape and one arrival: what is known of the last one mostly serves the next. */
function toOutbound({ columns, catalogue }: StoreFile): ToOutbound {
  let shape: Shape | null = null;
  let feed: Feed | null = null;
  let arrival: Arrival | null = null;
  let pullingId = '';
  return (key, raw, block) => {
    const number = columns.shape[key - 1] ?? 0;
    if (shape === null || feed === null || shape.id !== number) {
      shape = catalogue.shape(number);
      feed = catalogue.feed(shape.feed);
    }
    if (arrival === null || key < arrival.first || key >= arrival.first + arrival.records) {
      arrival = catalogue.arrivalOf(key);
      pullingId = String(arrival.pull);
    }
    return {
      key,
      source: feed.source,
      kind: feed.ref.kind,
      pullingId,
      received: arrival.received,
      tlp: shape.tlp,
      raw,
      problems: shape.problems ? 1 : 0,
      block,
    };
  };
}
