import { Button } from '@mantine/core';
import type { PlanView } from '../../../shared/views/plan.ts';
import { useDestinations } from '../../state/engine.ts';
import { countOf } from '../../ui/format.ts';
import { Keys } from '../../ui/parts.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { LevelLine, levelsOf } from './tlp-levels.tsx';

/** Only the destination's ceiling is in the way. */
export const isHeldBack = ({ tlp }: PlanView['blocked'][number]): boolean => tlp !== null;

/** What a destination's highest TLP holds back, and the way to override that in writing. */
export function HeldBack({ plan, onOverride }: { plan: PlanView; onOverride: () => void }) {
  const settings = useDestinations().find((d) => d.settings.name === plan.destination)?.settings;
  const held = plan.blocked.filter(isHeldBack);
  if (held.length === 0) return null;
  const records = held.reduce((sum, b) => sum + b.records, 0);
  return (
    <div className="note plan-note held-back" data-kind="warning">
      <div className="row wrap">
        <span>
          <span className="note-title">{countOf(records, 'record')} held back.</span> This destination accepts
          up to {settings === undefined ? 'a lower TLP' : <TlpChip tlp={settings.maxTlp} />}.
        </span>
        <Button
          size="compact-sm"
          className="spread"
          rightSection={<Keys of="deliver.override" />}
          onClick={onOverride}
        >
          Override…
        </Button>
      </div>
      <ul>
        {levelsOf(held).map((level) => (
          <li key={level.tlp}>
            <LevelLine level={level} />
          </li>
        ))}
      </ul>
    </div>
  );
}
