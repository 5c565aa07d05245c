import { Button } from '@mantine/core';
import type { OverrideView } from '../../../shared/views/override.ts';
import { call } from '../../bridge.ts';
import { attempt, say } from '../../state/notices.ts';
import { askPlan, usePlan } from '../../state/plan.ts';
import { count, countOf } from '../../ui/format.ts';
import { Time } from '../../ui/parts.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';

/** Overrides in force for a destination that let something through which has not gone yet. What has gone is in the history. */
export function Overrides({ destination }: { destination: string }) {
  const overrides = usePlan((s) => s.overrides).filter(
    (o) => o.destination === destination && o.waiting + o.inFlight > 0,
  );
  if (overrides.length === 0) return null;
  return (
    <section className="overrides" aria-label={`Overrides for ${destination}`}>
      <h3>Overrides in force</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label={`Table of overrides for ${destination}`}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Written (UTC)</th>
              <th scope="col">Reason</th>
              <th scope="col">Up to</th>
              <th scope="col" className="num">
                To go
              </th>
              <th scope="col" className="num">
                Handed over
              </th>
              <th scope="col">
                <span className="visually-hidden">Withdraw</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {overrides.map((o) => (
              <Row key={o.id} override={o} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({ override: o }: { override: OverrideView }) {
  return (
    <tr>
      <td>
        <Time at={o.at} />
      </td>
      <td className="wraps">
        <VisibleText text={o.reason} />
      </td>
      <td>
        <TlpChip tlp={o.highest} />
      </td>
      <td className="num">{count(o.waiting + o.inFlight)}</td>
      <td className="num">{count(o.handedOver)}</td>
      <td className="num">
        <Button size="compact-xs" aria-label={`Withdraw override ${o.id}`} onClick={() => withdraw(o.id)}>
          Withdraw
        </Button>
      </td>
    </tr>
  );
}

function withdraw(id: number): void {
  attempt('The override could not be withdrawn', async () => {
    const { takenBack, override } = await call('overrides.withdraw', { id });
    await askPlan();
    const way = override.inFlight === 0 ? '' : ` ${countOf(override.inFlight, 'record')} on the way.`;
    say(`Override ${id} withdrawn: ${countOf(takenBack, 'record')} held back again.${way}`);
  });
}
