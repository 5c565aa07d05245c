import type { Problem } from '../../../../shared/records.ts';
import { TLP_LEVELS, TLP_MARKING_IDS, type Tlp } from '../../../../shared/tlp.ts';
import type { CutItem } from '../../json/cut.ts';
import { addProblem as add, parseItem, sha256 } from '../item.ts';
import type { RecordDraft } from '../source.ts';
import { type StixObject, stixName } from './stix-name.ts';

/** TLP by marking-definition id: the standard's own and those met on the way (producers mint their own). One per source. */
export type Markings = Map<string, Tlp>;

export function newMarkings(): Markings {
  return new Map(Object.entries(TLP_MARKING_IDS));
}

/** Far more TLP markings than any producer mints; a server without end must not fill memory. */
const MAX_MARKINGS = 10_000;

/**
 * One STIX object's bytes as a record. Never throws and never drops: what cannot be read becomes a record with problems.
 * Identity is `id` and `modified`, else `created`, else the SHA-256 of the text (SCOs have neither).
 */
export function objectDraft(item: CutItem, markings: Markings): RecordDraft {
  const parsed = parseItem(item);
  if (parsed.object === null) return unreadable(item, parsed.problems);
  const o = parsed.object;
  let problems = parsed.problems;
  const type = typeof o.type === 'string' ? o.type : '';
  if (type === '') problems = add(problems, 'stix.type-missing', 'The object has no type.', '/type');
  const text = versionText(o);
  let sha: string | null = null;
  let id = typeof o.id === 'string' ? o.id : '';
  if (id === '') {
    sha = sha256(item.bytes);
    id = `${type === '' ? 'unknown' : type}--missing-id-${sha.slice(0, 32)}`;
    problems = add(problems, 'stix.id-missing', 'The object has no id; one was made from its text.', '/id');
  }
  let modified: number | null = null;
  if (text !== null) {
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) {
      const at = typeof o.modified === 'string' ? 'modified' : 'created';
      problems = add(problems, 'stix.timestamp-invalid', `The ${at} time cannot be read.`, `/${at}`);
    } else modified = ms;
  }
  if (o.modified !== undefined && typeof o.modified !== 'string') {
    problems = add(problems, 'stix.timestamp-invalid', 'The modified time is not text.', '/modified');
  }
  if (type === 'marking-definition') learnMarking(id, o, markings);
  return {
    id,
    version: text ?? `sha256:${sha ?? sha256(item.bytes)}`,
    type,
    name: stixName(type, o),
    tlp: tlpOf(o, markings),
    modified,
    revoked: o.revoked === true,
    raw: item.bytes,
    problems,
  };
}

/** A record for bytes nothing can be read from; as much of id and type as stands in the text is kept for finding it. */
export function unreadable(item: CutItem, problems: Problem[]): RecordDraft {
  const sha = sha256(item.bytes);
  const head = item.bytes.toString('latin1', 0, 4096);
  const id = /"id"\s*:\s*"([a-z0-9-]{1,100}--[0-9A-Za-z-]{1,64})"/.exec(head)?.[1];
  const type = id?.slice(0, id.indexOf('--')) ?? '';
  return {
    id: id ?? `unknown--unreadable-${sha.slice(0, 32)}`,
    version: `sha256:${sha}`,
    type,
    name: '',
    tlp: 'none',
    modified: null,
    revoked: false,
    raw: item.bytes,
    problems,
  };
}

function versionText(o: StixObject): string | null {
  if (typeof o.modified === 'string' && o.modified !== '') return o.modified;
  if (typeof o.created === 'string' && o.created !== '') return o.created;
  return null;
}

/** The most restricted marking of the object or of any part of it. */
function tlpOf(o: StixObject, markings: Markings): Tlp {
  let rank = 0;
  const refs = o.object_marking_refs;
  if (Array.isArray(refs)) {
    for (const ref of refs) rank = Math.max(rank, rankOf(ref, markings));
  }
  const granular = o.granular_markings;
  if (Array.isArray(granular)) {
    for (const part of granular) {
      if (typeof part === 'object' && part !== null) {
        rank = Math.max(rank, rankOf((part as StixObject).marking_ref, markings));
      }
    }
  }
  return TLP_LEVELS[rank] ?? 'none';
}

function rankOf(ref: unknown, markings: Markings): number {
  if (typeof ref !== 'string') return 0;
  const tlp = markings.get(ref);
  return tlp === undefined ? 0 : TLP_LEVELS.indexOf(tlp);
}

/** A producer's own TLP marking: `definition.tlp`, the TLP 2.0 extension's `tlp_2_0`, or a name like `TLP:AMBER+STRICT`. */
function learnMarking(id: string, o: StixObject, markings: Markings): void {
  if (markings.has(id) || markings.size >= MAX_MARKINGS) return;
  const definition = o.definition;
  const told: unknown[] = [
    typeof definition === 'object' && definition !== null ? (definition as StixObject).tlp : undefined,
  ];
  const extensions = o.extensions;
  if (typeof extensions === 'object' && extensions !== null) {
    for (const e of Object.values(extensions)) {
      if (typeof e === 'object' && e !== null) told.push((e as StixObject).tlp_2_0);
    }
  }
  if (typeof o.name === 'string' && /^tlp[:_ ]/i.test(o.name)) told.push(o.name.slice(4));
  for (const label of told) {
    if (typeof label !== 'string') continue;
    const folded = label.trim().toLowerCase().replace(/^tlp:/, '');
    const tlp = TLP_LEVELS.find((l) => l === (folded === 'white' ? 'clear' : folded));
    if (tlp !== undefined && tlp !== 'none') {
      markings.set(id, tlp);
      return;
    }
  }
}
