import { Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProxySettings } from '../../shared/settings-common.ts';

const NAMED = [
  { value: 'none', label: 'None' },
  { value: 'manual', label: 'This one' },
];

/** Which proxy, and its address where it is given by hand. */
export function ProxyFields({
  proxy,
  error,
  password,
  system = 'As in Settings',
  onChange,
}: {
  proxy: ProxySettings;
  /** What not naming one means here. */
  system?: string;
  error?: string | undefined;
  password?: ReactNode;
  onChange: (proxy: ProxySettings) => void;
}) {
  return (
    <div className="form-grid" style={error === undefined ? undefined : { alignItems: 'start' }}>
      <Select
        label="Proxy"
        data={[{ value: 'system', label: system }, ...NAMED]}
        value={proxy.mode}
        onChange={(mode) =>
          onChange(mode === 'manual' ? { mode, url: '' } : { mode: mode === 'none' ? 'none' : 'system' })
        }
      />
      {proxy.mode === 'manual' ? (
        <TextInput
          label="Address of the proxy"
          placeholder="http://proxy.example.com:8080"
          value={proxy.url}
          error={error}
          onChange={(event) => onChange({ mode: 'manual', url: event.currentTarget.value.trim() })}
        />
      ) : null}
      {proxy.mode === 'manual' ? password : null}
    </div>
  );
}
