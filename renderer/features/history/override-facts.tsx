import type { ComponentProps } from 'react';
import type { OverrideView } from '../../../shared/views/override.ts';
import { count } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import type { StateLabel } from '../../ui/state-label.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { LevelLine, levelsOf } from '../deliver/tlp-levels.tsx';
import '../../styles/deliver.css';

/** How an override stands, in a word. */
export function overrideStanding(o: OverrideView): ComponentProps<typeof StateLabel> {
  if (o.withdrawnAt !== null) return { tone: 'rejected', word: 'Withdrawn' };
  if (o.waiting + o.inFlight > 0) return { tone: 'held', word: 'In force' };
  return o.handedOver > 0 ? { tone: 'handed', word: 'Handed over' } : { tone: 'quiet', word: 'Ended' };
}

/** Everything that is known of a written override. */
export function OverrideFacts({ override: o }: { override: OverrideView }) {
  return (
    <dl className="facts">
      <dt>Reason</dt>
      <dd className="override-said">
        <VisibleText text={o.reason} />
      </dd>
      <dt>Destination</dt>
      <dd>
        {o.destination}, which accepted up to <TlpChip tlp={o.ceiling} /> then
      </dd>
      <dt>Written for</dt>
      <dd>
        {levelsOf(o.parts).map((level) => (
          <LevelLine key={level.tlp} level={level} />
        ))}
      </dd>
      <dt>By now</dt>
      <dd>
        {count(o.handedOver)} handed over, {count(o.inFlight)} on the way, {count(o.waiting)} to go
      </dd>
      {o.withdrawnAt === null ? null : (
        <>
          <dt>Withdrawn</dt>
          <dd>
            <Time at={o.withdrawnAt} /> UTC
            {o.withdrawnWhy === null ? null : `: ${o.withdrawnWhy}`}
          </dd>
        </>
      )}
    </dl>
  );
}
