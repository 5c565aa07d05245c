import { Button, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { FLATTEN_LISTS, type ThreatqSettings } from '../../../shared/settings-threatq.ts';
import { FETCH_LIMIT } from '../../../shared/threatq-errors.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { TestRow } from './form-test-row.tsx';
import { typedProblems } from './source-draft.ts';
import type { FormPart, ServerPart } from './source-form.tsx';
import { UnverifiedNote } from './unverified-note.tsx';

/** A ThreatQuotient server: who asks, and from when. What is wrong is said as it is typed, with the collector's id, cause and solution. */
export function ThreatqSections({ part, probing, onLeave, onTest }: ServerPart<ThreatqSettings>) {
  const { draft, change, errors, secrets, setSecrets, secretsSet, secretsLost } = part;
  return (
    <>
      <FormSection title="Server" hint="The server is asked as soon as there is enough to ask.">
        {/* biome-ignore lint/a11y/noStaticElementInteractions: only watches where the focus goes */}
        <div
          className="form-fields"
          onBlur={(event) => {
            if (event.target instanceof HTMLInputElement) onLeave();
          }}
        >
          <TextInput
            label="Base URL"
            required
            data-autofocus
            description={
              secretsLost.length > 0
                ? 'The stored password is forgotten on saving, because it was given for a server that was checked or had another name. Type it again below.'
                : undefined
            }
            placeholder="https://threatq.example.com"
            spellCheck={false}
            value={draft.apiBaseUrl}
            error={errors.apiBaseUrl}
            onChange={(event) => change({ apiBaseUrl: event.currentTarget.value.trim() })}
          />
          <div className="form-grid form-halves">
            <TextInput
              label="Name"
              required
              maxLength={64}
              value={draft.name}
              error={errors.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <TextInput
              label="Email"
              required
              autoComplete="off"
              spellCheck={false}
              value={draft.username}
              error={errors.username}
              onChange={(event) => change({ username: event.currentTarget.value })}
            />
          </div>
          <SecretField
            label="Password"
            isSet={secretsSet.includes('password')}
            lost={secretsLost.includes('password')}
            draft={secrets.password}
            error={errors['secrets.password']}
            onChange={(password) => setSecrets({ ...secrets, password })}
          />
          <TextInput
            label="Client id"
            description="Empty reads it from the server's start page, /assets/js/config.js."
            placeholder="Read from the server"
            spellCheck={false}
            value={draft.clientId ?? ''}
            error={errors.clientId}
            onChange={(event) => change({ clientId: event.currentTarget.value.trim() || null })}
          />
        </div>
        <Switch
          label="Check the server's certificate"
          checked={draft.verifyHostSslCert}
          onChange={(event) => change({ verifyHostSslCert: event.currentTarget.checked })}
        />
        {draft.verifyHostSslCert ? null : <UnverifiedNote />}
        <Problems draft={draft} fields={SERVER_FIELDS} />
        <TestRow probing={probing} onTest={onTest} />
      </FormSection>
      <EventsSection part={part} />
    </>
  );
}

const STARTS = [
  { label: 'A day ago', days: 1 },
  { label: '30 days ago', days: 30 },
  { label: 'A year ago', days: 364 },
];

const ONE = 'event';
const MESSAGES = [
  { value: ONE, label: 'One message per event' },
  { value: 'sources', label: 'One message per source' },
  { value: 'attributes', label: 'One message per attribute' },
];

function EventsSection({ part }: { part: FormPart<ThreatqSettings> }) {
  const { draft, change, errors } = part;
  const daysAgo = (days: number) =>
    change({
      historicalPollDatetime: `${new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)}Z`,
    });
  return (
    <FormSection title="Events" hint="Followed by the time they were last updated.">
      <div className="form-grid form-halves form-tops">
        <TextInput
          label="First pull starts at (UTC)"
          description="Empty starts with the first pull. At most a year ago."
          placeholder="2026-01-31T08:00:00Z"
          spellCheck={false}
          value={draft.historicalPollDatetime ?? ''}
          error={errors.historicalPollDatetime}
          onChange={(event) => change({ historicalPollDatetime: event.currentTarget.value.trim() || null })}
        />
        <NumberInput
          label="Events a request"
          description={`${FETCH_LIMIT.least} to ${FETCH_LIMIT.most.toLocaleString('en-US')}`}
          thousandSeparator=","
          allowDecimal={false}
          value={draft.eventFetchLimitInItems}
          error={errors.eventFetchLimitInItems}
          onChange={(value) => change({ eventFetchLimitInItems: value === '' ? 0 : Number(value) })}
        />
      </div>
      <div className="row">
        {STARTS.map(({ label, days }) => (
          <Button key={label} size="compact-xs" variant="subtle" onClick={() => daysAgo(days)}>
            {label}
          </Button>
        ))}
      </div>
      <Problems draft={draft} fields={EVENT_FIELDS} />
      <Select
        label="What Devo gets"
        description="An event with several sources, or attributes, can go out once for each. Its text stays, with that one alone in the list."
        data={MESSAGES}
        value={draft.flatten ?? ONE}
        onChange={(value) => change({ flatten: FLATTEN_LISTS.find((list) => list === value) ?? null })}
      />
      <TextInput
        label="Restart marker (reset_persistence_auth)"
        description="Another text asks to pull everything anew. Nothing restarts before you have seen what it does."
        maxLength={200}
        value={draft.resetPersistenceAuth}
        error={errors.resetPersistenceAuth}
        onChange={(event) => change({ resetPersistenceAuth: event.currentTarget.value })}
      />
    </FormSection>
  );
}

const SERVER_FIELDS = ['apiBaseUrl', 'username', 'verifyHostSslCert'];
const EVENT_FIELDS = ['historicalPollDatetime', 'eventFetchLimitInItems', 'resetPersistenceAuth'];

/** Cause and solution of what is wrong with these fields at the moment. */
function Problems({ draft, fields }: { draft: ThreatqSettings; fields: readonly string[] }) {
  return typedProblems(draft, Date.now())
    .filter((problem) => fields.includes(String(problem.details.field)))
    .map((problem) => <FailureNote key={problem.code} failure={problem} />);
}
