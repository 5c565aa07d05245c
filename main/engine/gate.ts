import { type CallName, type CallResult, calls, MAX_CALL_BYTES } from '../../shared/contract.ts';
import { type Failure, failure, toFailure } from '../../shared/errors.ts';

/** What answers calls once their input is checked. */
export type Answer = (name: CallName, input: unknown) => Promise<unknown>;

/** A call frame as it comes off any wire. */
export interface CallFrame {
  id: number;
  name: string;
  input: unknown;
}

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(calls, name);
}

/**
 * The one check every call passes on every wire: size, name, strict schema. Then it is answered, and whatever is thrown
 * becomes a Failure. `byteLength` is the size of the frame where the wire knows it.
 */
export async function passGate(
  answer: Answer,
  name: string,
  input: unknown,
  byteLength: number | null,
): Promise<CallResult<CallName>> {
  try {
    const refused = refuse(name, input, byteLength);
    if ('failure' in refused) return { ok: false, failure: refused.failure };
    return { ok: true, value: (await answer(refused.name, refused.input)) as never };
  } catch (error) {
    return { ok: false, failure: toFailure(error) };
  }
}

function refuse(
  name: string,
  input: unknown,
  byteLength: number | null,
): { failure: Failure } | { name: CallName; input: unknown } {
  if (!isCallName(name)) {
    return {
      failure: failure({ code: 'call.unknown', message: `There is no call named "${name.slice(0, 80)}".` }),
    };
  }
  const size = byteLength ?? jsonSize(input);
  if (size === null) {
    return { failure: failure({ code: 'call.invalid', message: `The input of ${name} is not JSON.` }) };
  }
  if (size > MAX_CALL_BYTES) {
    return {
      failure: failure({
        code: 'call.too-large',
        message: `The input of ${name} is larger than ${MAX_CALL_BYTES} bytes.`,
      }),
    };
  }
  const parsed = calls[name].input.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const at = issue?.path.map(String).join('.') ?? '';
    return {
      failure: failure({
        code: 'call.invalid',
        message: `${at === '' ? name : at}: ${issue?.message ?? 'not valid'}`,
        details: { call: name, at },
      }),
    };
  }
  return { name, input: parsed.data };
}

/** Bytes of the input as JSON; null for what JSON cannot hold: circles, big integers, nesting without end. */
export function jsonSize(input: unknown): number | null {
  try {
    return Buffer.byteLength(JSON.stringify(input) ?? '');
  } catch {
    return null;
  }
}
