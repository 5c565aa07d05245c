import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { prefer, usePreferences } from '../../state/preferences.ts';
import { count, countOf } from '../../ui/format.ts';
import { Empty } from '../../ui/parts.tsx';
import { groupRelations } from './relation-groups.ts';
import { RelationsGraph } from './relations-graph.tsx';
import { type ListPlace, RelationsList } from './relations-list.tsx';

/** What this record points to and what points to it: drawn around it, or listed. Both have the same relations. */
export function RelationsTab({ detail }: { detail: RecordDetailView }) {
  const groups = useMemo(() => groupRelations(detail.relations), [detail.relations]);
  const preferred = usePreferences((p) => p.relations);
  /** Where the graph led to in the list; it is no choice of the list for other records. */
  const [place, setPlace] = useState<ListPlace | null>(null);
  if (groups.length === 0) {
    return (
      <Empty title="No relations">
        <p>It refers to no other object, and nothing in the store refers to it.</p>
      </Empty>
    );
  }
  const shown = place === null ? preferred : 'list';
  return (
    <>
      <div className="row">
        <SegmentedControl
          aria-label="How to show the relations"
          data={[
            { value: 'graph', label: 'Graph' },
            { value: 'list', label: 'List' },
          ]}
          value={shown}
          onChange={(value) => {
            setPlace(null);
            prefer({ relations: value === 'list' ? 'list' : 'graph' });
          }}
        />
        <span className="dim" data-testid="relation-count">
          {countOf(detail.relations.length, 'relation')}
          {detail.relationsBeyond > 0 ? `; ${count(detail.relationsBeyond)} more are not shown` : ''}
        </span>
      </div>
      {shown === 'graph' ? (
        <RelationsGraph row={detail.row} groups={groups} onList={setPlace} />
      ) : (
        <RelationsList groups={groups} place={place} />
      )}
    </>
  );
}
