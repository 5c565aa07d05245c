import { Button, Checkbox, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { isReason, LONGEST_REASON, SHORTEST_REASON } from '../../../shared/override-reason.ts';
import type { Selection } from '../../../shared/records.ts';
import type { Tlp } from '../../../shared/tlp.ts';
import type { OverridePreview } from '../../../shared/views/override.ts';
import { call } from '../../bridge.ts';
import { attempt, say } from '../../state/notices.ts';
import { askPlan } from '../../state/plan.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { countOf } from '../../ui/format.ts';
import { Skeleton } from '../../ui/parts.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { useAsked } from '../detail/use-detail.ts';
import { LevelLine, levelsOf } from './tlp-levels.tsx';

/** Lets records above a destination's ceiling through to it: which, and why, in writing. */
export function OverrideDialog({ destination, onClose }: { destination: string; onClose: () => void }) {
  const [refused, setRefused] = useState(0);
  // Asked again after a refusal: something else is held back by then.
  const asked = useAsked(
    () => call('overrides.preview', { destination, selection: { filter: {} } }),
    [destination, refused],
  );
  return (
    <Dialog title={`Override the ceiling of ${destination}?`} size={620} onClose={onClose}>
      {asked.state === 'failed' ? (
        <FailureNote failure={asked.failure} />
      ) : asked.value === null ? (
        <Skeleton />
      ) : (
        <OverrideForm preview={asked.value} onRefused={() => setRefused(refused + 1)} onClose={onClose} />
      )}
    </Dialog>
  );
}

function OverrideForm({
  preview,
  onRefused,
  onClose,
}: {
  preview: OverridePreview;
  onRefused: () => void;
  onClose: () => void;
}) {
  const levels = levelsOf(preview.parts);
  const { destination, ceiling } = preview;
  const [left, setLeft] = useState<readonly Tlp[]>([]);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  // The dialog opened before it was known what is held back.
  useEffect(() => field.current?.focus(), []);
  const chosen = levels.filter(({ tlp }) => !left.includes(tlp));
  const records = chosen.reduce((sum, level) => sum + level.records, 0);
  const ready = records > 0 && isReason(reason) && reason.trim().length <= LONGEST_REASON;
  const override = (event: React.SyntheticEvent) => {
    event.preventDefault();
    if (!ready || busy) return;
    const selection: Selection = { filter: { tlp: chosen.map(({ tlp }) => tlp) } };
    setBusy(true);
    attempt('Nothing was overridden', async () => {
      try {
        const made = await call('overrides.make', {
          destination,
          selection,
          reason: reason.trim(),
          expected: records,
        });
        onClose();
        await askPlan();
        say(`${countOf(made.records, 'record')} may be handed over to ${destination}. The log says why.`);
      } catch (thrown) {
        setBusy(false);
        onRefused();
        throw thrown;
      }
    });
  };
  if (levels.length === 0) {
    return (
      <div className="stack">
        <p>Nothing is held back from {destination} for its TLP any more.</p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    );
  }
  return (
    <form onSubmit={override} className="stack">
      <dl className="facts">
        <dt>Destination</dt>
        <dd>{destination}</dd>
        <dt>Accepts up to</dt>
        <dd>
          <TlpChip tlp={ceiling} />
        </dd>
        <dt>Held back</dt>
        <dd>
          <ul className="override-parts" aria-label="What the override is for">
            {levels.map((level) => (
              <li key={level.tlp}>
                {levels.length === 1 ? (
                  <LevelLine level={level} />
                ) : (
                  <Checkbox
                    size="xs"
                    checked={!left.includes(level.tlp)}
                    onChange={(event) =>
                      setLeft(
                        event.currentTarget.checked
                          ? left.filter((tlp) => tlp !== level.tlp)
                          : [...left, level.tlp],
                      )
                    }
                    label={<LevelLine level={level} />}
                  />
                )}
              </li>
            ))}
          </ul>
        </dd>
      </dl>
      <Textarea
        ref={field}
        label="Reason"
        description={`Why these records may go there although their TLP says otherwise. ${SHORTEST_REASON} letters at least.`}
        required
        autosize
        minRows={3}
        maxRows={8}
        maxLength={LONGEST_REASON}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          // What Enter ends in an input method is a word, not the reason.
          if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) override(event);
        }}
      />
      <p className="dim">
        The log and the history say so, with the reason. Records that arrive or are approved later stay held
        back. Until they are handed over, the override can be withdrawn.
      </p>
      <div className="row" style={{ justifyContent: 'flex-end' }}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={!ready} loading={busy}>
          Override for {countOf(records, 'record')}
        </Button>
      </div>
    </form>
  );
}
