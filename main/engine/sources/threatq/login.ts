import { SluiceError } from '../../../../shared/errors.ts';
import type { ThreatqSettings } from '../../../../shared/settings-threatq.ts';
import { THREATQ_ERRORS, threatqFailure } from '../../../../shared/threatq-errors.ts';
import type { Clock, Log } from '../../ports.ts';
import type { HttpAnswer, HttpClient, HttpGet } from '../http.ts';
import { CONFIG_JS_BYTES, findClientId } from './client-id.ts';
import { answerError } from './server-words.ts';

/** How `/api/token` takes what it is told: both are met. Reference 6. */
export const LOGIN_STYLES = ['form', 'json'] as const;
export type LoginStyle = (typeof LOGIN_STYLES)[number];

export interface Token {
  text: string;
  /** Epoch ms from which a new one is asked for: before it expires. */
  renewAt: number;
  /** What the server said, seconds. */
  expiresIn: number;
  style: LoginStyle;
  /** How far the server's clock is ahead of ours, ms; 0 when it does not say. */
  aheadMs: number;
}

/** What every request of one pull or probe shares. */
export interface ThreatqCall {
  signal: AbortSignal;
  onRequest: () => void;
  onWait: HttpGet['onWait'];
}

export interface LoginInput {
  http: HttpClient;
  settings: ThreatqSettings;
  password: string;
  /** What the server took last time; null tries both. */
  style: LoginStyle | null;
  clock: Clock;
  /** Bound to the setup's thread. */
  log: Log;
  call: ThreatqCall;
}

const TOKEN_BYTES = 1_000_000;
/** A token is renewed this much before it expires, or a tenth of its life where that is less. */
const RENEW_BEFORE_MS = 60_000;
/** For a server that does not say how long a token lives. */
const USUAL_SECONDS = 3_600;
const LONGEST_TOKEN = 16_384;
/** Statuses of a server that did not understand the form of the request. A wrong password is 400 too (reference 6). */
const MAY_BE_STYLE = new Set([400, 415, 422]);

/** client_id and token, with the seed's lines. @throws SluiceError InitVariablesError 100, 101, 102 */
export async function logIn(input: LoginInput): Promise<Token> {
  const { settings, log } = input;
  log.info('Attempting to get OAuth2 token from ThreatQuotient server....');
  const clientId = settings.clientId ?? (await readClientId(input));
  const token = await fetchToken(input, clientId);
  log.info(
    `Successfully received JWT token from ${settings.apiBaseUrl} which expires in ${token.expiresIn} seconds`,
  );
  return token;
}

async function readClientId({ http, settings, password, log, call }: LoginInput): Promise<string> {
  const url = `${settings.apiBaseUrl}/assets/js/config.js`;
  log.info('Attempting to get from client_id ThreatQuotient server....');
  const answer = await http.get({ ...call, url, headers: {}, maxBytes: CONFIG_JS_BYTES, retry: 'any' });
  if (answer.status !== 200) throw answerError(THREATQ_ERRORS.clientId, answer, [password]);
  const clientId = findClientId(answer.body.toString('utf8'));
  if (clientId === null) {
    throw new SluiceError({
      ...threatqFailure(THREATQ_ERRORS.clientIdParse),
      details: { url, field: 'clientId' },
    });
  }
  log.info(`Successfully received a client_id token from ${url}`);
  return clientId;
}

/** The style the server took before; without one the form, and JSON when the server may not have understood the form. */
async function fetchToken(input: LoginInput, clientId: string): Promise<Token> {
  const styles = input.style === null ? LOGIN_STYLES : [input.style];
  const refusals: HttpAnswer[] = [];
  for (const style of styles) {
    const answer = await askToken(input, clientId, style);
    if (answer.status === 200 || answer.status === 201) return readToken(input, answer, style, clientId);
    refusals.push(answer);
    if (!MAY_BE_STYLE.has(answer.status)) break;
  }
  // Of two refusals, the one about who asks says more than the one about how.
  const told =
    refusals.find((a) => a.status === 401 || a.status === 403) ??
    refusals.find((a) => a.status === 400) ??
    refusals[0];
  if (told === undefined) throw new SluiceError(threatqFailure(THREATQ_ERRORS.token));
  throw answerError(THREATQ_ERRORS.token, told, [input.password, clientId]);
}

function askToken({ http, settings, password, call }: LoginInput, clientId: string, style: LoginStyle) {
  const fields = { grant_type: 'password', email: settings.username, password, client_id: clientId };
  return http.post({
    ...call,
    url: `${settings.apiBaseUrl}/api/token`,
    headers: {
      accept: 'application/json',
      'content-type': style === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
    },
    body: style === 'form' ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
    maxBytes: TOKEN_BYTES,
    retry: 'any',
  });
}

function readToken(
  { clock, password }: LoginInput,
  answer: HttpAnswer,
  style: LoginStyle,
  clientId: string,
): Token {
  let said: unknown = null;
  try {
    said = JSON.parse(answer.body.toString('utf8'));
  } catch {
    // Said below: an answer without a token.
  }
  const reply = typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  const text = reply.access_token;
  if (typeof text !== 'string' || !/^[!-~]+$/.test(text) || text.length > LONGEST_TOKEN) {
    throw answerError(THREATQ_ERRORS.token, answer, [
      password,
      clientId,
      ...Object.values(reply).filter((v) => typeof v === 'string' && v.length > 20),
    ] as string[]);
  }
  const seconds = Number(reply.expires_in);
  const expiresIn = Number.isFinite(seconds) && seconds > 0 ? seconds : USUAL_SECONDS;
  const lifeMs = expiresIn * 1000;
  const date = Date.parse(answer.headers.get('date') ?? '');
  const now = clock.now();
  return {
    text,
    style,
    expiresIn,
    renewAt: now + lifeMs - Math.min(RENEW_BEFORE_MS, lifeMs / 10),
    aheadMs: Number.isNaN(date) ? 0 : date - now,
  };
}
