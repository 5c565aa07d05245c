import { Select, TextInput } from '@mantine/core';
import type { CtciSettings } from '../../../shared/settings-ctci.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { TestRow } from './form-test-row.tsx';
import type { ServerPart } from './source-form.tsx';

const HEADERS = [
  { value: 'x-api-key', label: 'x-api-key' },
  { value: 'bearer', label: 'Authorization: Bearer' },
];

/** Where CTCI's API is and who asks. Leaving a field asks it. */
export function CtciSection({ part, probing, onLeave, onTest }: ServerPart<CtciSettings>) {
  const { draft, change, errors, secrets, setSecrets, secretsSet, secretsLost } = part;
  return (
    <FormSection
      title="CTCI"
      hint="The CVE Early Warning List is downloaded whole and compared with what is here."
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only watches where the focus goes */}
      <div
        className="form-fields"
        onBlur={(event) => {
          if (event.target instanceof HTMLInputElement) onLeave();
        }}
      >
        <SecretField
          label="API token"
          isSet={secretsSet.includes('token')}
          lost={secretsLost.includes('token')}
          draft={secrets.token}
          error={errors['secrets.token']}
          onChange={(token) => setSecrets({ ...secrets, token })}
        />
        <div className="form-grid">
          <TextInput
            label="Name"
            required
            maxLength={64}
            value={draft.name}
            error={errors.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          <Select
            label="The token goes into"
            data={HEADERS}
            value={draft.auth}
            error={errors.auth}
            onChange={(value) => change({ auth: value === 'bearer' ? 'bearer' : 'x-api-key' })}
          />
        </div>
        <div className="form-grid form-halves">
          <TextInput
            label="Base URL"
            required
            spellCheck={false}
            value={draft.baseUrl}
            error={errors.baseUrl}
            onChange={(event) => change({ baseUrl: event.currentTarget.value.trim() })}
          />
          <TextInput
            label="Path"
            spellCheck={false}
            value={draft.path}
            error={errors.path}
            onChange={(event) => change({ path: event.currentTarget.value.trim() })}
          />
        </div>
      </div>
      <TestRow probing={probing} onTest={onTest} />
    </FormSection>
  );
}
