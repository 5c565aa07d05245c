import { CTCI_ERRORS, ctciFailure } from '../../../../shared/ctci-errors.ts';
import { SluiceError } from '../../../../shared/errors.ts';
import type { CtciSettings } from '../../../../shared/settings-ctci.ts';

/** Visible ASCII: what a header can hold without spaces. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * The token as it was copied, less what is around it; `Bearer ` in front is taken for part of the header's name.
 * @throws SluiceError SetupError 6 and 8
 */
export function cleanToken(token: string | null): string {
  const bare = (token ?? '').trim().replace(/^bearer\s+/i, '');
  if (bare === '') throw new SluiceError(ctciFailure(CTCI_ERRORS.tokenMissing));
  if (!TOKEN.test(bare)) throw new SluiceError(ctciFailure(CTCI_ERRORS.tokenCharacters));
  return bare;
}

/** Reference 5.2, auth A and B. */
export function credentialHeaders(auth: CtciSettings['auth'], token: string): Record<string, string> {
  return auth === 'bearer' ? { authorization: `Bearer ${token}` } : { 'x-api-key': token };
}
