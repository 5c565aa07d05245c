import { Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { DevoRelaySettings, DevoSyslogSettings } from '../../../shared/settings.ts';
import type { DestinationPart } from './destination-form.tsx';

/** Devo's public event load balancers. Reference 1.1. */
const REGIONS = [
  { value: 'collector-us.devo.io', label: 'United States' },
  { value: 'collector-ca.devo.io', label: 'Canada' },
  { value: 'collector-eu.devo.io', label: 'Europe' },
  { value: 'collector-ap.devo.io', label: 'Asia Pacific' },
];
const DATES = [
  { value: 'none', label: "A constant, as Devo's own SDK" },
  { value: 'iso', label: 'Time of arrival, ISO 8601' },
  { value: 'rfc3164', label: 'Time of arrival, RFC 3164' },
];
const NEWLINES = [
  { value: 'octet-counting', label: 'Octet counting: every byte kept' },
  { value: 'space', label: 'Breaks between tokens become spaces' },
];

/** Address and framing, for syslog over TLS and for a relay. */
export function SyslogFields({ part }: { part: DestinationPart<DevoSyslogSettings | DevoRelaySettings> }) {
  const { draft, errors, change } = part;
  const region = REGIONS.find((r) => r.value === draft.address);
  return (
    <>
      <div className="form-grid">
        {draft.kind === 'devo-syslog' ? (
          <Select
            label="Region"
            data={[...REGIONS, { value: 'own', label: 'Another host' }]}
            value={region?.value ?? 'own'}
            onChange={(value) =>
              change(value === 'own' || value === null ? { address: '' } : { address: value, port: 443 })
            }
          />
        ) : null}
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
          required
          min={1}
          max={65_535}
          value={draft.port}
          error={errors.port}
          onChange={(value) => change({ port: Number(value) })}
        />
      </div>
      {draft.kind === 'devo-relay' ? (
        <div className="note" data-kind="warning">
          Records go to a relay in clear text: only addresses on this computer or in a private network are
          allowed.
        </div>
      ) : null}
      <div className="form-grid form-halves">
        <Select
          label="Date of each event"
          data={DATES}
          value={draft.date}
          onChange={(value) => change({ date: value === 'iso' || value === 'rfc3164' ? value : 'none' })}
        />
        <Select
          label="Text with line breaks"
          data={NEWLINES}
          value={draft.newlines}
          onChange={(value) => change({ newlines: value === 'space' ? 'space' : 'octet-counting' })}
        />
      </div>
      <Checkbox
        label="Compress with gzip"
        checked={draft.gzip}
        onChange={(event) => change({ gzip: event.currentTarget.checked })}
      />
    </>
  );
}
