import { NumberInput, Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DevoLookupLegacySettings, DevoLookupSettings } from '../../../shared/settings-lookup.ts';
import { FileField } from '../../ui/file-field.tsx';
import { ProxyFields } from '../../ui/proxy-fields.tsx';
import type { DestinationPart } from './destination-form.tsx';

/** Both spellings are documented: the guide's with a hyphen, the OpenAPI's with a dot. Reference 2.6. */
const BASES = [
  'https://api-us.devo.com/lookup-api',
  'https://api-eu.devo.com/lookup-api',
  'https://api.us.devo.com/lookup-api',
  'https://api.eu.devo.com/lookup-api',
  'https://api.ca.devo.com/lookup-api',
  'https://api.apac.devo.com/lookup-api',
];
const CELLS = [
  { value: 'safe', label: 'Quoted and escaped' },
  { value: 'sdk', label: "As Devo's own SDK" },
];

/** Devo's Lookups REST API. */
export function LookupApiFields({
  part,
  tokenSet,
  token,
}: {
  part: DestinationPart<DevoLookupSettings>;
  tokenSet: boolean;
  token: ReactNode;
}) {
  const { draft, change, errors } = part;
  return (
    <>
      <div className="form-grid">
        <Select
          label="Region"
          data={[
            ...BASES.map((url) => ({ value: url, label: new URL(url).host })),
            { value: 'own', label: 'Another' },
          ]}
          value={BASES.includes(draft.baseUrl) ? draft.baseUrl : 'own'}
          onChange={(value) => change({ baseUrl: value === 'own' || value === null ? '' : value })}
        />
        <TextInput
          label="Domain"
          required
          spellCheck={false}
          value={draft.domain}
          error={errors.domain}
          onChange={(event) => change({ domain: event.currentTarget.value.trim() })}
        />
      </div>
      <div>
        <TextInput
          label="Base URL"
          required
          spellCheck={false}
          value={draft.baseUrl}
          error={errors.baseUrl}
          onChange={(event) => change({ baseUrl: event.currentTarget.value.trim() })}
        />
      </div>
      {token}
      {tokenSet ? <p className="dim">Naming another server forgets the stored token.</p> : null}
      <div className="form-grid">
        <NumberInput
          label="A job may take (seconds)"
          min={1}
          max={86_400}
          thousandSeparator=","
          value={draft.jobTimeoutSeconds}
          error={errors.jobTimeoutSeconds}
          onChange={(value) => change({ jobTimeoutSeconds: Number(value) })}
        />
        <NumberInput
          label="Ask after it every (seconds)"
          min={0.1}
          max={600}
          value={draft.jobPollSeconds}
          error={errors.jobPollSeconds}
          onChange={(value) => change({ jobPollSeconds: Number(value) })}
        />
      </div>
      <ProxyFields
        proxy={draft.proxy}
        error={errors['proxy.url'] ?? errors.proxy}
        onChange={(proxy) => change({ proxy })}
      />
      <FileField
        label="Extra CA certificates (PEM)"
        value={draft.caFile}
        error={errors.caFile}
        onChange={(caFile) => change({ caFile })}
      />
    </>
  );
}

/** The older messages, over syslog and TLS. */
export function LookupMessagesFields({ part }: { part: DestinationPart<DevoLookupLegacySettings> }) {
  const { draft, change, errors } = part;
  return (
    <>
      <div className="note" data-kind="warning">
        <span className="note-title">Devo announced the end of lookup messages for 1 January 2026.</span>{' '}
        Where the domain still takes them they work; the Lookups API is the supported way.
      </div>
      <div className="form-grid">
        <TextInput
          label="Host"
          required
          spellCheck={false}
          value={draft.address}
          error={errors.address}
          onChange={(event) => change({ address: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label="Port"
          min={1}
          max={65_535}
          value={draft.port}
          error={errors.port}
          onChange={(value) => change({ port: Number(value) })}
        />
        <Select
          label="Cells"
          data={CELLS}
          value={draft.cells}
          onChange={(value) => change({ cells: value === 'sdk' ? 'sdk' : 'safe' })}
        />
        <NumberInput
          label="Pauses (seconds)"
          title="After START and before END"
          min={0}
          max={600}
          value={draft.pauseSeconds}
          error={errors.pauseSeconds}
          onChange={(value) => change({ pauseSeconds: Number(value) })}
        />
      </div>
    </>
  );
}
