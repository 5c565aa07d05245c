import { Button, NumberInput, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DESTINATION_SECRETS, DestinationSettings } from '../../../shared/settings.ts';
import { TLP_LEVELS, tlpLabel } from '../../../shared/tlp.ts';
import type { DestinationView, PreflightView } from '../../../shared/views/destination.ts';
import { call } from '../../bridge.ts';
import { useDestinations } from '../../state/engine.ts';
import { go } from '../../state/navigation.ts';
import { attempt, say, sayFailure } from '../../state/notices.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { CertificateSection } from './certificate-section.tsx';
import { checkDestination, type Kind, newDestination } from './destination-draft.ts';
import { HttpFields } from './http-fields.tsx';
import { InternalSection } from './internal-section.tsx';
import { LookupApiFields, LookupMessagesFields } from './lookup-fields.tsx';
import { LookupSection } from './lookup-section.tsx';
import { Preflight } from './preflight.tsx';
import { SyslogFields } from './syslog-fields.tsx';
import { lookupOf } from './taken.ts';
import '../../styles/deliver.css';

type SecretName = (typeof DESTINATION_SECRETS)[number];
type Secrets = Partial<Record<SecretName, string | null | undefined>>;

export interface DestinationPart<S extends DestinationSettings = DestinationSettings> {
  draft: S;
  change: (part: Partial<S>) => void;
  errors: Readonly<Record<string, string>>;
}

const KINDS = [
  { value: 'devo-syslog', label: 'Syslog over TLS' },
  { value: 'devo-http', label: 'HTTP' },
  { value: 'devo-relay', label: 'Relay' },
  { value: 'devo-lookup', label: 'Lookup' },
  { value: 'devo-lookup-legacy', label: 'Lookup messages' },
];

/** Adds or changes a destination. Pre-flight tries the certificates and the connection before anything is saved. */
export function DestinationForm({ destination }: { destination: DestinationView | null }) {
  const all = useDestinations();
  const [draft, setDraft] = useState<DestinationSettings>(
    () => destination?.settings ?? newDestination('devo-syslog'),
  );
  const [secrets, setSecrets] = useState<Secrets>({});
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [report, setReport] = useState<PreflightView | null>(null);
  const [busy, setBusy] = useState<'preflight' | 'save' | null>(null);
  const change = (part: Partial<DestinationSettings>) => {
    setDraft((old) => ({ ...old, ...part }) as DestinationSettings);
    setErrors({});
  };
  const isLookup = lookupOf(draft) !== null;
  const isSet = (name: SecretName) => destination?.secretsSet.includes(name) === true;

  const preflight = () => {
    const { settings, errors: wrong } = checkDestination({ ...draft, name: draft.name || 'new' });
    setErrors(wrong);
    if (settings === null) return;
    const typed = Object.fromEntries(
      Object.entries(secrets).filter(([, v]) => typeof v === 'string'),
    ) as Partial<Record<SecretName, string>>;
    setBusy('preflight');
    attempt('The pre-flight could not be made', async () => {
      try {
        setReport(await call('destinations.preflight', { settings, secrets: typed }));
      } finally {
        setBusy(null);
      }
    });
  };

  const save = async (event: React.FormEvent) => {
    event.preventDefault();
    const { settings, errors: wrong } = checkDestination(draft);
    const taken = all.some((d) => d.settings.name === draft.name && d !== destination);
    setErrors(taken ? { ...wrong, name: 'There is a destination of this name.' } : wrong);
    if (settings === null || taken) return;
    setBusy('save');
    try {
      await call('destinations.save', { settings, previousName: destination?.settings.name ?? null });
      for (const field of ['token', 'keyPassphrase'] as const) {
        const value = secrets[field];
        if (value !== undefined) await call('destinations.setSecret', { name: settings.name, field, value });
      }
      say(destination === null ? `Added ${settings.name}.` : `Saved ${settings.name}.`);
      go('deliver', 'destinations', settings.name);
    } catch (thrown) {
      sayFailure(thrown, 'The destination was not saved');
    } finally {
      setBusy(null);
    }
  };

  return (
    <form
      className="page"
      onSubmit={(event) => void save(event)}
      noValidate
      aria-label={destination === null ? 'Add a destination' : `Edit ${destination.settings.name}`}
    >
      <header className="page-head">
        <h2>{destination === null ? 'Add a destination' : `Edit ${destination.settings.name}`}</h2>
      </header>
      <FormSection
        title="Endpoint"
        hint={
          draft.kind === 'devo-lookup'
            ? 'A token for the Lookups API is made in Devo under Administration, Credentials.'
            : 'Your own is listed in Devo under Administration, Relays and ELBs.'
        }
      >
        {destination === null ? (
          <div>
            <SegmentedControl
              aria-label="Kind of destination"
              data={KINDS}
              value={draft.kind}
              onChange={(kind) => {
                setDraft(newDestination(kind as Kind, draft.name));
                setErrors({});
                setReport(null);
              }}
            />
          </div>
        ) : null}
        <div className="form-grid">
          <TextInput
            label="Name"
            required
            maxLength={64}
            value={draft.name}
            error={errors.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
        </div>
        {draft.kind === 'devo-http' ? (
          <HttpFields
            part={{ draft, change, errors }}
            tokenSet={isSet('token')}
            token={
              <SecretField
                label="Token"
                isSet={isSet('token')}
                draft={secrets.token}
                onChange={(token) => setSecrets({ ...secrets, token })}
              />
            }
          />
        ) : draft.kind === 'devo-lookup' ? (
          <LookupApiFields
            part={{ draft, change, errors }}
            tokenSet={isSet('token')}
            token={
              <SecretField
                label="Token"
                isSet={isSet('token')}
                draft={secrets.token}
                onChange={(token) => setSecrets({ ...secrets, token })}
              />
            }
          />
        ) : draft.kind === 'devo-lookup-legacy' ? (
          <LookupMessagesFields part={{ draft, change, errors }} />
        ) : (
          <SyslogFields part={{ draft, change, errors }} />
        )}
      </FormSection>
      {draft.kind === 'devo-lookup' || draft.kind === 'devo-lookup-legacy' ? (
        <LookupSection part={{ draft, change, errors }} />
      ) : null}
      {draft.kind === 'devo-syslog' || draft.kind === 'devo-lookup-legacy' ? (
        <CertificateSection
          part={{ draft, change, errors }}
          passphrase={
            <SecretField
              label="Passphrase of the key"
              isSet={isSet('keyPassphrase')}
              draft={secrets.keyPassphrase}
              onChange={(keyPassphrase) => setSecrets({ ...secrets, keyPassphrase })}
            />
          }
        />
      ) : null}
      <FormSection title="What may go there">
        <div className="form-grid">
          <Select
            label="Highest TLP"
            data={TLP_LEVELS.filter((l) => l !== 'none').map((l) => ({ value: l, label: tlpLabel(l) }))}
            value={draft.maxTlp === 'none' ? 'clear' : draft.maxTlp}
            onChange={(value) => change({ maxTlp: TLP_LEVELS.find((l) => l === value) ?? 'red' })}
          />
          <NumberInput
            label={isLookup ? 'Rows an upload' : 'Records a batch'}
            min={1}
            max={isLookup ? 1_000_000 : 100_000}
            thousandSeparator=","
            value={draft.batchRecords}
            error={errors.batchRecords}
            onChange={(value) => change({ batchRecords: Number(value) })}
          />
          <NumberInput
            label="Attempts"
            min={1}
            max={50}
            value={draft.maxAttempts}
            error={errors.maxAttempts}
            onChange={(value) => change({ maxAttempts: Number(value) })}
          />
          <TextInput
            label="This computer in events"
            placeholder="Its own name"
            value={draft.hostname}
            error={errors.hostname}
            onChange={(event) => change({ hostname: event.currentTarget.value })}
          />
        </div>
        <Switch
          label="In use"
          checked={draft.enabled}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
      </FormSection>
      {draft.kind === 'devo-lookup' || draft.kind === 'devo-lookup-legacy' ? null : (
        <InternalSection part={{ draft, change, errors }} />
      )}
      {report === null ? null : (
        <FormSection title="Pre-flight">
          <Preflight report={report} />
        </FormSection>
      )}
      <footer className="form-foot">
        <Button type="submit" variant="filled" loading={busy === 'save'}>
          {destination === null ? 'Add destination' : 'Save'}
        </Button>
        <Button onClick={preflight} loading={busy === 'preflight'}>
          Pre-flight
        </Button>
        <Button
          onClick={() =>
            destination === null ? go('deliver') : go('deliver', 'destinations', destination.settings.name)
          }
        >
          Cancel
        </Button>
        {Object.keys(errors).length > 0 ? (
          <span data-tone="failed">Something above needs a correction.</span>
        ) : null}
      </footer>
    </form>
  );
}
