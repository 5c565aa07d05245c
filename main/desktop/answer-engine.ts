import type { Session } from 'electron';
import type { AnswerAsk } from '../engine/supervise.ts';
import { proxyOfAnswer } from '../presence/proxy-answer.ts';
import { decryptSecret, encryptSecret } from './system-secrets.ts';

/** What only the desktop can do for its engine: the system's proxy and the system's secret store. */
export function answerEngine(session: Pick<Session, 'resolveProxy'>): AnswerAsk {
  return async (ask) => {
    if ('resolveProxy' in ask) return proxyOfAnswer(await session.resolveProxy(ask.resolveProxy));
    if ('encrypt' in ask) return await encryptSecret(ask.encrypt);
    return await decryptSecret(ask.decrypt);
  };
}
