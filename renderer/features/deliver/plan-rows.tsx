import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CallOutput } from '../../../shared/contract.ts';
import type { Failure } from '../../../shared/errors.ts';
import type { LookupChange } from '../../../shared/views/plan.ts';
import { call, failureOf } from '../../bridge.ts';
import { go } from '../../state/navigation.ts';
import { openDetail, openView } from '../../state/review.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count } from '../../ui/format.ts';
import { Day, Skeleton } from '../../ui/parts.tsx';
import { StateLabel } from '../../ui/state-label.tsx';
import { visible } from '../../ui/visible-text.ts';
import { VisibleText } from '../../ui/visible-text.tsx';
import { LOOKUP_WORDS } from '../detail/row-diff.tsx';
import { Score, Severity } from '../review/columns-cewl.tsx';

type PlanRow = CallOutput<'forward.planRows'>['rows'][number];

/** Rows asked for at a time. */
const STEP = 100;

/** The rows of a hand-over to a lookup, each with how it stands to what the lookup holds. `total` only tells when to ask anew. */
export function PlanRows({
  destination,
  change,
  total,
}: {
  destination: string;
  change: LookupChange | null;
  total: number;
}) {
  const [wanted, setWanted] = useState(STEP);
  const [rows, setRows] = useState<readonly PlanRow[] | null>(null);
  const [all, setAll] = useState(0);
  const [failure, setFailure] = useState<Failure | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another number of rows means other rows
  useEffect(() => {
    let live = true;
    const load = async () => {
      const found: PlanRow[] = [];
      for (let index = 0; index < wanted; index += STEP) {
        const page = await call('forward.planRows', {
          destination,
          index,
          limit: STEP,
          ...(change === null ? {} : { changes: [change] }),
        });
        if (!live) return;
        found.push(...page.rows);
        setAll(page.total);
        if (page.rows.length < STEP) break;
      }
      setRows(found);
      setFailure(null);
    };
    load().catch((thrown: unknown) => {
      if (live) setFailure(failureOf(thrown));
    });
    return () => {
      live = false;
    };
  }, [destination, change, total, wanted]);

  if (failure !== null) return <FailureNote failure={failure} />;
  if (rows === null) return <Skeleton lines={5} />;
  const open = (row: PlanRow) => {
    openView({ kind: ['cewl'], delivery: ['queued'] });
    openDetail(row.row.key, 'devo');
    go('review');
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="table-scroll plan-rows" tabIndex={0} aria-label={`Rows for ${destination}`}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">CVE</th>
              <th scope="col">Score</th>
              <th scope="col">Severity</th>
              <th scope="col">Vendor and product</th>
              <th scope="col">Added</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => {
              const cells = r.row.cells?.kind === 'cewl' ? r.row.cells : null;
              return (
                <tr key={r.row.key}>
                  <td>
                    <StateLabel {...LOOKUP_WORDS[r.change]} />
                  </td>
                  <td>
                    <button type="button" className="plain-button link" onClick={() => open(r)}>
                      <VisibleText text={r.row.id} />
                    </button>
                  </td>
                  <td>
                    <Score score={cells?.score ?? null} />
                  </td>
                  <td>
                    <Severity severity={cells?.severity ?? ''} />
                  </td>
                  <td title={visible(r.row.name.slice(0, 2000))}>
                    <VisibleText text={r.row.name.slice(0, 200)} />
                  </td>
                  <td>
                    <Day at={cells?.added ?? null} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {rows.length < all ? (
        <p className="row">
          <span className="dim">
            {count(rows.length)} of {count(all)} rows shown.
          </span>
          <Button size="compact-xs" onClick={() => setWanted(wanted + STEP)}>
            Show {count(Math.min(STEP, all - rows.length))} more
          </Button>
        </p>
      ) : null}
    </>
  );
}
