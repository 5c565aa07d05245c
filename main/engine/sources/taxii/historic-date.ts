import { SluiceError } from '../../../../shared/errors.ts';

const CAUSE = 'historic_date_utc is mentioned in the wrong date time format.';
const REMEDY = 'Write the historic_date_utc in correct format. For ex. 2022-11-15T14:32:33Z';

/**
 * The seed's three checks of `historic_date_utc` (seed 003, InitVariableError 1, 2, 3). null and undefined mean "from the start".
 * @param value as read from YAML or a form; YAML turns an unquoted timestamp into a Date, which is accepted
 * @param now epoch ms
 */
export function checkHistoricDate(value: unknown, now: number): SluiceError | null {
  if (value === null || value === undefined) return null;
  const text = value instanceof Date ? dateText(value) : value;
  if (typeof text !== 'string' || text.trim() === '') {
    return initVariableError(1, 'Invalid value is provided for the historic_date.', CAUSE, REMEDY);
  }
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes 31 February for 3 March: the text must come back as it went in.
  if (Number.isNaN(ms) || `${new Date(ms).toISOString().slice(0, 19)}Z` !== text) {
    return initVariableError(2, 'Time format for historic date must be "%Y-%m-%dT%H:%M:%SZ"', CAUSE, REMEDY);
  }
  if (ms > now) {
    return initVariableError(
      3,
      'historic datetime cannot be greater than the present UTC time',
      'The historic datetime mentioned is of the future.',
      'The value of historic datetime should always be lesser than current datetime',
    );
  }
  return null;
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : `${date.toISOString().slice(0, 19)}Z`;
}

function initVariableError(id: number, message: string, cause: string, remedy: string): SluiceError {
  return new SluiceError({
    code: 'taxii.historic-date',
    type: 'InitVariableError',
    id,
    message,
    cause,
    remedy,
  });
}
