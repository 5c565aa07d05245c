import type { OutboundRecord } from '../devo/destination.ts';
import type { Arrival, Feed, Shape } from './catalogue.ts';
import { REPLACED } from './columns.ts';
import type { StoreFile } from './store-file.ts';
import type { Texts } from './texts.ts';

/**
 * Records as they go out, for ascending keys. Reads as many at a time as are stored together; nothing is locked between yields.
 * A record's text lives until the iteration comes to records stored elsewhere: whoever needs it longer copies it.
 */
export function* outboundRecords(
  file: StoreFile,
  texts: Texts,
  keys: readonly number[],
): Generator<OutboundRecord> {
  const outbound = toOutbound(file);
  for (let at = 0; at < keys.length; ) {
    const { run, records } = file.read(() => readRun(file, texts, keys, at, outbound));
    at += records.length;
    yield* records;
    // The last texts are left to the garbage collector: a caller may have asked for one record only.
    if (at < keys.length) run.release();
  }
}

type ToOutbound = (key: number, raw: Buffer) => OutboundRecord;

function readRun(file: StoreFile, texts: Texts, keys: readonly number[], from: number, outbound: ToOutbound) {
  const { columns } = file;
  const run = texts.run(keys[from] ?? 0);
  const records: OutboundRecord[] = [];
  for (let at = from; at < keys.length; at++) {
    const key = keys[at] ?? 0;
    if (key > run.last) break;
    const replaced = ((columns.state[key - 1] ?? 0) & REPLACED) !== 0;
    records.push(outbound(key, (replaced ? texts.replacement(key) : undefined) ?? run.text(key)));
  }
  return { run, records };
}

/** Records come in runs of one shape and one arrival: what is known of the last one mostly serves the next. */
function toOutbound({ columns, catalogue }: StoreFile): ToOutbound {
  let shape: Shape | null = null;
  let feed: Feed | null = null;
  let arrival: Arrival | null = null;
  let pullingId = '';
  return (key, raw) => {
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
      block: raw.buffer,
    };
  };
}
