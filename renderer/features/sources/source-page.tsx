import { Button } from '@mantine/core';
import { useState } from 'react';
import { type Failure, failureLine } from '../../../shared/errors.ts';
import type { PullRunView } from '../../../shared/views/pull.ts';
import type { ProbeView, SourceView } from '../../../shared/views/source.ts';
import { call } from '../../bridge.ts';
import { useCommand } from '../../commands.ts';
import { runningPull, useEngine } from '../../state/engine.ts';
import { go, href } from '../../state/navigation.ts';
import { attempt, say } from '../../state/notices.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { count, countOf, duration } from '../../ui/format.ts';
import { Keys, Time } from '../../ui/parts.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { RUN_WORDS, SOURCE_WORDS, StateLabel } from '../../ui/state-label.tsx';
import { useTicking } from '../../ui/ticking.ts';
import { useAsked } from '../detail/use-detail.ts';
import { FeedsTable } from './feeds-table.tsx';
import { ProbeResult } from './probe-result.tsx';
import { PersistenceNote, RestartDialog } from './restart-dialog.tsx';
import { SourceFacts } from './source-facts.tsx';
import { isUnverified, UnverifiedNote } from './unverified-note.tsx';

/** One source: what it does now, what it last did, and everything that can be done with it. */
export function SourcePage({ source, restarting }: { source: SourceView; restarting: boolean }) {
  const { settings, persistence } = source;
  const { name } = settings;
  const live = useEngine((s) => runningPull(s, name));
  const running = live !== null || source.state === 'pulling';
  const shown = live ?? source.lastPull;
  const [probe, setProbe] = useState<ProbeView | 'asking' | null>(null);
  const [removing, setRemoving] = useState(false);

  const restart = () => go('sources', name, 'restart');
  const pull = () => attempt(`${name} could not be pulled`, () => call('sources.pull', { name }));
  const cancel = () => attempt('The pull could not be cancelled', () => call('sources.cancel', { name }));
  const test = () => {
    setProbe('asking');
    attempt('The test could not be made', async () => {
      try {
        setProbe(await call('sources.probe', { settings, secrets: {} }));
      } catch (thrown) {
        setProbe(null);
        throw thrown;
      }
    });
  };
  const paused = source.state === 'paused';
  const togglePause = () =>
    attempt('The schedule could not be changed', async () => {
      await call('sources.pause', { name, paused: !paused });
      say(paused ? `${name} is pulled on schedule again.` : `${name} is paused.`);
    });
  useCommand('sources.pull', pull, !running);
  useCommand('sources.cancel', cancel, running);

  return (
    <article className="page" aria-label={name}>
      <header className="page-head">
        <h2>{name}</h2>
        <StateLabel {...SOURCE_WORDS[running ? 'pulling' : source.state]} />
        <div className="row spread page-actions">
          {running ? (
            <Button onClick={cancel}>Cancel</Button>
          ) : (
            <Button variant="filled" onClick={pull} rightSection={<Keys of="sources.pull" />}>
              Pull now
            </Button>
          )}
          <Button onClick={test} loading={probe === 'asking'} disabled={running}>
            Test
          </Button>
          <Button onClick={togglePause} disabled={!settings.enabled}>
            {paused ? 'Resume' : 'Pause'}
          </Button>
          {source.origin === 'config' ? null : (
            <>
              <Button onClick={() => go('sources', name, 'edit')}>Edit</Button>
              <Button className="danger" onClick={() => setRemoving(true)}>
                Remove
              </Button>
            </>
          )}
        </div>
      </header>
      {isUnverified(settings) ? <UnverifiedNote /> : null}
      {persistence === null ? null : (
        <PersistenceNote name={name} persistence={persistence} running={running} onRestart={restart} />
      )}
      {probe === null || probe === 'asking' ? null : (
        <ProbeResult probe={probe} onClose={() => setProbe(null)} />
      )}
      {running
        ? null
        : failuresOf(source.lastPull).map((failure) => (
            <FailureNote key={failureLine(failure)} failure={failure} />
          ))}
      <SourceFacts source={source} running={running} />
      <section className="section" aria-label={running ? 'This pull' : 'Last pull'}>
        <div className="row section-head">
          <h2>{running ? 'This pull' : 'Last pull'}</h2>
          <a href={href('history')} className="spread">
            History
          </a>
        </div>
        {shown === null ? (
          <p className="dim">
            {running ? 'Asking the server.' : 'Not pulled yet. “Pull now” stages what the server has.'}
          </p>
        ) : (
          <>
            <PullLine pull={shown} />
            <FeedsTable pull={shown} />
          </>
        )}
      </section>
      <Trend name={name} last={source.lastPull?.pullingId ?? ''} />
      {restarting && persistence !== null ? (
        <RestartDialog name={name} onClose={() => go('sources', name)} />
      ) : null}
      {removing ? <RemoveDialog name={name} onClose={() => setRemoving(false)} /> : null}
    </article>
  );
}

/** So many different failures of collections are explained; the table names all. */
const MOST_FAILURES = 3;

/** What went wrong in a pull, each once: the pull's own failure, then its collections'. */
function failuresOf(pull: PullRunView | null): Failure[] {
  const all = [pull?.failure, ...(pull?.feeds.map((feed) => feed.failure) ?? [])];
  const each = new Map(all.flatMap((f) => (f == null ? [] : [[failureLine(f), f] as const])));
  return [...each.values()].slice(0, MOST_FAILURES);
}

function PullLine({ pull }: { pull: PullRunView }) {
  const took = useTicking((now) => duration((pull.endedAt ?? now) - pull.startedAt));
  return (
    <p className="row wrap pull-line">
      <StateLabel {...RUN_WORDS[pull.state]} />
      <span>
        {countOf(pull.received, 'record')} received, {count(pull.stored)} new,{' '}
        {countOf(pull.duplicates, 'duplicate')}, {countOf(pull.requests, 'request')}
      </span>
      <span className="dim">
        started <Time at={pull.startedAt} /> UTC, {pull.endedAt === null ? 'running' : 'took'} {took}
      </span>
    </p>
  );
}

function Trend({ name, last }: { name: string; last: string }) {
  const loaded = useAsked(() => call('sources.trend', { name }), [name, last]);
  return (
    <section className="section" aria-label="New records per pull">
      <h2>New records per pull</h2>
      {loaded.state === 'failed' ? (
        <FailureNote failure={loaded.failure} />
      ) : (
        <Sparkline points={loaded.value ?? []} />
      )}
    </section>
  );
}

function RemoveDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = () =>
    attempt(`${name} could not be removed`, async () => {
      await call('sources.remove', { name });
      onClose();
      say(`Removed the source ${name}. Its records stay.`);
      go('sources');
    });
  return (
    <Dialog title={`Remove ${name}?`} size={420} onClose={onClose}>
      <div className="stack">
        <p>
          Its settings and stored secrets are forgotten and it is pulled no more. Records it brought stay in
          the store.
        </p>
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button data-autofocus onClick={onClose}>
            Keep it
          </Button>
          <Button variant="filled" color="red" onClick={remove}>
            Remove
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
