import { DevoEndpoint } from '../../main/node/demo/devo-endpoint.ts';
import type { Lab } from '../integration/cli/lab.ts';

/** A Devo endpoint that remembers how often each version of each object arrived. */
export interface Arrivals {
  endpoint: DevoEndpoint;
  /** By `id version`. */
  counts: Map<string, number>;
}

export async function openEndpoint(lab: Lab): Promise<Arrivals> {
  const counts = new Map<string, number>();
  const endpoint = await DevoEndpoint.start({
    certificates: lab.certificates,
    keep: 0,
    onEvent: ({ message }) => {
      const object = JSON.parse(message.toString('utf8')) as { id: string; modified: string };
      const key = `${object.id} ${object.modified}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
  });
  return { endpoint, counts };
}

/** One line of `records`, as far as deliveries need it. */
export interface RecordLine {
  id: string;
  version: string;
  decision: string;
  delivery: string;
  maybeTwice: boolean;
}

/** What arrived against what the store says. All lists are empty when nothing was lost and every repetition was announced. */
export function compare(
  counts: ReadonlyMap<string, number>,
  records: readonly RecordLine[],
): { lost: string[]; twiceUnannounced: string[]; unapprovedSent: string[]; notHandedOver: string[] } {
  const result = {
    lost: [] as string[],
    twiceUnannounced: [] as string[],
    unapprovedSent: [] as string[],
    notHandedOver: [] as string[],
  };
  for (const record of records) {
    const key = `${record.id} ${record.version}`;
    const arrived = counts.get(key) ?? 0;
    if (record.decision !== 'approved') {
      if (arrived > 0 && record.delivery !== 'handed_over') result.unapprovedSent.push(key);
      continue;
    }
    if (arrived === 0) result.lost.push(key);
    if (arrived > 1 && !record.maybeTwice) result.twiceUnannounced.push(key);
    if (record.delivery !== 'handed_over') result.notHandedOver.push(key);
  }
  return result;
}

export const NOTHING_WRONG = { lost: [], twiceUnannounced: [], unapprovedSent: [], notHandedOver: [] };
