import { Button } from '@mantine/core';
import type { PlanView } from '../../../shared/views/plan.ts';
import { count, countOf } from '../../ui/format.ts';
import { Keys } from '../../ui/parts.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

type Blocked = PlanView['blocked'][number];

/** Only the destination's ceiling is in the way. */
export const isHeldBack = ({ tlp }: Blocked): boolean => tlp !== null;

/** What a destination's highest TLP holds back, and the way to override that in writing. */
export function HeldBack({ plan, onOverride }: { plan: PlanView; onOverride: () => void }) {
  const held = plan.blocked.filter(isHeldBack);
  if (held.length === 0) return null;
  const records = held.reduce((sum, b) => sum + b.records, 0);
  return (
    <div className="note plan-note held-back" data-kind="warning">
      <div className="row wrap">
        <span>
          <span className="note-title">{countOf(records, 'record')} held back.</span> Their TLP is above what
          this destination accepts.
        </span>
        <Button
          size="compact-sm"
          className="spread"
          aria-label={`Override for ${plan.destination}…`}
          rightSection={<Keys of="deliver.override" />}
          onClick={onOverride}
        >
          Override…
        </Button>
      </div>
      <ul>
        {held.map((b) => (
          <li key={`${b.tlp}${b.source}`}>
            <TlpChip tlp={b.tlp ?? 'none'} />
            <span>{count(b.records)}</span>
            <span className="dim">
              from <VisibleText text={b.source} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
