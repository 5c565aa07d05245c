import { Button, PasswordInput } from '@mantine/core';
import { useEngine } from '../state/engine.ts';

/** A secret can be set and forgotten, never read back. `draft` undefined: not touched; null: to be forgotten. */
export function SecretField({
  label,
  isSet,
  lost = false,
  draft,
  error,
  onChange,
}: {
  label: string;
  isSet: boolean;
  /** Stored, but for another server than is named now. */
  lost?: boolean;
  draft: string | null | undefined;
  error?: string | undefined;
  onChange: (draft: string | null | undefined) => void;
}) {
  const persistent = useEngine((s) => s.info?.secretsPersistent !== false);
  const placeholder =
    draft === null
      ? 'Will be forgotten'
      : isSet
        ? 'Set. Type to replace it'
        : lost
          ? 'Type it again for this server'
          : '';
  return (
    <div className="row" style={{ alignItems: 'flex-end' }}>
      <PasswordInput
        style={{ flex: 1 }}
        label={label}
        description={persistent ? undefined : 'Kept until Sluice ends: this computer offers no secret store.'}
        placeholder={placeholder}
        autoComplete="off"
        value={draft ?? ''}
        error={error}
        aria-invalid={error !== undefined}
        visibilityToggleButtonProps={{ 'aria-label': `Show or hide ${label}` }}
        onChange={(event) =>
          onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
        }
      />
      {isSet && draft === undefined ? <Button onClick={() => onChange(null)}>Forget</Button> : null}
      {draft === null ? <Button onClick={() => onChange(undefined)}>Keep</Button> : null}
    </div>
  );
}
