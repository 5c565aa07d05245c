import type { RecordKind } from '../../shared/records.ts';
import type { SourceSettings } from '../../shared/settings.ts';
import { DEFAULT_TAG_ENTRY, THREATQ_TAGS } from '../../shared/settings-threatq.ts';
import type { PullingIdForm } from './pulling-id.ts';
import type { SendPlan } from './review/wire-preview.ts';

/** Unofficial defaults, SPEC 4. */
const TAXII_TAGS = { object: 'my.app.taxii.objects', manifest: 'my.app.taxii.manifests' } as const;

/**
 * Tag and obfuscation of records of one source, kind and type. Rows of a table that becomes a lookup have no tag. A source that is no
 * longer configured (`undefined`) keeps the defaults.
 */
export function sendPlan(settings: SourceSettings | undefined, kind: RecordKind, type: string): SendPlan {
  return {
    tag: tagOf(settings, kind, type),
    obfuscation: settings?.obfuscation ?? [],
    pullingIdForm: pullingIdForm(kind),
    flatten: settings?.kind === 'threatq' ? settings.flatten : null,
  };
}

/** Only ThreatQuotient's events carry it in seconds, also once their source is no longer configured. */
function pullingIdForm(kind: RecordKind): PullingIdForm {
  return kind === 'event' ? 'seconds' : 'milliseconds';
}

/** The tags that a source's events may go out under, each once. */
export function tagsOf(settings: SourceSettings | undefined): readonly string[] {
  if (settings === undefined) return Object.values(TAXII_TAGS);
  switch (settings.kind) {
    case 'taxii':
      return [...new Set([settings.tags.object, settings.tags.manifest])];
    case 'threatq':
      return [...new Set(Object.values(settings.devoTagMap))];
    case 'ctci':
      return [];
  }
}

function tagOf(settings: SourceSettings | undefined, kind: RecordKind, type: string): string {
  switch (kind) {
    case 'object':
    case 'manifest':
      return settings?.kind === 'taxii' ? settings.tags[kind] : TAXII_TAGS[kind];
    case 'event': {
      const map = settings?.kind === 'threatq' ? settings.devoTagMap : THREATQ_TAGS;
      // An event type is feed data: only the map's own entries count.
      return (Object.hasOwn(map, type) ? map[type] : map[DEFAULT_TAG_ENTRY]) ?? '';
    }
    case 'cewl':
      return '';
  }
}
