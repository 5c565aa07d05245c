import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { command } from '../../../shared/commands.ts';
import type { Decision } from '../../../shared/records.ts';
import { useCommand } from '../../commands.ts';
import { askExport, useExport } from '../../state/export.ts';
import { decide, selectAll, selectNone, targetCount, undo, useReview } from '../../state/review.ts';
import { chosenCount } from '../../state/selection.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { count, countOf } from '../../ui/format.ts';
import { Keys } from '../../ui/parts.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { useCacheVersion } from './use-cache.ts';

type Taken = Exclude<Decision, 'staged'>;
const WORDS: Readonly<Record<Taken, string>> = { approved: 'Approve', held: 'Hold', rejected: 'Reject' };

/** What can be decided about the selection; shown while there is one. Gives A, H, R, E, Z their meaning. */
export function DecisionBar() {
  const chosen = useReview((s) => s.chosen);
  const cache = useReview((s) => s.cache);
  useCacheVersion(cache);
  const [reason, setReason] = useState<Taken | null>(null);
  const exported = useExport((s) => s.asked);
  const total = cache?.total ?? 0;
  const n = chosenCount(chosen, total);

  useCommand('review.approve', () => void decide('approved'));
  useCommand('review.hold', () => void decide('held'));
  useCommand('review.reject', () => void decide('rejected'));
  useCommand('review.approveReason', () => setReason('approved'));
  useCommand('review.holdReason', () => setReason('held'));
  useCommand('review.rejectReason', () => setReason('rejected'));
  useCommand('review.undo', () => void undo());
  useCommand('review.selectAll', selectAll);
  useCommand('review.export', askExport);

  return (
    <>
      {n === 0 ? null : (
        <div className="decision-bar" role="toolbar" aria-label="What to do with the selection">
          <span className="nowrap decision-count">
            <Fitting long={`${countOf(n, 'record')} selected`} short={`${count(n)} selected`} />
          </span>
          <DecideButton decision="approved" keysOf="review.approve" />
          <DecideButton decision="held" keysOf="review.hold" />
          <DecideButton decision="rejected" keysOf="review.reject" />
          <Button variant="subtle" onClick={() => setReason('approved')}>
            <Fitting long="With a reason…" short="Reason…" />
          </Button>
          <Button variant="subtle" onClick={askExport} rightSection={<Keys of="review.export" />}>
            Export…
          </Button>
          <span className="spread" />
          {n < total ? (
            <Button variant="subtle" onClick={selectAll}>
              <Fitting long={`Select all ${count(total)}`} short={`All ${count(total)}`} />
            </Button>
          ) : null}
          <Button variant="subtle" color="gray" onClick={selectNone}>
            <Fitting long="Select none" short="None" />
          </Button>
        </div>
      )}
      {reason === null ? null : <ReasonDialog first={reason} onClose={() => setReason(null)} />}
      {exported === null ? null : <ExportDialog selection={exported} />}
    </>
  );
}

/** The short words where the table is narrow; what is read out stays whole. */
function Fitting({ long, short }: { long: string; short: string }) {
  return (
    <>
      <span className="when-wide">{long}</span>
      <span className="when-narrow" aria-hidden="true">
        {short}
      </span>
    </>
  );
}

export function DecideButton({
  decision,
  keysOf,
}: {
  decision: Taken;
  keysOf: 'review.approve' | 'review.hold' | 'review.reject';
}) {
  return (
    <Button
      className="decide"
      data-decision={decision}
      onClick={() => void decide(decision)}
      rightSection={<Keys of={keysOf} />}
      title={command(keysOf).title}
    >
      {WORDS[decision]}
    </Button>
  );
}

function ReasonDialog({ first, onClose }: { first: Taken; onClose: () => void }) {
  const [text, setText] = useState('');
  const n = useReview(targetCount);
  const take = (decision: Taken) => {
    onClose();
    void decide(decision, text.trim() === '' ? null : text.trim());
  };
  return (
    <Dialog title={`Decide about ${countOf(n, 'record')}`} size={440} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          take(first);
        }}
      >
        <Textarea
          data-autofocus
          label="Reason"
          description="Kept with the decision and shown in the record."
          maxLength={2000}
          autosize
          minRows={2}
          maxRows={6}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault();
              take(first);
            }
          }}
        />
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Cancel</Button>
          {(['rejected', 'held', 'approved'] as const).map((d) => (
            <Button key={d} variant={d === first ? 'filled' : 'default'} onClick={() => take(d)}>
              {WORDS[d]}
            </Button>
          ))}
        </div>
      </form>
    </Dialog>
  );
}
