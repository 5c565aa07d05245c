import { Button, SegmentedControl } from '@mantine/core';
import { useRef, useState } from 'react';
import { type Failure, failureLine } from '../../../shared/errors.ts';
import { SOURCE_SECRETS, type SourceSettings } from '../../../shared/settings.ts';
import type { ProbeView, SourceView } from '../../../shared/views/source.ts';
import { call, failureOf } from '../../bridge.ts';
import { useSources } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { say, sayFailure } from '../../state/notices.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { VisibleText } from '../../ui/visible-text.tsx';
import { AdvancedSections } from './form-advanced.tsx';
import { CtciSection } from './form-ctci.tsx';
import { DeliverySection } from './form-delivery.tsx';
import { FoundSection } from './form-found.tsx';
import { ScheduleSection } from './form-schedule.tsx';
import { ServerSection } from './form-server.tsx';
import { ThreatqSections } from './form-threatq.tsx';
import { WhatSection } from './form-what.tsx';
import { foundLine } from './probe-result.tsx';
import {
  checkSource,
  errorsAt,
  type FieldErrors,
  fieldOf,
  keepsSecrets,
  nameFor,
  newSource,
  type Secrets,
  SOURCE_KINDS,
  type SourceKind,
  secretOf,
  serverUrl,
  typedProblems,
  typedSecrets,
} from './source-draft.ts';

/** What every section gets: the draft, how to change it, what is wrong with it. */
export interface FormPart<S extends SourceSettings = SourceSettings> {
  draft: S;
  change: (part: Partial<S>) => void;
  errors: FieldErrors;
  secrets: Secrets;
  setSecrets: (secrets: Secrets) => void;
  /** Secrets that are stored and stay usable with the draft. */
  secretsSet: readonly string[];
  /** Stored secrets that saving the draft would forget, because it names another server. */
  secretsLost: readonly string[];
}

/** How a section of the server's own fields takes part in testing. */
export interface ServerPart<S extends SourceSettings> {
  part: FormPart<S>;
  probing: Probing;
  /** A field was left: asks when something that matters changed. */
  onLeave: () => void;
  onTest: () => void;
}

export type Probing =
  | { state: 'none' | 'asking' }
  | { state: 'found'; probe: ProbeView }
  | { state: 'failed'; failure: Failure };

/** Adds or changes a source. It tests as one goes: leaving a changed field of the server asks the server. */
export function SourceForm({ source }: { source: SourceView | null }) {
  const sources = useSources();
  const saved = source?.settings ?? null;
  const [draft, setDraft] = useState<SourceSettings>(() => saved ?? newSource('taxii'));
  const [secrets, setSecrets] = useState<Secrets>({});
  const [errors, setErrors] = useState<FieldErrors>({});
  const [probing, setProbing] = useState<Probing>({ state: 'none' });
  const [saving, setSaving] = useState(false);
  const asked = useRef('');
  const turn = useRef(0);

  const stored = source?.secretsSet ?? [];
  const keeps = saved === null || keepsSecrets(saved, draft);
  const kept = keeps ? stored : [];
  const change = (part: Partial<SourceSettings>) => {
    // A section changes only what its own kind has.
    setDraft((old) => ({ ...old, ...part }) as SourceSettings);
    setErrors({});
  };
  /** Another kind begins anew; only the name is kept. */
  const begin = (kind: SourceKind) => {
    turn.current += 1;
    asked.current = '';
    setDraft({ ...newSource(kind), name: draft.name });
    setSecrets({});
    setErrors({});
    setProbing({ state: 'none' });
  };

  /** Asks the server, unless nothing that matters changed since the last time. */
  const test = async (always: boolean) => {
    // What is not about the connection need not be right yet.
    const named = { ...draft, name: draft.name || nameFor(serverUrl(draft)) || 'new', obfuscation: [] };
    const { settings } = checkSource(named);
    if (settings === null) {
      if (!always) return;
      const wrong = checkSource(named).errors;
      setErrors(wrong);
      showFirst(wrong);
      return;
    }
    const typed = typedSecrets(secrets);
    const state = JSON.stringify([connection(settings), settings.tls, settings.proxy, typed]);
    if (!always && state === asked.current) return;
    if (!always && needsSecret(settings, typed, kept)) return;
    asked.current = state;
    turn.current += 1;
    const mine = turn.current;
    setProbing({ state: 'asking' });
    if (draft.name === '') change({ name: named.name === 'new' ? '' : named.name });
    try {
      // Under its saved name, so that a renamed source is tried with the secrets that saving moves along.
      const asSaved = { ...settings, name: source?.settings.name ?? settings.name };
      const probe = await call('sources.probe', { settings: asSaved, secrets: typed });
      if (mine !== turn.current) return;
      setProbing(
        probe.ok || probe.failure === null
          ? { state: 'found', probe }
          : { state: 'failed', failure: probe.failure },
      );
      setErrors(probe.failure === null ? {} : at(probe.failure, settings));
    } catch (thrown) {
      if (mine !== turn.current) return;
      const failure = failureOf(thrown);
      setProbing({ state: 'failed', failure });
      setErrors(at(failure, settings));
    }
  };

  const save = async (event: React.FormEvent) => {
    event.preventDefault();
    const { settings, errors: wrong } = checkSource(draft);
    const taken = sources.some((s) => s.settings.name === draft.name && s !== source);
    const all = taken ? { ...wrong, name: 'There is a source of this name.' } : wrong;
    setErrors(all);
    if (settings === null || taken) return showFirst(all);
    setSaving(true);
    try {
      const view = await call('sources.save', { settings, previousName: source?.settings.name ?? null });
      for (const field of SOURCE_SECRETS) {
        const value = secrets[field];
        if (value !== undefined) await call('sources.setSecret', { name: settings.name, field, value });
      }
      say(source === null ? `Added ${settings.name}.` : `Saved ${settings.name}.`);
      // A changed restart setting is shown before anything is restarted.
      if (view.persistence?.waiting === true) go('sources', settings.name, 'restart');
      else go('sources', settings.name);
      if (source === null && settings.enabled)
        await call('sources.pull', { name: settings.name }).catch(() => undefined);
    } catch (thrown) {
      const failure = failureOf(thrown);
      const field = at(failure, settings);
      setErrors(field);
      if (Object.keys(field).length === 0) sayFailure(thrown, 'The source was not saved');
    } finally {
      setSaving(false);
    }
  };

  const live = draft.kind === 'threatq' ? errorsAt(typedProblems(draft, Date.now())) : {};
  const part: FormPart = {
    draft,
    change,
    errors: { ...live, ...errors },
    secrets,
    setSecrets,
    secretsSet: kept,
    secretsLost: keeps ? [] : stored,
  };
  const server = { probing, onLeave: () => void test(false), onTest: () => void test(true) };
  return (
    <form
      className="page"
      onSubmit={(event) => void save(event)}
      aria-label={source === null ? 'Add a source' : `Edit ${source.settings.name}`}
      noValidate
    >
      <header className="page-head">
        <h2>{source === null ? 'Add a source' : `Edit ${source.settings.name}`}</h2>
      </header>
      {source === null ? (
        <div className="form-kind">
          <SegmentedControl
            aria-label="Kind of source"
            data={[...SOURCE_KINDS]}
            value={draft.kind}
            onChange={(kind) => begin(kind as SourceKind)}
          />
        </div>
      ) : null}
      {draft.kind === 'taxii' ? (
        <>
          <ServerSection part={{ ...part, draft }} {...server} />
          {probing.state === 'found' ? (
            <FoundSection part={{ ...part, draft }} probe={probing.probe} />
          ) : null}
          <WhatSection part={{ ...part, draft }} />
        </>
      ) : draft.kind === 'ctci' ? (
        <CtciSection part={{ ...part, draft }} {...server} />
      ) : (
        <ThreatqSections part={{ ...part, draft }} {...server} />
      )}
      {draft.kind !== 'taxii' && probing.state === 'found' ? (
        <div className="note" data-kind="info" role="status">
          <span className="note-title">The connection works.</span>{' '}
          <VisibleText text={foundLine(probing.probe)} />
        </div>
      ) : null}
      <ScheduleSection part={part} />
      <DeliverySection part={part} />
      <AdvancedSections part={part} />
      {errors.form === undefined ? null : (
        <FailureNote
          failure={{
            code: 'form',
            type: null,
            id: null,
            message: errors.form,
            cause: null,
            remedy: null,
            retryable: false,
            details: {},
          }}
        />
      )}
      <footer className="form-foot">
        <Button type="submit" variant="filled" loading={saving}>
          {source === null ? 'Add source' : 'Save'}
        </Button>
        <Button onClick={() => (source === null ? go('sources') : go('sources', source.settings.name))}>
          Cancel
        </Button>
        {Object.keys(errors).length > 0 ? (
          <span data-tone="failed">Something above needs a correction.</span>
        ) : null}
      </footer>
    </form>
  );
}

/** What of the settings decides how the server answers. */
function connection(settings: SourceSettings): unknown {
  switch (settings.kind) {
    case 'taxii':
      return [settings.discoveryUrl, settings.taxiiVersion, settings.auth];
    case 'ctci':
      return [settings.baseUrl, settings.path, settings.auth, settings.partitions];
    case 'threatq':
      return [settings.apiBaseUrl, settings.username, settings.verifyHostSslCert, settings.clientId];
  }
}

function at(failure: Failure, draft: SourceSettings): FieldErrors {
  const field = fieldOf(failure, draft);
  if (field === null) return {};
  if (draft.kind === 'threatq') return { [field]: failureLine(failure) };
  return { [field]: `${failure.message}${failure.id === null ? '' : ` (${failure.id})`}` };
}

/** A password that is still to be typed: asking without it would only be refused, and may lock the account. */
function needsSecret(
  settings: SourceSettings,
  typed: ReturnType<typeof typedSecrets>,
  set: readonly string[],
): boolean {
  const field = secretOf(settings);
  return field !== null && typed[field] === undefined && !set.includes(field);
}

/** Brings the first wrong field into view once it is drawn. */
function showFirst(errors: FieldErrors): void {
  if (Object.keys(errors).length === 0) return;
  setTimeout(() => {
    const field = document.querySelector<HTMLElement>(
      'form [aria-invalid="true"], form [data-invalid="true"]',
    );
    const folded = field?.closest('details');
    if (folded) folded.open = true;
    field?.focus();
  }, 30);
}
