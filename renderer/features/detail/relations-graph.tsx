import { IconDots } from '@tabler/icons-react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { RecordRow } from '../../../shared/records.ts';
import { follow } from '../../state/review.ts';
import { count, countOf } from '../../ui/format.ts';
import { visible } from '../../ui/visible-text.ts';
import { VisibleText } from '../../ui/visible-text.tsx';
import { besides, nameOf, sameRecord, sentenceOf } from './neighbour-words.ts';
import { type Heading, type Neighbour, type Neighbourhood, neighbourhood } from './neighbourhood.ts';
import { Edges } from './neighbourhood-edges.tsx';
import type { RelationGroup } from './relation-groups.ts';
import type { ListPlace } from './relations-list.tsx';
import { TypeIcon } from './type-icon.tsx';
import { useReturn } from './use-return.ts';

/** Room for a name and the word of its type beside it, px. */
const ROOM_FOR_TYPE = 150;
/** Characters: beside a node, and told of the one that is pointed at. */
const LONGEST_LABEL = 200;
const LONGEST_TOLD = 2000;

/** The record in the middle of its neighbours. One tab stop: arrows go from neighbour to neighbour, Enter follows. */
export function RelationsGraph({
  row,
  groups,
  onList,
}: {
  row: RecordRow;
  groups: readonly RelationGroup[];
  onList: (place: ListPlace) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const picture = useMemo(() => (width === 0 ? null : neighbourhood(groups, width)), [groups, width]);
  useReturn(box, picture !== null);
  const [active, setActive] = useState<string | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const neighbours = picture?.neighbours ?? [];
  const stop = neighbours.find((n) => n.key === active) ?? neighbours[0];
  const total = groups.reduce((sum, group) => sum + group.relations.length, 0);
  const told = sameRecord(
    neighbours,
    neighbours.find((n) => n.key === pointed),
  );

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || stop === undefined) return;
    const next = besides(neighbours, stop, event.key);
    if (next === null) return;
    event.preventDefault();
    box.current?.querySelector<HTMLElement>(`[data-neighbour="${next.key}"]`)?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a picture of buttons is no set of fields */}
      <div
        ref={box}
        role="group"
        aria-label={`Neighbourhood, ${countOf(picture?.drawn ?? 0, 'relation')} drawn. Arrow keys go from one to the next.`}
        className="graph"
        style={{ height: picture?.height ?? 0 }}
        onKeyDown={onKeyDown}
      >
        {picture === null ? null : (
          <>
            <Edges picture={picture} pointed={told} />
            <Centre row={row} picture={picture} />
            {picture.headings.map((heading) => (
              <GroupName key={heading.key} heading={heading} />
            ))}
            {neighbours.map((neighbour) => (
              <Node
                key={neighbour.key}
                neighbour={neighbour}
                stop={neighbour === stop}
                told={told.includes(neighbour)}
                onPoint={(on) => setPointed(on ? neighbour.key : null)}
                onFocus={() => setActive(neighbour.key)}
                onList={onList}
              />
            ))}
          </>
        )}
      </div>
      <Told total={total} drawn={picture?.drawn ?? 0} of={told} />
    </>
  );
}

function useWidth(box: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const el = box.current;
    if (el === null) return;
    const measure = () => setWidth(el.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(el);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

function Centre({ row, picture }: { row: RecordRow; picture: Neighbourhood }) {
  const { x, y } = picture.centre;
  return (
    <span className="graph-centre" style={{ left: x, top: y }}>
      <TypeIcon type={row.type} event={row.kind === 'event'} size={19} />
    </span>
  );
}

/** At a side: text begins behind the node and ends at the edge of the picture. */
function sideStyle({ side, x, y, room }: { side: string; x: number; y: number; room: number }) {
  return side === 'right'
    ? { left: x, top: y, '--room': `${room}px` }
    : { right: `calc(100% - ${x}px)`, top: y, '--room': `${room}px` };
}

function GroupName({ heading }: { heading: Heading }) {
  const { group, continued } = heading;
  return (
    <span
      className="graph-heading"
      data-side={heading.side}
      style={sideStyle(heading) as React.CSSProperties}
      aria-hidden="true"
      title={visible(cut(group.label))}
    >
      <span className="clip">
        <VisibleText text={cut(group.label)} />
      </span>
      <span className="graph-size">{continued ? 'cont.' : count(group.relations.length)}</span>
    </span>
  );
}

function Node({
  neighbour,
  stop,
  told,
  onPoint,
  onFocus,
  onList,
}: {
  neighbour: Neighbour;
  stop: boolean;
  told: boolean;
  onPoint: (on: boolean) => void;
  onFocus: () => void;
  onList: (place: ListPlace) => void;
}) {
  const { kind, side, room, group } = neighbour;
  const relation = kind === 'relation' ? neighbour.relation : null;
  const absent = relation !== null && relation.key === null;
  const go = () => {
    if (kind === 'more') onList({ group: group.key, from: neighbour.from });
    else if (kind === 'others') onList({ group: group.key, from: 0 });
    else if (neighbour.relation.key !== null) follow(neighbour.relation.key);
  };
  return (
    <button
      type="button"
      className="graph-node plain-button"
      data-neighbour={neighbour.key}
      data-told={told ? '' : undefined}
      data-record={relation?.key ?? undefined}
      data-side={side}
      data-kind={absent ? 'absent' : kind}
      style={sideStyle(neighbour) as React.CSSProperties}
      tabIndex={stop ? 0 : -1}
      aria-disabled={absent || undefined}
      aria-label={sentenceOf(neighbour)}
      onClick={go}
      onFocus={() => {
        onFocus();
        onPoint(true);
      }}
      onBlur={() => onPoint(false)}
      onMouseEnter={() => onPoint(true)}
      onMouseLeave={() => onPoint(false)}
    >
      <span className="graph-mark">
        {relation === null ? (
          <IconDots size={13} aria-hidden="true" />
        ) : (
          <TypeIcon type={relation.type} size={13} />
        )}
      </span>
      <span className="graph-text">
        <span className="graph-name clip" data-testid="neighbour-name">
          <VisibleText text={cut(nameOf(neighbour))} />
        </span>{' '}
        {relation !== null && room >= ROOM_FOR_TYPE ? (
          <span className="graph-type">
            <VisibleText text={cut(relation.type)} />
          </span>
        ) : null}
      </span>
    </button>
  );
}

/** The neighbour that is pointed at, whole, with all its relations; else how much is drawn. */
function Told({ total, drawn, of }: { total: number; drawn: number; of: readonly Neighbour[] }) {
  const [first] = of;
  if (first?.kind !== 'relation') {
    return (
      <p className="graph-told dim">
        {drawn < total ? `${count(drawn)} of ${count(total)} are drawn, the list has the others. ` : ''}
        Point at one to read its whole name.
      </p>
    );
  }
  const { type, key } = first.relation;
  const relations = of.map(({ group }) => `${cut(group.label)} ${group.direction === 'out' ? '→' : '←'}`);
  return (
    <p className="graph-told" data-testid="pointed-at">
      <span className="dim">
        <VisibleText text={`${relations.join(', ')} ${cut(type)}`} />
        {key === null ? ', not in the store' : ''}
      </span>
      <VisibleText text={nameOf(first).slice(0, LONGEST_TOLD)} />
    </p>
  );
}

function cut(text: string): string {
  return text.slice(0, LONGEST_LABEL);
}
