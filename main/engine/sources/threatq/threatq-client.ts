import type { ThreatqSettings } from '../../../../shared/settings-threatq.ts';
import type { Clock, Log } from '../../ports.ts';
import type { HttpAnswer, HttpClient } from '../http.ts';
import { type LoginStyle, logIn, type ThreatqCall, type Token } from './login.ts';

/** What is kept from one pull to the next while the program runs. */
export interface Session {
  token: Token | null;
  /** The login style the server takes, once known. */
  style: LoginStyle | null;
  /** Names of event types by id. */
  types: Map<string, string>;
  /** The first pull of this program has said that its threads start. */
  started: boolean;
}

export function newSession(): Session {
  return { token: null, style: null, types: new Map(), started: false };
}

export interface ThreatqRequest {
  /** Starts with `/`, may hold a query. */
  path: string;
  /** Sent as JSON; without one it is a GET. */
  body?: unknown;
  maxBytes: number;
}

/** ThreatQ's API as the user who is logged in. */
export interface ThreatqClient {
  /** Gets a token when there is none or it is about to expire, with the setup's lines. @throws SluiceError InitVariablesError 100–102 */
  logIn(): Promise<void>;
  /** Any status. A 401 is answered with a new token, once. */
  ask(request: ThreatqRequest): Promise<HttpAnswer>;
  /** What must never be repeated of an answer. */
  secrets(): string[];
}

export interface ThreatqClientInput {
  http: HttpClient;
  settings: ThreatqSettings;
  password: string;
  session: Session;
  clock: Clock;
  /** Bound to the setup's thread. */
  setupLog: Log;
  call: ThreatqCall;
}

export function createThreatqClient(input: ThreatqClientInput): ThreatqClient {
  const { http, settings, password, session, clock, setupLog: log, call } = input;

  async function renew(why: string): Promise<void> {
    log.info('Puller Setup Started');
    log.info(why);
    // No request for a token carries the old one.
    session.token = null;
    session.token = await logIn({ http, settings, password, style: session.style, clock, log, call });
    session.style = session.token.style;
    log.info('Puller Setup Terminated');
  }

  const client: ThreatqClient = {
    async logIn() {
      if (session.token === null) await renew('We do not have a token. Getting a new one from the server.');
      else if (clock.now() >= session.token.renewAt)
        await renew('The token is about to expire. Getting a new one from the server.');
    },
    async ask(request) {
      await client.logIn();
      const answer = await send(request);
      if (answer.status !== 401) return answer;
      await renew('The server does not take the token any more. Getting a new one from the server.');
      return send(request);
    },
    secrets: () => [password, session.token?.text ?? ''].filter((s) => s !== ''),
  };

  function send({ path, body, maxBytes }: ThreatqRequest): Promise<HttpAnswer> {
    const request = {
      ...call,
      url: `${settings.apiBaseUrl}${path}`,
      headers: { accept: 'application/json' },
      maxBytes,
      retry: 'any' as const,
    };
    if (body === undefined) return http.get(request);
    return http.post({
      ...request,
      headers: { ...request.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  return client;
}
