import type { Problem } from '../../../../shared/records.ts';
import {
  type FlattenList,
  MOST_MESSAGES,
  type ThreatqSettings,
} from '../../../../shared/settings-threatq.ts';
import type { Tlp } from '../../../../shared/tlp.ts';
import { TLP_LEVELS } from '../../../../shared/tlp.ts';
import type { CutItem } from '../../json/cut.ts';
import { type Instant, parseInstant, toMs } from '../instant.ts';
import { addProblem, type JsonObject, parseItem, sha256 } from '../item.ts';
import type { RecordDraft } from '../source.ts';

/** One event as it came, before its type has a name. */
export interface EventRow {
  id: string;
  /** null where the event says none that can be read. */
  updated: Instant | null;
  /** Id and version: what makes it this one and no other. */
  identity: string;
  version: string;
  /** null when the text is no JSON object. */
  event: JsonObject | null;
  item: CutItem;
  problems: Problem[];
}

/** TLP by ThreatQ's id. Reference 6. */
export const TLP_BY_ID: Readonly<Record<string, Tlp>> = { 1: 'red', 2: 'amber', 3: 'green', 4: 'clear' };
const LONGEST_NAME = 300;
const MOST_SOURCES = 50;

/** Reads what the paging needs of an event. Never throws and never drops: what cannot be read becomes a record with problems. */
export function readRow(item: CutItem): EventRow {
  const parsed = parseItem(item);
  const event = parsed.object;
  let problems = parsed.problems;
  const sha = sha256(item.bytes);
  if (event === null) {
    const id = /"id"\s*:\s*"?(\d{1,20})/.exec(item.bytes.toString('latin1', 0, 4096))?.[1];
    return row(id ?? `unreadable-${sha.slice(0, 32)}`, null, `sha256:${sha}`);
  }
  let id = typeof event.id === 'number' || typeof event.id === 'string' ? String(event.id) : '';
  if (id === '') {
    id = `missing-id-${sha.slice(0, 32)}`;
    problems = addProblem(
      problems,
      'threatq.id-missing',
      'The event has no id; one was made from its text.',
      '/id',
    );
  }
  const updated = parseInstant(event.updated_at);
  if (updated === null) {
    problems = addProblem(
      problems,
      'threatq.updated-invalid',
      'The update time cannot be read.',
      '/updated_at',
    );
  }
  return row(id, updated, updated === null ? `sha256:${sha}` : versionOf(updated));

  function row(id: string, updated: Instant | null, version: string): EventRow {
    return { id, updated, version, identity: `${id}\n${version}`, event, item, problems };
  }
}

/** @param type the event type's name */
export function eventDraft(
  { id, version, updated, event, item, problems }: EventRow,
  type: string,
  settings: Pick<ThreatqSettings, 'flatten' | 'obfuscation'>,
): RecordDraft {
  const draft = {
    id,
    version,
    type,
    name: typeof event?.title === 'string' ? event.title.trim().slice(0, LONGEST_NAME) : '',
    tlp: event === null ? ('none' as const) : tlpOf(event),
    modified: updated === null ? null : toMs(updated),
    revoked: false,
    raw: item.bytes,
    problems,
  };
  if (event === null) return draft;
  const happened = parseInstant(event.happened_at);
  const attributes = event.attributes;
  return {
    ...draft,
    ...(settings.flatten === null ? {} : { messages: messagesOf(event, settings.flatten, settings) }),
    cells: {
      kind: 'event',
      happened: happened === null ? null : toMs(happened),
      sources: sourcesOf(event)
        .flatMap(({ name }) => (typeof name === 'string' && name !== '' ? [name.slice(0, LONGEST_NAME)] : []))
        .slice(0, MOST_SOURCES),
      attributes: Array.isArray(attributes) ? attributes.length : 0,
    },
  };
}

/** Name and id of an event's type, as far as the event itself says them. */
export function typeOf(event: JsonObject): { id: string | null; name: string | null } {
  const own = event.type;
  const inner = isObject(own) ? own.name : own;
  const name = [inner, event.type_name].find((t): t is string => typeof t === 'string' && t.trim() !== '');
  const id = event.type_id ?? (isObject(own) ? own.id : null);
  return {
    id: typeof id === 'number' || (typeof id === 'string' && id !== '') ? String(id) : null,
    name: name?.trim().slice(0, LONGEST_NAME) ?? null,
  };
}

/** As many as `devo/flatten.ts` makes: a list that obfuscation hides as a whole is none, and what is too much stays one event. */
function messagesOf(
  event: JsonObject,
  flatten: FlattenList,
  { obfuscation }: Pick<ThreatqSettings, 'obfuscation'>,
): number {
  const list = event[flatten];
  if (!Array.isArray(list) || list.length > MOST_MESSAGES) return 1;
  return obfuscation.some(({ name }) => name === flatten) ? 1 : Math.max(1, list.length);
}

/** The most restricted of what the event's sources say. */
function tlpOf(event: JsonObject): Tlp {
  let rank = 0;
  for (const { tlp_id: id } of [event, ...sourcesOf(event)]) {
    const tlp = typeof id === 'number' || typeof id === 'string' ? TLP_BY_ID[id] : undefined;
    if (tlp !== undefined) rank = Math.max(rank, TLP_LEVELS.indexOf(tlp));
  }
  return TLP_LEVELS[rank] ?? 'none';
}

function sourcesOf(event: JsonObject): JsonObject[] {
  return Array.isArray(event.sources) ? event.sources.filter(isObject) : [];
}

/** As ThreatQ spells times, whatever a dialect made of it; a fraction only where there is one. */
function versionOf(updated: Instant): string {
  const fraction = updated.slice(19, -1);
  return `${updated.slice(0, 19).replace('T', ' ')}${/^\.0*$/.test(fraction) ? '' : fraction}`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
