/** What a job's status history says. */
export interface JobState {
  state: 'running' | 'done' | 'failed';
  /** The server's own word. */
  word: string;
  /** What it says about a failure. */
  text: string;
}

/** Words that end a job well. Anything that is neither here nor a failure counts as still running: success is never guessed. */
const DONE = new Set([
  'COMPLETED',
  'COMPLETE',
  'SUCCEEDED',
  'SUCCESS',
  'SUCCESSFUL',
  'FINISHED',
  'DONE',
  'DEPLOYED',
  'AVAILABLE',
]);
const FAILED = /FAIL|ERROR|CANCEL|ABORT|KILLED|REJECT|TIME_?D?_?OUT|EXPIRED|INVALID|UNSUCCESS|WITH_ERRORS/;

const LISTS = ['statuses', 'history', 'statushistory', 'states', 'status', 'job', 'items', 'data'];
const WORDS = ['status', 'state', 'jobstatus', 'name', 'value', 'type'];
const TEXTS = [
  'message',
  'error',
  'errors',
  'errormessage',
  'reason',
  'description',
  'detail',
  'details',
  'cause',
];
const TIMES = ['timestamp', 'date', 'time', 'when', 'at', 'updatedat', 'createdat', 'eventdate'];
/** A text of the server is shown up to here, characters. */
const LONGEST_TEXT = 300;

/**
 * The state of a job from the answer of `…/job/{id}`, whose exact shape and words are not published (reference 2.6): a list of statuses, an
 * object that holds one, or a single status; words in any case and spelling. The newest end state counts, else the newest status.
 */
export function readJobState(answer: unknown): JobState {
  const entries = entriesOf(answer, 0)
    .map(readEntry)
    .filter((entry) => entry.word !== '');
  if (entries.every(({ at }) => at !== null)) entries.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const ended = entries.filter(({ state }) => state !== 'running');
  // Without times nobody knows which end came last: then a failure counts.
  const inOrder = ended.every(({ at }) => at !== null);
  const last =
    (inOrder ? null : ended.find(({ state }) => state === 'failed')) ?? ended.at(-1) ?? entries.at(-1);
  return last === undefined
    ? { state: 'running', word: 'unknown', text: '' }
    : { state: last.state, word: last.word, text: last.text };
}

/** The ids that `…/job` lists. */
export function readJobIds(answer: unknown): string[] {
  const list = Array.isArray(answer) ? answer : memberOf(answer, ['jobs', 'ids', 'uuids', 'data', 'items']);
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const id = typeof entry === 'string' ? entry : memberOf(entry, ['id', 'jobid', 'uuid']);
    return typeof id === 'string' && isJobId(id) ? [id] : [];
  });
}

/** The id of the job that an upload started, where its answer says so. */
export function readStartedJob(answer: unknown): string | null {
  for (const holder of [answer, ...Object.values(asObject(answer))]) {
    const named = memberOf(holder, ['jobid', 'jobuuid', 'job']);
    if (typeof named === 'string' && isJobId(named)) return named;
    const nested = memberOf(named, ['id', 'uuid', 'jobid']);
    if (typeof nested === 'string' && isJobId(nested)) return nested;
    const [only, ...more] = readJobIds(memberOf(holder, ['jobs']));
    if (only !== undefined && more.length === 0) return only;
  }
  const own = memberOf(answer, ['id', 'uuid']);
  return typeof own === 'string' && UUID.test(own) ? own : null;
}

/** What the server says went wrong, bounded and without control characters. */
export function serverText(answer: unknown): string {
  const found =
    typeof answer === 'string'
      ? answer
      : [memberOf(answer, ['title']), ...TEXTS.map((name) => memberOf(answer, [name]))]
          .map((value) =>
            typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value),
          )
          .filter((text, at, all) => text !== '' && all.indexOf(text) === at)
          .join(': ');
  const clean = found.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}…` : clean;
}

/** The columns that a lookup's metadata tells of; null where it tells none. */
export function readColumns(answer: unknown): { name: string; type: string }[] | null {
  for (const holder of [answer, ...Object.values(asObject(answer))]) {
    const list = memberOf(holder, ['columns', 'fields']);
    if (!Array.isArray(list)) continue;
    const columns = list.flatMap((entry: unknown) => {
      const name = typeof entry === 'string' ? entry : memberOf(entry, ['name']);
      const type = memberOf(entry, ['type', 'datatype']);
      return typeof name === 'string' ? [{ name, type: typeof type === 'string' ? type : '' }] : [];
    });
    if (columns.length > 0) return columns;
  }
  return null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const isJobId = (id: string): boolean => /^[\w.:-]{1,100}$/.test(id);

function entriesOf(answer: unknown, depth: number): unknown[] {
  if (Array.isArray(answer)) return answer;
  if (typeof answer === 'string') return [answer];
  if (depth > 2) return [];
  for (const name of LISTS) {
    const member = memberOf(answer, [name]);
    if (Array.isArray(member)) return member;
    if (typeof member === 'object' && member !== null) return entriesOf(member, depth + 1);
    if (typeof member === 'string' && WORDS.includes(name)) return [answer];
  }
  return [answer];
}

function readEntry(entry: unknown): JobState & { at: number | null } {
  const named = typeof entry === 'string' ? entry : memberOf(entry, WORDS);
  const word = typeof named === 'string' ? named : memberOf(named, WORDS);
  const said = typeof word === 'string' ? word.slice(0, 60) : '';
  const normal = said
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .replace(/[^A-Z]+/g, '_')
    .replace(/^_|_$|^_?JOB_/g, '');
  const time = memberOf(entry, TIMES);
  const at = typeof time === 'number' ? time : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return {
    state: FAILED.test(normal) ? 'failed' : DONE.has(normal) ? 'done' : 'running',
    word: said,
    text: serverText(typeof entry === 'string' ? '' : entry),
    at: Number.isNaN(at) ? null : at,
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The first of these members that is there, whatever its case and separators. */
function memberOf(value: unknown, names: readonly string[]): unknown {
  const members = Object.entries(asObject(value)).map(([name, member]): [string, unknown] => [
    name.toLowerCase().replace(/[_-]/g, ''),
    member,
  ]);
  for (const name of names) {
    const found = members.find(([own, member]) => own === name && member !== null);
    if (found !== undefined) return found[1];
  }
  return undefined;
}
