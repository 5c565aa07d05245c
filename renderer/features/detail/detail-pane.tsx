import { ActionIcon, Button, CloseButton, Tabs } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { RecordRow } from '../../../shared/records.ts';
import type { RecordDetailView } from '../../../shared/views/record.ts';
import { back, closeDetail, DETAIL_TABS, type DetailTab, useReview } from '../../state/review.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count, middleEllipsis } from '../../ui/format.ts';
import { Empty, Skeleton } from '../../ui/parts.tsx';
import { DECISION_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { TlpChip } from '../../ui/tlp-chip.tsx';
import { visible } from '../../ui/visible-text.ts';
import { VisibleText } from '../../ui/visible-text.tsx';
import { CHANGE_WORDS, Severity } from '../review/columns-cewl.tsx';
import { DecideButton } from '../review/decision-bar.tsx';
import { focusGrid } from '../review/records-grid.tsx';
import { ProblemsTab } from './problems-tab.tsx';
import { RelationsTab } from './relations-tab.tsx';
import { SummaryTab } from './summary-tab.tsx';
import { useDetail } from './use-detail.ts';
import { versionsOf } from './versions-of.ts';

const DevoTab = lazy(() => import('./devo-tab.tsx').then((m) => ({ default: m.DevoTab })));
const TextTab = lazy(() => import('./text-tab.tsx').then((m) => ({ default: m.TextTab })));
const VersionsTab = lazy(() => import('./versions-tab.tsx').then((m) => ({ default: m.VersionsTab })));

const TITLES: Readonly<Record<DetailTab, string>> = {
  summary: 'Summary',
  devo: 'For Devo',
  text: 'Text',
  relations: 'Relations',
  versions: 'Versions',
  problems: 'Problems',
};

/** One record, opened beside the table. */
export function DetailPane({ id }: { id: number }) {
  const loaded = useDetail(id);
  const trail = useReview((s) => s.trail.length);
  const detail = loaded.state === 'failed' ? null : loaded.value;
  const pane = useRef<HTMLElement>(null);
  // What was pressed to get here is gone with the record it stood in: the way back has the focus, else the part that is shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another record takes the focus with it
  useEffect(() => {
    if (document.activeElement !== document.body || pane.current === null) return;
    pane.current.querySelector<HTMLElement>('[data-back], [role="tab"][aria-selected="true"]')?.focus();
  }, [id]);
  const close = () => {
    closeDetail();
    focusGrid();
  };
  return (
    <section ref={pane} className="detail" aria-label="Record">
      <div className="detail-bar">
        {trail > 0 ? (
          <ActionIcon data-back aria-label="Back to the previous record" title="Back" onClick={back}>
            <IconArrowLeft size={16} />
          </ActionIcon>
        ) : null}
        <span className="detail-type">{detail === null ? '' : <VisibleText text={detail.row.type} />}</span>
        {detail === null ? null : <Marks row={detail.row} />}
        {detail === null ? null : <StateLabel {...DECISION_WORDS[detail.row.decision]} />}
        <CloseButton
          className="spread"
          size="sm"
          aria-label="Close the record"
          title="Close (Esc)"
          onClick={close}
        />
      </div>
      {loaded.state === 'failed' ? (
        <div className="detail-body">
          <FailureNote failure={loaded.failure} />
        </div>
      ) : null}
      {loaded.state === 'here' && loaded.value === null ? (
        <Empty title="This record is not in the store" action={<Button onClick={close}>Close</Button>}>
          <p>It may have been removed since the table was opened.</p>
        </Empty>
      ) : null}
      {loaded.state === 'loading' && detail === null ? <Skeleton lines={9} /> : null}
      {detail === null ? null : <Opened detail={detail} />}
    </section>
  );
}

/** What is most telling of a record's kind: its TLP, or how a row changed and how severe it is. */
function Marks({ row }: { row: RecordRow }) {
  if (row.cells?.kind !== 'cewl') return <TlpChip tlp={row.tlp} />;
  return (
    <>
      <StateLabel {...CHANGE_WORDS[row.cells.change]} />
      <Severity severity={row.cells.severity} />
    </>
  );
}

function Opened({ detail }: { detail: RecordDetailView }) {
  const tab = useReview((s) => s.tab);
  const { row } = detail;
  const versions = versionsOf(detail).length;
  const badges: Partial<Record<DetailTab, number>> = {
    relations: detail.relations.length,
    versions: versions > 1 ? versions : 0,
    problems: detail.problems.length,
  };
  return (
    <>
      <div className="detail-head">
        <h2 title={visible(row.name.slice(0, 2000))}>
          {row.name === '' ? row.id : <VisibleText text={row.name.slice(0, 400)} />}
        </h2>
        <span className="copy">
          <code className="dim" title={row.id}>
            {middleEllipsis(row.id, 46)}
          </code>
          <CopyButton text={row.id} what="the id" />
        </span>
        <div className="row wrap detail-decide">
          <DecideButton decision="approved" keysOf="review.approve" />
          <DecideButton decision="held" keysOf="review.hold" />
          <DecideButton decision="rejected" keysOf="review.reject" />
        </div>
      </div>
      <Tabs
        value={tab}
        onChange={(value) => useReview.setState({ tab: DETAIL_TABS.find((t) => t === value) ?? 'summary' })}
        keepMounted={false}
        className="detail-tabs"
      >
        <Tabs.List aria-label="Parts of the record">
          {DETAIL_TABS.map((t) => (
            <Tabs.Tab key={t} value={t}>
              {TITLES[t]}
              {(badges[t] ?? 0) > 0 ? (
                <span className="tab-count" data-bad={t === 'problems' ? '' : undefined}>
                  {count(badges[t] ?? 0)}
                </span>
              ) : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {DETAIL_TABS.map((t) => (
          <Tabs.Panel key={t} value={t} className="detail-body" tabIndex={0}>
            <Suspense fallback={<Skeleton />}>{tab === t ? content(t, detail) : null}</Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}

function content(tab: DetailTab, detail: RecordDetailView) {
  switch (tab) {
    case 'summary':
      return <SummaryTab detail={detail} />;
    case 'devo':
      return <DevoTab detail={detail} />;
    case 'text':
      return <TextTab detail={detail} />;
    case 'relations':
      return <RelationsTab key={detail.row.key} detail={detail} />;
    case 'versions':
      return <VersionsTab detail={detail} />;
    case 'problems':
      return <ProblemsTab detail={detail} />;
  }
}
