import { toFailure } from '../../../../shared/errors.ts';
import type { Log } from '../../ports.ts';
import type { JsonObject } from '../item.ts';
import { typeOf } from './event-draft.ts';
import type { ThreatqClient } from './threatq-client.ts';

const TYPE_BYTES = 1_000_000;
/** Far more types than anyone defines; a server that makes them up without end must not be asked without end. */
const MOST_TYPES = 1_000;

/** Names of event types, each asked for once while the program runs: `GET /api/event/types/{id}`. Reference 6. */
export class EventTypes {
  readonly #client: ThreatqClient;
  readonly #names: Map<string, string>;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #unknown = new Set<string>();

  constructor(client: ThreatqClient, names: Map<string, string>, log: Log, signal: AbortSignal) {
    this.#client = client;
    this.#names = names;
    this.#log = log;
    this.#signal = signal;
  }

  /** What the event says itself, else what the server says of its type; `Event type 7` where it does not say. */
  async nameOf(event: JsonObject | null): Promise<string> {
    if (event === null) return '';
    const { id, name } = typeOf(event);
    if (name !== null) return name;
    if (id === null) return '';
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const asked = this.#unknown.has(id) || this.#names.size >= MOST_TYPES ? null : await this.#ask(id);
    if (asked === null) {
      this.#unknown.add(id);
      return `Event type ${id.slice(0, 40)}`;
    }
    this.#names.set(id, asked);
    return asked;
  }

  async #ask(id: string): Promise<string | null> {
    let why: string;
    try {
      const answer = await this.#client.ask({
        path: `/api/event/types/${encodeURIComponent(id)}`,
        maxBytes: TYPE_BYTES,
      });
      if (answer.status === 200) {
        const reply = JSON.parse(answer.body.toString('utf8')) as { data?: { name?: unknown } } | null;
        const name = reply?.data?.name;
        if (typeof name === 'string' && name.trim() !== '') return name.trim().slice(0, 300);
      }
      why = `the server answered ${answer.status}`;
    } catch (error) {
      if (this.#signal.aborted) throw error;
      why = toFailure(error).message;
    }
    this.#log.warning(
      `The name of event type ${id} is not known: ${why}. Its events go under the default tag.`,
    );
    return null;
  }
}
