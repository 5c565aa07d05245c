import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { follow } from '../../state/review.ts';
import { count, middleEllipsis } from '../../ui/format.ts';
import { Empty } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

type Relation = RecordDetailView['relations'][number];

/** What this record points to and what points to it, by kind of relation. */
export function RelationsTab({ detail }: { detail: RecordDetailView }) {
  const groups = useMemo(() => {
    const by = new Map<string, Relation[]>();
    for (const r of detail.relations) {
      const key = `${r.direction}${r.label}`;
      const group = by.get(key);
      if (group === undefined) by.set(key, [r]);
      else group.push(r);
    }
    return [...by.values()];
  }, [detail.relations]);
  if (groups.length === 0) {
    return (
      <Empty title="No relations">
        <p>It refers to no other object, and nothing in the store refers to it.</p>
      </Empty>
    );
  }
  return groups.map((group) => {
    const first = group[0];
    if (first === undefined) return null;
    const Arrow = first.direction === 'out' ? IconArrowRight : IconArrowLeft;
    return (
      <section key={`${first.direction}${first.label}`} className="relations">
        <h3>
          <Arrow size={13} aria-label={first.direction === 'out' ? 'points to' : 'pointed to by'} />{' '}
          {first.label} ({count(group.length)})
        </h3>
        <ul>
          {group.map((r) => (
            <li key={`${r.id}${r.key ?? ''}`}>
              <span className="relation-type dim">{r.type}</span>
              <RelationName relation={r} />
            </li>
          ))}
        </ul>
      </section>
    );
  });
}

function RelationName({ relation }: { relation: Relation }) {
  const { key } = relation;
  const text = relation.name === '' ? middleEllipsis(relation.id, 44) : relation.name;
  if (key === null) {
    return (
      <span className="clip" title={`${relation.id}\nNot in the store`}>
        <VisibleText text={text} /> <span className="dim">(not in the store)</span>
      </span>
    );
  }
  return (
    <button type="button" className="plain-button link clip" title={relation.id} onClick={() => follow(key)}>
      <VisibleText text={text} />
    </button>
  );
}
