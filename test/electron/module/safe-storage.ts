import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import type { SafeStorage } from 'electron';
import { guarded } from '../refuse.ts';
import { app } from './app.ts';
import { commandLine } from './command-line.ts';

export type Keyring = 'real' | 'basic_text' | 'unavailable';

/**
 * What the system offers: `--stand-in-keyring` says it from the start (a keyring is there before the app is), tests change it later.
 * `rotated` makes the next answers say that the value wants to be encrypted again.
 */
export const keyring = {
  kind: (commandLine.getSwitchValue('stand-in-keyring') || 'real') as Keyring,
  rotated: false,
};

/** Electron's ciphertexts begin with their provider's version; with `basic_text` its key is in everybody's hands. */
const MARK = Buffer.from('v10');
const KEYS = {
  real: scryptSync('stand-in keyring', 'sluice', 32),
  basic_text: scryptSync('peanuts', 'saltysalt', 32),
};

function usable(): 'real' | 'basic_text' {
  if (!app.isReady()) throw new Error('safeStorage cannot be used before app is ready');
  if (keyring.kind === 'unavailable') throw new Error('Encryption is not available.');
  return keyring.kind;
}

function encrypt(text: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', KEYS[usable()], iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([MARK, iv, cipher.getAuthTag(), body]);
}

function decrypt(data: Buffer): string {
  const key = KEYS[usable()];
  try {
    if (!data.subarray(0, 3).equals(MARK)) throw new Error('no mark');
    const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(3, 15));
    decipher.setAuthTag(data.subarray(15, 31));
    return Buffer.concat([decipher.update(data.subarray(31)), decipher.final()]).toString('utf8');
  } catch {
    throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptStringAsync.');
  }
}

export const safeStorage = guarded(
  {
    isAsyncEncryptionAvailable: async () => app.isReady() && keyring.kind !== 'unavailable',
    encryptStringAsync: async (text: string) => encrypt(text),
    decryptStringAsync: async (data: Buffer) => {
      const result = decrypt(data);
      return { result, shouldReEncrypt: keyring.rotated };
    },
    getSelectedStorageBackend: () =>
      keyring.kind === 'real' ? 'gnome_libsecret' : keyring.kind === 'basic_text' ? 'basic_text' : 'unknown',
  } satisfies Partial<SafeStorage>,
  'safeStorage',
);
