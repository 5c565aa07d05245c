import { Button, TextInput } from '@mantine/core';
import { IconBan } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { Facet } from '../../../shared/records.ts';
import { call, failureOf } from '../../bridge.ts';
import { useEngine } from '../../state/engine.ts';
import { FACET_TITLES, FACETS, standing, turn } from '../../state/filter.ts';
import { openView, useReview } from '../../state/review.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count } from '../../ui/format.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { facetLabel } from './labels.ts';

type Facets = CallOutput<'records.facets'>;
/** Values shown at first. Types come last and are all shown: STIX knows about forty. */
const SHOWN = 8;
const SHOWN_TYPES = 50;
const MANY = 16;

/** Counts beside the table that follow the filter. Click includes, Alt-click excludes. */
export function FacetsPane() {
  const cache = useReview((s) => s.cache);
  const version = useEngine((s) => s.recordsVersion);
  const [facets, setFacets] = useState<Facets | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version of the records means new counts
  useEffect(() => {
    if (cache === null) return;
    let live = true;
    const timer = setTimeout(
      () => {
        call('records.facets', { filter: cache.query.filter }).then(
          (value) => {
            if (!live) return;
            setFacets(value);
            setFailure(null);
          },
          (thrown: unknown) => {
            const why = failureOf(thrown);
            if (live && why.code !== 'bridge.away') setFailure(why);
          },
        );
      },
      facets === null ? 0 : 120,
    );
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [cache, version]);

  return (
    <aside className="facets" aria-label="Facets">
      {failure !== null ? (
        <div style={{ padding: 8 }}>
          <FailureNote failure={failure} />
        </div>
      ) : null}
      {facets === null && failure === null ? <Skeleton lines={12} /> : null}
      {facets === null
        ? null
        : FACETS.map((facet) => <FacetGroup key={facet} facet={facet} values={facets[facet]} />)}
    </aside>
  );
}

function FacetGroup({ facet, values }: { facet: Facet; values: Facets[Facet] }) {
  const asked = useReview((s) => s.asked);
  const [all, setAll] = useState(false);
  const [find, setFind] = useState('');
  const most = facet === 'type' ? SHOWN_TYPES : SHOWN;
  const missing = [...(asked[facet] ?? []), ...(asked.not?.[facet] ?? [])]
    .filter((value) => !values.some((v) => v.value === value))
    .map((value) => ({ value, label: value, count: 0 }));
  const known = [...values, ...missing];
  if (known.length === 0) return null;
  const matching = known.filter((v) => `${v.label} ${v.value}`.toLowerCase().includes(find.toLowerCase()));
  const shown = all
    ? matching
    : matching.filter((v, i) => i < most || standing(asked, facet, v.value) !== 'free');
  return (
    <section aria-labelledby={`facet-${facet}`}>
      <h2 id={`facet-${facet}`}>{FACET_TITLES[facet]}</h2>
      {all && known.length > MANY ? (
        <TextInput
          className="facet-find"
          placeholder="Find"
          aria-label={`Find in ${FACET_TITLES[facet]}`}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
      ) : null}
      <ul>
        {shown.map((v) => (
          <FacetValue
            key={v.value}
            facet={facet}
            value={v.value}
            label={facetLabel(facet, v.value, v.label)}
            n={v.count}
          />
        ))}
      </ul>
      {known.length > most ? (
        <Button variant="subtle" size="compact-xs" color="gray" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${count(known.length)}`}
        </Button>
      ) : null}
    </section>
  );
}

function FacetValue({ facet, value, label, n }: { facet: Facet; value: string; label: string; n: number }) {
  const asked = useReview((s) => s.asked);
  const how = standing(asked, facet, value);
  const change = (to: 'in' | 'out') => openView(turn(useReview.getState().asked, facet, value, to));
  return (
    <li data-standing={how}>
      <button
        type="button"
        className="plain-button facet-value"
        aria-pressed={how === 'in'}
        title={`${label}\nClick: only these. Alt-click: all but these.`}
        onClick={(event) => change(event.altKey ? 'out' : 'in')}
      >
        <span
          className="check"
          data-on={how === 'in' ? '' : undefined}
          data-out={how === 'out' ? '' : undefined}
        />
        <span className="clip facet-label">
          <VisibleText text={label} />
        </span>
        <span className="facet-count">{count(n)}</span>
      </button>
      <button
        type="button"
        className="plain-button facet-exclude"
        aria-pressed={how === 'out'}
        aria-label={`Exclude ${label}`}
        title={`Exclude ${label}`}
        onClick={() => change('out')}
      >
        <IconBan size={13} aria-hidden="true" />
      </button>
    </li>
  );
}
