import type { Completeness } from '../source.ts';
import type { SeriesEnd } from './series.ts';

/** What a manifest that was followed to its end says about the objects of its collection. */
export interface ManifestFacts {
  /** Rows, and the object versions they stand for (2.0 rows hold several). */
  entries: number;
  versions: number;
  /** Different object ids. */
  ids: number;
  /** These are of the whole manifest, not of an increment. */
  whole: boolean;
  /** Latest date added. */
  latest: string | null;
}

export interface VerdictInput {
  end: SeriesEnd;
  /** The whole feed was asked for from its beginning, not an increment. */
  whole: boolean;
  /** Records of this feed in the store now, and new in this pull. */
  held: number;
  added: number;
  manifest: ManifestFacts | null;
  allVersions: boolean;
  /** What earlier pulls know to be missing. */
  gap: string | null;
}

export interface Verdict {
  completeness: Completeness;
  announced: number | null;
  /** Records the manifest lists and the server did not give; 0 when there are none. */
  short: number;
}

/** Completeness is shown, not assumed: compares like with like, and says what it rests on. */
export function judge(input: VerdictInput): Verdict {
  const { end, manifest } = input;
  if (end.gap !== null) return verdict('no', end.gap, end.total);
  if (end.doubt !== null) return verdict('unknown', end.doubt, end.total);
  if (input.whole && manifest?.whole) {
    // The server's default is the latest version of each object; then a manifest may still list all versions.
    const listed = input.allVersions ? manifest.versions : manifest.entries;
    if (input.held >= listed) return verdict('yes', `The manifest lists ${listed}; all are here.`, listed);
    if (!input.allVersions && input.held >= manifest.ids) {
      return verdict(
        'yes',
        `The manifest lists ${manifest.entries} versions of ${manifest.ids} objects; the server gives the latest of each, and all are here.`,
        manifest.ids,
      );
    }
    const expected = input.allVersions ? listed : Math.min(listed, manifest.ids);
    const short = expected - input.held;
    return {
      completeness: {
        complete: 'no',
        reason: `The manifest lists ${expected}; ${short} of them did not come.`,
      },
      announced: expected,
      short,
    };
  }
  if (input.gap !== null) return verdict('no', input.gap, end.total);
  if (end.total !== null) {
    return verdict('yes', `The server announced ${end.total}; all were received.`, end.total);
  }
  if (!input.whole) {
    return input.added === 0
      ? verdict('yes', 'The server has nothing new.', null)
      : verdict('yes', 'Everything added since the last pull was followed to its end.', null);
  }
  return verdict(
    'yes',
    end.resumed
      ? 'Went on where the interrupted pull had stopped, to the end the server gave.'
      : 'All pages were followed to the end the server gave.',
    null,
  );
}

function verdict(complete: Completeness['complete'], reason: string, announced: number | null): Verdict {
  return { completeness: { complete, reason }, announced, short: 0 };
}
