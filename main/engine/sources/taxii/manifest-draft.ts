import type { Problem } from '../../../../shared/records.ts';
import type { CutItem } from '../../json/cut.ts';
import { type Instant, parseInstant } from '../instant.ts';
import { parseItem, problem, sha256 } from '../item.ts';
import type { RecordDraft } from '../source.ts';
import { unreadable } from './stix-draft.ts';

export interface ManifestDraft {
  draft: RecordDraft;
  /** When the server added it; null when it does not say or it cannot be read. */
  dateAdded: Instant | null;
  /** Object versions this entry stands for: 1 in TAXII 2.1, the length of `versions` in 2.0. */
  versions: number;
}

/**
 * One manifest entry as a record. TAXII 2.1 section 5.3: a row per version; TAXII 2.0 section 5.4: a row per id with `versions`.
 * The version of a 2.0 row is its latest with the number of versions, so that a new version is a new record.
 */
export function manifestDraft(item: CutItem): ManifestDraft {
  const parsed = parseItem(item);
  if (parsed.object === null) {
    return { draft: unreadable(item, parsed.problems), dateAdded: null, versions: 1 };
  }
  const o = parsed.object;
  const problems: Problem[] = [...parsed.problems];
  let id = typeof o.id === 'string' ? o.id : '';
  if (id === '') {
    id = `unknown--missing-id-${sha256(item.bytes).slice(0, 32)}`;
    problems.push(problem('stix.id-missing', 'The entry has no id; one was made from its text.', '/id'));
  }
  const list = Array.isArray(o.versions)
    ? o.versions.filter((v): v is string => typeof v === 'string')
    : null;
  let version: string | null = null;
  if (typeof o.version === 'string' && o.version !== '') version = o.version;
  else if (list !== null && list.length > 0) version = latest(list);
  const ms = version === null ? Number.NaN : Date.parse(version);
  if (version !== null && list !== null && list.length > 1) version = `${version} (${list.length} versions)`;
  const dateAdded = parseInstant(o.date_added);
  if (dateAdded === null && o.date_added !== undefined) {
    problems.push(problem('taxii.date-added-invalid', 'The date added cannot be read.', '/date_added'));
  }
  const separator = id.indexOf('--');
  return {
    draft: {
      id,
      version: version ?? `sha256:${sha256(item.bytes)}`,
      type: separator > 0 ? id.slice(0, separator) : '',
      name: '',
      tlp: 'none',
      modified: Number.isNaN(ms) ? null : ms,
      revoked: false,
      raw: item.bytes,
      problems,
    },
    dateAdded,
    versions: list === null ? 1 : Math.max(1, list.length),
  };
}

function latest(versions: readonly string[]): string {
  let best = versions[0] ?? '';
  let bestMs = Date.parse(best);
  for (const v of versions) {
    const ms = Date.parse(v);
    if (Number.isNaN(bestMs) ? v > best : ms > bestMs) {
      best = v;
      bestMs = ms;
    }
  }
  return best;
}
