import { createHash, randomUUID } from 'node:crypto';

/** A new uuid as Waldur writes them: 32 hex digits without dashes. */
export function newUuid(): string {
  return randomUUID().replaceAll('-', '');
}

/** A uuid that depends only on the text, so that a seed's ids are known beforehand. */
export function uuidOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A token that is visibly not real: the bytes of the name, repeated to 40 hex digits. */
export function fakeToken(name: string): string {
  return Buffer.from(name).toString('hex').repeat(40).slice(0, 40);
}

/** A uuid from a path as Waldur accepts it, dashed or in capitals too; null if it is none. */
export function readUuid(text: string): string | null {
  const plain = text.toLowerCase().replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(plain) ? plain : null;
}

/** A time as Django writes it: with microseconds, and without a fraction if that is zero. */
export function isoTime(microseconds: number): string {
  const fraction = microseconds % 1_000_000;
  const seconds = new Date((microseconds - fraction) / 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}

interface Named {
  uuid: string;
  name: string;
}

/** The uuid of the item with this name or uuid. Throws if there is none. */
export function uuidOfName(items: Named[], name: string): string {
  const item = items.find((each) => each.name === name || each.uuid === name);
  if (!item) throw new Error(`no such project, organisation or cluster: ${name}`);
  return item.uuid;
}

export function nameOf(items: Named[], uuid: string): string {
  return items.find((each) => each.uuid === uuid)?.name ?? uuid;
}
