import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Names of files below the folder that hold the word in any form it could be stored in. Configurations hold it by right. */
export function filesHolding(dir: string, word: string): string[] {
  const forms = [
    Buffer.from(word),
    Buffer.from(word, 'utf16le'),
    Buffer.from(Buffer.from(word).toString('base64').replace(/=+$/, '')),
    Buffer.from(encodeURIComponent(word)),
  ];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return forms.some((form) => bytes.includes(form));
    });
}
