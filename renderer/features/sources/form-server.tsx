import { Select, TextInput } from '@mantine/core';
import type { TaxiiSettings } from '../../../shared/settings.ts';
import type { SourceAuth } from '../../../shared/settings-common.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { SecretField } from '../../ui/secret-field.tsx';
import { TestRow } from './form-test-row.tsx';
import type { ServerPart } from './source-form.tsx';

const METHODS = [
  { value: 'none', label: 'No sign-in' },
  { value: 'basic', label: 'Username and password' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'header', label: 'Own header' },
];
const VERSIONS = [
  { value: 'detect', label: 'Detect' },
  { value: '2.1', label: 'TAXII 2.1' },
  { value: '2.0', label: 'TAXII 2.0' },
];

function authOf(method: string): SourceAuth {
  switch (method) {
    case 'basic':
      return { method, username: '' };
    case 'bearer':
      return { method, scheme: 'Bearer' };
    case 'header':
      return { method, header: 'X-API-Key' };
    default:
      return { method: 'none' };
  }
}

/** Where the server is and who asks. Leaving a field asks the server. */
export function ServerSection({ part, probing, onLeave, onTest }: ServerPart<TaxiiSettings>) {
  const { draft, change, errors, secrets, setSecrets, secretsSet, secretsLost } = part;
  const { auth } = draft;
  return (
    <FormSection title="Server" hint="The server is asked as soon as there is enough to ask.">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only watches where the focus goes */}
      <div
        className="form-fields"
        onBlur={(event) => {
          if (event.target instanceof HTMLInputElement) onLeave();
        }}
      >
        <TextInput
          label="Discovery URL"
          required
          data-autofocus
          description={
            secretsLost.length > 0
              ? 'This is another server: the stored secret is forgotten on saving. Type it again below.'
              : secretsSet.length > 0
                ? 'Naming another server forgets the stored secret.'
                : undefined
          }
          placeholder="https://taxii.example.com/taxii2/"
          spellCheck={false}
          value={draft.discoveryUrl}
          error={errors.discoveryUrl}
          onChange={(event) => change({ discoveryUrl: event.currentTarget.value.trim() })}
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
            label="TAXII version"
            data={VERSIONS}
            value={draft.taxiiVersion}
            onChange={(value) =>
              change({ taxiiVersion: value === '2.0' || value === '2.1' ? value : 'detect' })
            }
          />
          <Select
            label="Sign-in"
            data={METHODS}
            value={auth.method}
            error={errors['auth.method']}
            onChange={(value) => change({ auth: authOf(value ?? 'none') })}
          />
        </div>
        {auth.method === 'none' ? null : (
          <div className="form-grid form-halves">
            {auth.method === 'basic' ? (
              <TextInput
                label="Username"
                autoComplete="off"
                value={auth.username}
                error={errors['auth.username']}
                onChange={(event) => change({ auth: { ...auth, username: event.currentTarget.value } })}
              />
            ) : auth.method === 'bearer' ? (
              <TextInput
                label="Scheme"
                value={auth.scheme}
                error={errors['auth.scheme']}
                onChange={(event) => change({ auth: { ...auth, scheme: event.currentTarget.value } })}
              />
            ) : (
              <TextInput
                label="Header"
                value={auth.header}
                error={errors['auth.header']}
                onChange={(event) => change({ auth: { ...auth, header: event.currentTarget.value } })}
              />
            )}
            {auth.method === 'basic' ? (
              <SecretField
                label="Password"
                isSet={secretsSet.includes('password')}
                lost={secretsLost.includes('password')}
                draft={secrets.password}
                error={errors['secrets.password']}
                onChange={(password) => setSecrets({ ...secrets, password })}
              />
            ) : (
              <SecretField
                label={auth.method === 'bearer' ? 'Token' : 'Value of the header'}
                isSet={secretsSet.includes('token')}
                lost={secretsLost.includes('token')}
                draft={secrets.token}
                error={errors['secrets.token']}
                onChange={(token) => setSecrets({ ...secrets, token })}
              />
            )}
          </div>
        )}
      </div>
      <TestRow probing={probing} onTest={onTest} />
    </FormSection>
  );
}
