import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Problem } from '../../../shared/records.ts';
import type { CutItem } from '../json/cut.ts';

/** Parsed JSON of one record. */
export type JsonObject = Readonly<Record<string, unknown>>;

const NO_PROBLEMS: Problem[] = [];

/** Parses cut bytes; problems say what was wrong with them. `object` is null when they are no JSON object. */
export function parseItem(item: CutItem): { object: JsonObject | null; problems: Problem[] } {
  if (item.fault === 'too-deep') {
    return {
      object: null,
      problems: [problem('json.too-deep', 'The object nests too deeply to be read.', null)],
    };
  }
  let problems = NO_PROBLEMS;
  if (!isUtf8(item.bytes)) {
    problems = addProblem(problems, 'json.invalid-utf8', 'The text holds bytes that are not UTF-8.', null);
  }
  let value: unknown;
  try {
    value = JSON.parse(item.bytes.toString('utf8'));
  } catch {
    return {
      object: null,
      problems: addProblem(problems, 'json.malformed', 'The text is not valid JSON.', null),
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      object: null,
      problems: addProblem(problems, 'json.not-an-object', 'The entry is not a JSON object.', null),
    };
  }
  return { object: value as JsonObject, problems };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export function problem(code: string, message: string, at: string | null): Problem {
  return { code, message, at };
}

export function addProblem(problems: Problem[], code: string, message: string, at: string | null): Problem[] {
  return [...problems, problem(code, message, at)];
}
