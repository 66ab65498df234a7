import { judge } from './rules.ts';

/** `<account>`, `{{ name }}`, `{NAME}`, `[job_name]`, `YOUR_ACCOUNT`. */
const placeholder =
  /<[A-Za-z][\w .:-]*>|\{\{|(?<!\$)\{[A-Za-z_][\w .-]*\}|^\[[A-Za-z][\w -]*\]$|\bYOUR_[A-Z]|^your_[a-z]+$/;

/** True if a value looks like a template's placeholder that nobody filled in. */
export function isPlaceholder(value: string): boolean {
  return placeholder.test(value);
}

const invisible = /[\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]/gu;

/** True if a value contains invisible characters. */
export function hasInvisible(value: string): boolean {
  return value.search(invisible) !== -1;
}

/** The value that was most likely meant by one that Slurm refuses; null if there is no good guess. */
export function likelyValue(name: string, value: string): string | null {
  const plain = value
    .replace(invisible, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u2018-\u201f\u00ab\u00bb]/g, '')
    .replace(/^=/, '')
    .replace(/[;,]{1,9}$/, '')
    .trim();
  const candidates = [plain, ...asTime(plain), ...asMemory(plain), ...asArray(plain)];
  if (name === 'nodes') candidates.push(plain.split(':')[0] ?? '');
  const fitting = candidates.find((each) => each !== '' && judge(name, each).verdict === 'taken');
  return fitting === value ? null : (fitting ?? null);
}

const hour = 3600;
const seconds: Record<string, number> = { s: 1, m: 60, h: hour, d: 24 * hour };

const aDuration = /(\d{1,9})\s?([dhms])[a-z]{0,9}/gi;

/** `2h`, `10 min`, `1d12h`. */
function asTime(text: string): string[] {
  const parts = [...text.matchAll(aDuration)];
  if (parts.length === 0 || text.replace(aDuration, '').trim() !== '') return [];
  const total = parts.reduce((sum, [, count = '', unit = '']) => {
    return sum + Number(count) * (seconds[unit.toLowerCase()] ?? 0);
  }, 0);
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  return [`${Math.floor(total / hour)}:${two((total % hour) / 60)}:${two(total % 60)}`];
}

/** `1.5G`, `16GiB`, `16 GB`. */
function asMemory(text: string): string[] {
  const [, whole = '', fraction, unit = ''] =
    /^(\d+)(?:\.(\d+))?\s*([kmgt])i?b?s?$/i.exec(text) ?? [];
  if (whole === '') return [];
  if (fraction === undefined) return [`${whole}${unit.toUpperCase()}`];
  const smaller: Record<string, string> = { m: 'K', g: 'M', t: 'G' };
  const below = smaller[unit.toLowerCase()];
  const amount = Math.round(Number(`${whole}.${fraction}`) * 1024);
  return below === undefined ? [] : [`${amount}${below}`];
}

/** `10-1`, `1..10`, `1;2`. */
function asArray(text: string): string[] {
  const dashed = text.replace(/\.\.+|:(?=\d+$)/g, '-').replaceAll(';', ',');
  const [, first, last] = /^(\d+)-(\d+)$/.exec(dashed) ?? [];
  return first === undefined ? [dashed] : [dashed, `${last}-${first}`];
}
