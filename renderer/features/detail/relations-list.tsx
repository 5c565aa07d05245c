import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { follow } from '../../state/review.ts';
import { count, middleEllipsis } from '../../ui/format.ts';
import { visible } from '../../ui/visible-text.ts';
import { VisibleText } from '../../ui/visible-text.tsx';
import { directionWords, type Relation, type RelationGroup, relationKey } from './relation-groups.ts';
import { useReturn } from './use-return.ts';

/** Characters told of a type that is too long for its column. */
const LONGEST_TYPE = 200;

/** The `from`-th relation of a group. */
export interface ListPlace {
  group: string;
  from: number;
}

/** Every relation, by label. At `place`, when there is one, reading begins. */
export function RelationsList({
  groups,
  place,
}: {
  groups: readonly RelationGroup[];
  place: ListPlace | null;
}) {
  const start = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (place === null) return;
    start.current?.scrollIntoView({ block: 'center' });
    start.current?.focus({ preventScroll: true });
  }, [place]);
  const box = useRef<HTMLDivElement>(null);
  useReturn(box, true);
  const sections = groups.map(({ key, label, direction, relations }) => {
    const Arrow = direction === 'out' ? IconArrowRight : IconArrowLeft;
    return (
      <section key={key} className="relations">
        <h3>
          <Arrow size={13} aria-label={directionWords(direction)} /> <VisibleText text={label} /> (
          {count(relations.length)})
        </h3>
        <ul>
          {relations.map((relation, at) => {
            const starts = place?.group === key && place.from === at;
            return (
              <li
                key={relationKey(relation)}
                ref={starts ? start : undefined}
                tabIndex={starts ? -1 : undefined}
              >
                <span
                  className="relation-type clip dim"
                  title={visible(relation.type.slice(0, LONGEST_TYPE))}
                >
                  <VisibleText text={relation.type} />
                </span>
                <RelationName relation={relation} />
              </li>
            );
          })}
        </ul>
      </section>
    );
  });
  return <div ref={box}>{sections}</div>;
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
    <button
      type="button"
      className="plain-button link clip"
      data-record={key}
      title={relation.id}
      onClick={() => follow(key)}
    >
      <VisibleText text={text} />
    </button>
  );
}
