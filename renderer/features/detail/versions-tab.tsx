import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { call } from '../../bridge.ts';
import { useSources } from '../../state/engine.ts';
import { follow } from '../../state/review.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count } from '../../ui/format.ts';
import { layOut, lineText } from '../../ui/json-text.ts';
import { type DiffLine, diffLines } from '../../ui/line-diff.ts';
import { Skeleton, Time } from '../../ui/parts.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { useAsked } from './use-detail.ts';
import { type Version, versionsOf } from './versions-of.ts';

/** Unchanged lines kept around a change. */
const CONTEXT = 3;

const KIND_WORDS = {
  object: 'object',
  manifest: 'manifest entry',
  cewl: 'row',
  event: 'event',
} as const;

/** All versions of the object in the store, and what changed from one to this one. */
export function VersionsTab({ detail }: { detail: RecordDetailView }) {
  const all = useMemo(() => versionsOf(detail), [detail]);
  const others = all.filter((v) => v.key !== detail.row.key);
  const [chosen, setChosen] = useState<number | null>(null);
  const from = useOrigin();
  const against = chosen ?? before(detail, others)?.key ?? null;
  return (
    <>
      <ul className="version-list">
        {all.map((v) => (
          <li key={v.key}>
            <span className="version-main">
              {v.key === detail.row.key ? (
                <span>
                  <VisibleText text={v.version} /> <span className="dim">(this one)</span>
                </span>
              ) : (
                <button type="button" className="plain-button link" onClick={() => follow(v.key)}>
                  <VisibleText text={v.version} />
                </button>
              )}
              <span className="dim version-facts">
                <VisibleText text={from(v)} />, received <Time at={v.received} /> UTC
              </span>
            </span>
            {v.key === detail.row.key ? null : (
              <Button
                variant={v.key === against ? 'light' : 'default'}
                aria-pressed={v.key === against}
                onClick={() => setChosen(v.key)}
              >
                Compare
              </Button>
            )}
          </li>
        ))}
      </ul>
      {against === null ? (
        <p className="dim">The store has no other version of this {KIND_WORDS[detail.row.kind]}.</p>
      ) : (
        <Compared detail={detail} against={against} />
      )}
    </>
  );
}

/** Names a version's source and collection; a collection by its title where a pull has told it. */
function useOrigin(): (v: Version) => string {
  const sources = useSources();
  return ({ source, collection }) => {
    const feeds = sources.find((s) => s.settings.name === source)?.lastPull?.feeds ?? [];
    const title = feeds.find((f) => f.feed.collection === collection)?.feed.title || collection;
    return title === '' ? source : `${source}, ${title}`;
  };
}

/** What one most likely wants to compare with: another version from the same place, of the same form. */
function before({ row }: RecordDetailView, others: readonly Version[]): Version | undefined {
  // Versions of a row are numbered: the one before it is what it changed from.
  if (row.kind === 'cewl') {
    const earlier = others.filter((v) => numberOf(v.version) < numberOf(row.version));
    return earlier.toSorted((a, b) => numberOf(b.version) - numberOf(a.version))[0] ?? others[0];
  }
  const alike = (v: Version) => v.version !== row.version && v.version.length === row.version.length;
  return others.find((v) => v.source === row.source && alike(v)) ?? others.find(alike) ?? others[0];
}

const numberOf = (version: string): number => Number.parseInt(version, 10);

function Compared({ detail, against }: { detail: RecordDetailView; against: number }) {
  const loaded = useAsked(() => call('records.detail', { key: against }), [against]);
  const other = loaded.state === 'failed' ? null : loaded.value;
  const lines = useMemo(
    () =>
      other === null ? [] : diffLines(layOut(other.raw).map(lineText), layOut(detail.raw).map(lineText)),
    [other, detail.raw],
  );
  if (loaded.state === 'failed') return <FailureNote failure={loaded.failure} />;
  if (other === null)
    return loaded.state === 'here' ? <p className="dim">That version is not in the store.</p> : <Skeleton />;
  const added = lines.filter((l) => l.kind === 'added').length;
  const removed = lines.filter((l) => l.kind === 'removed').length;
  return (
    <section aria-label="What changed">
      <p className="dim" style={{ padding: '12px 0 6px' }}>
        {added + removed === 0
          ? 'The texts are the same but for white space.'
          : `From ${other.row.version} to this one: ${count(added)} lines added, ${count(removed)} removed.`}
      </p>
      {added + removed === 0 ? null : <Diff lines={lines} />}
    </section>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

function Diff({ lines }: { lines: readonly DiffLine[] }) {
  const near = useMemo(() => nearChanges(lines), [lines]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className="diff" tabIndex={0} aria-label="Changed lines">
      {lines.map((line, i) => {
        if (near[i] !== true) {
          return near[i - 1] === true || i === 0 ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of one comparison never move
            <div key={i} className="diff-gap dim">
              ⋯
            </div>
          ) : null;
        }
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <div key={i} className="diff-line" data-kind={line.kind}>
            <span className="diff-sign">{SIGNS[line.kind]}</span>
            <VisibleText text={line.text} />
          </div>
        );
      })}
    </section>
  );
}

function nearChanges(lines: readonly DiffLine[]): boolean[] {
  const near = new Array<boolean>(lines.length).fill(false);
  lines.forEach((line, i) => {
    if (line.kind === 'same') return;
    for (let k = Math.max(0, i - CONTEXT); k <= Math.min(lines.length - 1, i + CONTEXT); k += 1)
      near[k] = true;
  });
  return near;
}
