import type { CallName, CallOutput, CallParsed } from '../../../shared/contract.ts';

/** Answers of one room of the contract, by name. */
export type Handlers<N extends CallName> = {
  [K in N]: (input: CallParsed<K>) => CallOutput<K> | Promise<CallOutput<K>>;
};

export const OK = { ok: true } as const;
