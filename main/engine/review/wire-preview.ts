import type { ObfuscationRule } from '../../../shared/settings-common.ts';
import type { FlattenList } from '../../../shared/settings-threatq.ts';
import type { WirePreviewView } from '../../../shared/views/record.ts';
import type { Destination, OutboundRecord } from '../devo/destination.ts';
import type { PullingIdForm } from '../pulling-id.ts';
import type { RecordDetail } from '../store/store.ts';

/** How records of one source, kind and type leave: set by the source's settings. */
export interface SendPlan {
  tag: string;
  obfuscation: readonly ObfuscationRule[];
  pullingIdForm: PullingIdForm;
  flatten: FlattenList | null;
}

/** The record as the outbox would hand it to a destination. */
export function outboundOf(detail: Pick<RecordDetail, 'row' | 'raw'>): OutboundRecord {
  const { row, raw } = detail;
  return {
    key: row.key,
    source: row.source,
    kind: row.kind,
    type: row.type,
    pullingId: row.pullingId,
    received: row.received,
    tlp: row.tlp,
    revoked: row.revoked,
    raw,
    problems: row.problems,
  };
}

const NO_TEXT =
  'The text of this record was removed when the time it is kept for was over. It is not sent again.';

/** The exact bytes, through the function that the wire uses. */
export function previewOf(destination: Destination, record: OutboundRecord): WirePreviewView {
  const { name } = destination;
  // Texts are never empty, except where a clean-up removed them.
  const blocked = record.raw.length === 0 ? NO_TEXT : destination.whyNotSendable(record);
  if (blocked !== null) {
    const tag = destination.tagOf(record.source, record.kind, record.type) ?? '';
    return { destination: name, tag, bytes: '', length: 0, messages: [], obfuscated: [], blocked, notes: [] };
  }
  const sent = destination.messages(record);
  const spans: [number, number][] = [];
  const hidden: [number, number][] = [];
  let at = 0;
  for (const { frame, message, obfuscated } of sent) {
    const offset = at + message.byteOffset - frame.byteOffset;
    for (const [from, to] of obfuscated) hidden.push([from + offset, to + offset]);
    spans.push([at, at + frame.length]);
    at += frame.length;
  }
  return {
    destination: name,
    tag: sent[0]?.tag ?? '',
    bytes: Buffer.concat(sent.map(({ frame }) => frame)).toString('base64'),
    length: at,
    messages: spans,
    obfuscated: hidden,
    blocked: null,
    notes: destination.table?.notes(record) ?? [],
  };
}
