import type { Problem } from '../../../shared/records.ts';
import { TLP_MARKING_IDS } from '../../../shared/tlp.ts';
import { OBSERVABLES, ORDERED, REQUIRED_20, REQUIRED_21, TIMESTAMPS } from './stix-required.ts';
import { markingLevel } from './summary-links.ts';
import { type Fields, fieldsOf, list, own, quoted, text } from './summary-read.ts';
import { typeOfId } from './summary-words.ts';

/** RFC 3339 in UTC, as STIX wants it. Section 2.17. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** RFC 9562. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const present = (o: Fields, key: string) => {
  const value = own(o, key);
  return value !== undefined && value !== null && value !== '';
};
const pointer = (key: string) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * Light checks of a STIX 2.0 or 2.1 object, as warnings for the reader: none of them keeps a record from being reviewed or
 * handed over. Codes are `stix.…`. Never throws; not for the path of pulling.
 */
export function checkStix(object: unknown): Problem[] {
  const o = fieldsOf(object);
  if (o === null) return [{ code: 'stix.not-an-object', message: 'This is not a JSON object.', at: null }];
  return [...checkIdentity(o), ...checkRequired(o), ...checkTimes(o), ...checkReferences(o), ...checkTlp(o)];
}

function checkIdentity(o: Fields): Problem[] {
  const type = text(o, 'type');
  const id = text(o, 'id');
  const out: Problem[] = [];
  if (type === '') out.push({ code: 'stix.no-type', message: 'The object has no type.', at: '/type' });
  if (id === '') return [...out, { code: 'stix.no-id', message: 'The object has no id.', at: '/id' }];
  const prefix = typeOfId(id);
  if (type !== '' && prefix !== type) {
    out.push({
      code: 'stix.id-type',
      message: `The id starts with “${quoted(prefix, 60)}”, but the type is “${quoted(type, 60)}”.`,
      at: '/id',
    });
  }
  if (!UUID.test(id.slice(id.indexOf('--') + 2))) {
    out.push({ code: 'stix.id-uuid', message: 'The id does not end in a UUID in lower case.', at: '/id' });
  }
  return out;
}

function checkRequired(o: Fields): Problem[] {
  const type = text(o, 'type');
  const is21 = text(o, 'spec_version') === '2.1' || (OBSERVABLES.has(type) && type !== '');
  const required =
    Object.hasOwn(REQUIRED_20, type) && !is21
      ? REQUIRED_20[type]
      : Object.hasOwn(REQUIRED_21, type)
        ? REQUIRED_21[type]
        : [];
  const dates = OBSERVABLES.has(type)
    ? []
    : type === 'marking-definition'
      ? ['created']
      : ['created', 'modified'];
  const out: Problem[] = [...(required ?? []), ...dates]
    .filter((key) => !present(o, key))
    .map((key) => ({
      code: 'stix.required',
      message: `A ${quoted(type, 60) || 'STIX object'} needs “${key}”.`,
      at: pointer(key),
    }));
  for (const key of ['object_refs', 'labels']) {
    const value = own(o, key);
    if (Array.isArray(value) && value.length === 0) {
      out.push({ code: 'stix.empty-list', message: `“${key}” is an empty list.`, at: pointer(key) });
    }
  }
  const confidence = own(o, 'confidence');
  if (
    confidence !== undefined &&
    !(Number.isInteger(confidence) && Number(confidence) >= 0 && Number(confidence) <= 100)
  ) {
    out.push({
      code: 'stix.confidence',
      message: 'Confidence must be a whole number from 0 to 100.',
      at: '/confidence',
    });
  }
  return out;
}

function checkTimes(o: Fields): Problem[] {
  const out: Problem[] = [];
  const when = (key: string) => {
    const value = text(o, key);
    return TIMESTAMP.test(value) ? exactly(value) : null;
  };
  for (const key of TIMESTAMPS) {
    if (present(o, key) && when(key) === null) {
      out.push({
        code: 'stix.timestamp',
        message: `“${key}” is not an RFC 3339 timestamp in UTC: ${quoted(text(o, key), 60) || 'not a text'}.`,
        at: pointer(key),
      });
    }
  }
  for (const [earlier, later, strict] of ORDERED) {
    const [from, to] = [when(earlier), when(later)];
    if (from === null || to === null || to > from || (to === from && !strict)) continue;
    const relation = to === from ? 'the same as' : 'before';
    out.push({
      code: 'stix.time-order',
      message: `“${later}” is ${relation} “${earlier}”.`,
      at: pointer(later),
    });
  }
  return out;
}

/** A timestamp as a text that compares like the time, whatever its number of digits; null for a day that does not exist. */
function exactly(value: string): string | null {
  const whole = value.slice(0, 19);
  const at = Date.parse(`${whole}Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== whole) return null;
  return whole + value.slice(19, -1).replace(/^\./, '').padEnd(12, '0');
}

function checkReferences(o: Fields): Problem[] {
  const out: Problem[] = [];
  for (const [key, value] of Object.entries(o)) {
    const isList = key.endsWith('_refs');
    if (!isList && !key.endsWith('_ref')) continue;
    const ids = isList ? (Array.isArray(value) ? value : [value]) : [value];
    const broken = ids.find((id) => typeof id !== 'string' || typeOfId(id) === '');
    if (broken === undefined) continue;
    const shown = typeof broken === 'string' ? quoted(broken, 80) || 'an empty text' : 'not a text';
    out.push({
      code: 'stix.reference',
      message: `“${quoted(key, 60)}” holds what is no STIX id: ${shown}.`,
      at: pointer(key),
    });
  }
  return out;
}

function checkTlp(o: Fields): Problem[] {
  const out: Problem[] = [];
  if (text(o, 'definition_type') === 'tlp' && markingLevel(o) === null) {
    out.push({
      code: 'stix.unknown-tlp',
      message: 'This TLP marking has a level that neither TLP 1 nor TLP 2.0 knows.',
      at: '/definition/tlp',
    });
  }
  const levels = new Set(
    list(o, 'object_marking_refs').flatMap((id) =>
      Object.hasOwn(TLP_MARKING_IDS, id) ? [TLP_MARKING_IDS[id]] : [],
    ),
  );
  if (levels.size > 1) {
    out.push({
      code: 'stix.several-tlp',
      message: 'The object carries more than one TLP level; the strictest one counts.',
      at: '/object_marking_refs',
    });
  }
  return out;
}
