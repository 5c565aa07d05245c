import type { z } from 'zod';
import { SluiceError } from '../../../shared/errors.ts';

/** A YAML block as it came. */
export type Raw = Record<string, unknown>;

export function isMap(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A configuration mistake: one sentence, never the value (it may be a secret). */
export function wrong(code: string, message: string, remedy: string | null = null): SluiceError {
  return new SluiceError({ code, message, remedy });
}

/** Checks settings against their schema; the first issue becomes the sentence, naming the setting as the file spells it. */
export function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: string,
  spelling: Readonly<Record<string, string>> = {},
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue?.path.map(String) ?? [];
  const head = path[0] === undefined ? '' : (spelling[path[0]] ?? path[0]);
  const setting = [head, ...path.slice(1)].filter((p) => p !== '').join('.');
  throw wrong(
    'config.invalid',
    `${where}${setting === '' ? '' : `: ${setting}`}: ${issue?.message ?? 'not valid'}`,
  );
}

/** Text of a scalar; undefined for null and absent. Blocks and lists are a mistake. */
export function text(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong('config.invalid', `${where} must be text.`);
}

/** Drops undefined members, so that schema defaults apply under exactOptionalPropertyTypes. */
export function present(value: Raw): Raw {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
