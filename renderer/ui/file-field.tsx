import { Button, TextInput } from '@mantine/core';
import { bridge } from '../bridge.ts';
import { attempt } from '../state/notices.ts';

/** A path on the engine's computer; a host that has a file dialog offers it. */
export function FileField({
  label,
  description,
  value,
  error,
  required = false,
  extensions = ['pem', 'crt', 'cer', 'key', 'p12', 'pfx'],
  onChange,
}: {
  label: string;
  description?: string;
  value: string | null;
  error?: string | undefined;
  required?: boolean;
  extensions?: string[];
  onChange: (path: string | null) => void;
}) {
  const choose = () =>
    attempt('No file could be chosen', async () => {
      const path = await bridge.chooseFile({ title: label, extensions });
      if (path !== null) onChange(path);
    });
  return (
    <div className="row" style={{ alignItems: 'flex-end' }}>
      <TextInput
        style={{ flex: 1 }}
        label={label}
        description={description}
        required={required}
        placeholder="Path of the file"
        value={value ?? ''}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}
      />
      {bridge.capabilities.chooseFile ? <Button onClick={choose}>Choose…</Button> : null}
    </div>
  );
}
