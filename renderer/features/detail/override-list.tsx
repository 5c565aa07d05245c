import type { RecordDetailView } from '../../../shared/views/record.ts';
import { Time } from '../../ui/parts.tsx';
import { StateLabel } from '../../ui/state-label.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

type Override = RecordDetailView['overrides'][number];

const WORDS: Readonly<Record<Override['state'], string>> = {
  waiting: 'May be handed over above its ceiling by override',
  inFlight: 'On its way above its ceiling by override',
  handedOver: 'Handed over above its ceiling by override',
  withdrawn: 'Not handed over above its ceiling',
  ended: 'The override ended for it when its approval was taken back',
};

/** Written overrides over this record, the newest first: what came of each, and why it was written. */
export function OverrideList({ overrides }: { overrides: readonly Override[] }) {
  if (overrides.length === 0) return null;
  return (
    <ul className="detail-list" aria-label="Overrides">
      {overrides.map((o) => {
        const over = o.state === 'withdrawn' || o.state === 'ended';
        return (
          <li key={o.id}>
            <StateLabel tone={over ? 'rejected' : 'held'} word="Override" hollow={over} /> {o.destination}{' '}
            <Time at={o.at} />
            <p>
              {WORDS[o.state]}{' '}
              <span className="nowrap">
                (<TlpChip tlp={o.ceiling} />)
              </span>
              {o.withdrawnAt === null ? null : (
                <>
                  , withdrawn <Time at={o.withdrawnAt} />
                </>
              )}
              : <VisibleText text={o.reason} />
            </p>
          </li>
        );
      })}
    </ul>
  );
}
