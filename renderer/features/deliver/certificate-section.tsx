import { Select } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DevoSyslogSettings } from '../../../shared/settings.ts';
import type { DevoLookupLegacySettings } from '../../../shared/settings-lookup.ts';
import { FileField } from '../../ui/file-field.tsx';
import { FormSection } from '../../ui/form-section.tsx';
import type { DestinationPart } from './destination-form.tsx';

/** The three files of mutual TLS, and what old chains need. Reference 1.2, 1.3. */
export function CertificateSection({
  part,
  passphrase,
}: {
  part: DestinationPart<DevoSyslogSettings | DevoLookupLegacySettings>;
  passphrase: ReactNode;
}) {
  const { draft, change, errors } = part;
  return (
    <FormSection
      title="Certificates"
      hint="All three are required: without the chain there is no connection."
    >
      <FileField
        label="Chain of the certificate authorities"
        required
        value={draft.chainFile || null}
        error={errors.chainFile}
        onChange={(path) => change({ chainFile: path ?? '' })}
      />
      <FileField
        label="Client certificate"
        required
        value={draft.certFile || null}
        error={errors.certFile}
        onChange={(path) => change({ certFile: path ?? '' })}
      />
      <FileField
        label="Client key"
        required
        value={draft.keyFile || null}
        error={errors.keyFile}
        onChange={(path) => change({ keyFile: path ?? '' })}
      />
      <div className="form-grid">
        {passphrase}
        <Select
          label="OpenSSL security level"
          data={[
            { value: 'default', label: 'Default' },
            ...[0, 1, 2, 3, 4, 5].map((n) => ({ value: String(n), label: String(n) })),
          ]}
          value={draft.secLevel === null ? 'default' : String(draft.secLevel)}
          onChange={(value) =>
            change({ secLevel: value === null || value === 'default' ? null : Number(value) })
          }
        />
      </div>
    </FormSection>
  );
}
