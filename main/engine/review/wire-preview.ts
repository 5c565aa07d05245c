import type { WirePreviewView } from '../../../shared/contract.ts';
import type { ObfuscationRule } from '../../../shared/settings.ts';
import type { Destination, OutboundRecord } from '../devo/destination.ts';
import { buildMessage } from '../devo/message.ts';
import type { RecordDetail } from '../store/store.ts';

/** How records of one source and kind leave: set by the source's settings. */
export interface SendPlan {
  tag: string;
  obfuscation: readonly ObfuscationRule[];
}

/** The record as the outbox would hand it to a destination. */
export function outboundOf(detail: Pick<RecordDetail, 'row' | 'raw'>): OutboundRecord {
  const { row, raw } = detail;
  return {
    key: row.key,
    source: row.source,
    kind: row.kind,
    pullingId: row.pullingId,
    received: row.received,
    tlp: row.tlp,
    raw,
  };
}

/** The exact bytes, through the function that the wire uses. */
export function previewOf(destination: Destination, record: OutboundRecord, plan: SendPlan): WirePreviewView {
  const blocked = destination.whyNotSendable(record);
  if (blocked !== null) {
    return { destination: destination.name, tag: plan.tag, bytes: '', length: 0, obfuscated: [], blocked };
  }
  const framed = destination.encode(record);
  const message = buildMessage(record, { tag: plan.tag, obfuscation: [...plan.obfuscation] });
  const offset = framed.indexOf(message.message);
  const obfuscated =
    offset < 0 ? [] : message.obfuscated.map(([from, to]): [number, number] => [from + offset, to + offset]);
  return {
    destination: destination.name,
    tag: message.tag,
    bytes: framed.toString('base64'),
    length: framed.length,
    obfuscated,
    blocked: null,
  };
}
