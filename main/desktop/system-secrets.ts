import { safeStorage } from 'electron';
import { type SecretStore, secretStore } from '../presence/secret-store.ts';

/** Asks the system once, after ready: a keyring may want its owner's password. */
export async function readSecretStore(): Promise<SecretStore> {
  const available = await safeStorage.isAsyncEncryptionAvailable().catch(() => false);
  return secretStore(
    available,
    process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : null,
  );
}

/** Answers base64. */
export async function encryptSecret(text: string): Promise<string> {
  return (await safeStorage.encryptStringAsync(text)).toString('base64');
}

export async function decryptSecret(encrypted: string): Promise<{ text: string; again: boolean }> {
  const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(encrypted, 'base64'));
  return { text: result, again: shouldReEncrypt };
}
