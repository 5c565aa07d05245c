/** Whether secrets may be kept, and what to say where they are not. */
export interface SecretStore {
  secrets: 'host' | 'session';
  secretsNote: string | null;
}

/**
 * Reads what the system says of its secret store. `basic_text` encrypts with a key that anyone knows, which protects nothing: it counts as
 * none. `backend` is Linux' only, null elsewhere.
 */
export function secretStore(available: boolean, backend: string | null): SecretStore {
  if (backend === 'basic_text' || backend === 'unknown')
    return {
      secrets: 'session',
      secretsNote:
        'No keyring was found in this session (such as GNOME Keyring or KWallet). Start one and start Sluice again to have them kept.',
    };
  if (!available)
    return {
      secrets: 'session',
      secretsNote:
        'The system’s secret store cannot be used now; it may be locked. Unlock it and start Sluice again to have them kept.',
    };
  return { secrets: 'host', secretsNote: null };
}
