import { Button } from '@mantine/core';
import { Fragment } from 'react';
import type { PlanView } from '../../../shared/views/plan.ts';
import { call } from '../../bridge.ts';
import { sentWords } from '../../state/handover-words.ts';
import { go } from '../../state/navigation.ts';
import { attempt, say } from '../../state/notices.ts';
import { openView } from '../../state/review.ts';
import { bytes, count, countOf } from '../../ui/format.ts';
import { KIND_TITLES } from '../../ui/kind-titles.ts';
import { VisibleText } from '../../ui/visible-text.tsx';
import { HeldBack } from './held-back.tsx';
import { LookupPlan } from './lookup-plan.tsx';
import { Overrides } from './overrides.tsx';

/** One destination's share: by source, kind, tag and pull; what is blocked and why; what failed. */
export function PlanTable({
  plan,
  dry,
  onOverride,
}: {
  plan: PlanView;
  dry: boolean;
  /** Asks for a written override of this destination's ceiling. */
  onOverride: () => void;
}) {
  const { destination } = plan;
  const flattened = plan.messages !== null && plan.messages !== plan.records;
  return (
    <section className="section plan" aria-label={`For ${destination}`}>
      <h2>
        {destination}{' '}
        {plan.records === 0 ? null : (
          <span className="dim plan-sum">
            {sentWords(plan)}
            {plan.bytes > 0 ? `, ${dry ? '' : 'about '}${bytes(plan.bytes)}` : ''}
            {dry ? ', counted by the dry run' : ''}
          </span>
        )}
      </h2>
      {plan.lookup === null ? null : <LookupPlan plan={plan} lookup={plan.lookup} />}
      {plan.lookup !== null ? null : plan.groups.length === 0 ? (
        <p className="dim">Nothing is queued for it.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        <section className="table-scroll" tabIndex={0} aria-label={`By tag: ${destination}`}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Tag</th>
                <th scope="col">Source</th>
                <th scope="col">Kind</th>
                <th scope="col">Pulling id</th>
                <th scope="col" className="num">
                  Records
                </th>
                {flattened ? (
                  <th scope="col" className="num">
                    Messages
                  </th>
                ) : null}
                <th scope="col" className="num">
                  On the wire
                </th>
              </tr>
            </thead>
            <tbody>
              {plan.groups.map((g) => (
                <tr key={`${g.source}${g.kind}${g.tag}${g.pullingId}`}>
                  <td className="wraps">
                    <Tag tag={g.tag} />
                  </td>
                  <td>
                    <VisibleText text={g.source} />
                  </td>
                  <td>{KIND_TITLES[g.kind]}</td>
                  <td>
                    <code>{g.pullingId}</code>
                  </td>
                  <td className="num">{count(g.records)}</td>
                  {flattened ? <td className="num">{count(g.messages ?? g.records)}</td> : null}
                  <td className="num">
                    {g.bytes === null ? (
                      <span className="dim" title="The dry run counts it">
                        –
                      </span>
                    ) : (
                      bytes(g.bytes)
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <HeldBack plan={plan} onOverride={onOverride} />
      <Overrides destination={destination} />
      {plan.blocked.filter(isForGood).map((b) => (
        <div key={`${b.reason}${b.source}`} className="note plan-note" data-kind="warning">
          <span className="note-title">{countOf(b.records, 'record')} blocked.</span>{' '}
          <VisibleText text={b.reason} /> <span className="dim">({b.source})</span>
        </div>
      ))}
      {plan.failed > 0 ? (
        <div className="note plan-note row" data-kind="error">
          <span className="note-title">{countOf(plan.failed, 'record')} failed.</span>
          <Button size="compact-xs" onClick={() => showFailed()}>
            Show
          </Button>
          <Button
            size="compact-xs"
            variant="filled"
            onClick={() =>
              attempt('The failed records could not be queued again', async () => {
                const { queued } = await call('forward.retryFailed', { name: destination });
                say(`${countOf(queued, 'record')} queued again.`);
              })
            }
          >
            Retry
          </Button>
        </div>
      ) : null}
    </section>
  );
}

/** Where there is little room it breaks at its dots. */
function Tag({ tag }: { tag: string }) {
  const [first, ...others] = tag.split('.');
  return (
    <code>
      {first}
      {others.map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one tag never move
        <Fragment key={i}>
          <wbr />.{part}
        </Fragment>
      ))}
    </code>
  );
}

const isForGood = ({ tlp }: PlanView['blocked'][number]): boolean => tlp === null;

function showFailed(): void {
  openView({ delivery: ['failed'] });
  go('review');
}
