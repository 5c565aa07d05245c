import type { RecordDetailView } from '../../../shared/views/record.ts';
import { Time } from '../../ui/parts.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

type Override = RecordDetailView['overrides'][number];

const WORDS: Readonly<Record<Override['state'], (destination: string) => string>> = {
  waiting: (to) => `May be handed over to ${to} above its ceiling by override`,
  inFlight: (to) => `On its way to ${to} above its ceiling by override`,
  handedOver: (to) => `Handed over to ${to} above its ceiling by override`,
  withdrawn: (to) => `An override for ${to} was withdrawn before it went`,
  ended: (to) => `An override for ${to} ended when the approval was taken back`,
};

/** Written overrides over this record, the newest first: what came of each, and why it was written. */
export function OverrideList({ overrides }: { overrides: readonly Override[] }) {
  if (overrides.length === 0) return null;
  return (
    <ul className="detail-list" aria-label="Overrides">
      {overrides.map((o) => (
        <li key={o.id}>
          {WORDS[o.state](o.destination)} (<TlpChip tlp={o.ceiling} />
          ), <Time at={o.at} />
          {o.withdrawnAt === null ? null : (
            <>
              , withdrawn <Time at={o.withdrawnAt} />
            </>
          )}
          <p>
            <VisibleText text={o.reason} />
          </p>
        </li>
      ))}
    </ul>
  );
}
