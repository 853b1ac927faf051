/** The TimeZone setting: IANA names in any case, offsets, and POSIX zone strings. */
import { SqlError } from '../../errors/sql-error.ts';

let zonesByLowerCase: Map<string, string> | undefined;

function knownZones(): Map<string, string> {
  zonesByLowerCase ??= new Map(
    [...Intl.supportedValuesOf('timeZone'), 'UTC', 'GMT', 'Etc/UTC', 'Etc/GMT'].map((zone) => [
      zone.toLowerCase(),
      zone,
    ]),
  );
  return zonesByLowerCase;
}

/** The name as SHOW prints it. Errors: 22023. */
export function canonicalTimeZone(value: string): string {
  const known = knownZones().get(value.toLowerCase());
  if (known !== undefined) return known;
  if (/^[+-]?\d{1,2}(?:\.\d+)?$/.test(value)) return hourOffset(Number(value));
  if (/^<[+-]\d{2}(?::?\d{2})?>[+-]\d{1,2}(?::\d{2})?$/.test(value)) return value;
  if (/^[A-Za-z]{3,}[+-]?\d{1,2}(?::\d{2})?(?:[A-Za-z]{3,}.*)?$/.test(value)) return value;
  if (/^[+-]?\d{1,2}:\d{2}$/.test(value)) return value;
  if (isIntlZone(value)) return value;
  throw new SqlError(
    'invalid_parameter_value',
    `invalid value for parameter "TimeZone": "${value}"`,
  );
}

/** `SET TimeZone = 2` is two hours east; PostgreSQL shows it as a POSIX zone. */
function hourOffset(hours: number): string {
  const minutes = Math.round(Math.abs(hours) * 60);
  const hh = String(Math.floor(minutes / 60)).padStart(2, '0');
  const mm = minutes % 60 === 0 ? '' : `:${String(minutes % 60).padStart(2, '0')}`;
  const east = hours < 0 ? '-' : '+';
  const west = hours < 0 ? '+' : '-';
  return `<${east}${hh}${mm}>${west}${hh}${mm}`;
}

function isIntlZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
