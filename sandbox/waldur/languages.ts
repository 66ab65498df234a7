import type { Answer } from './http-answer.ts';

export const languages = ['en', 'et'] as const;
export type Language = (typeof languages)[number];

/**
 * Sentences in Estonian. It is recorded that they are translated, but not their wording. What matters is that nobody
 * gets English sentences without asking for English.
 */
const estonian: readonly [RegExp, string][] = [
  [/^Invalid page\.$/, 'Vigane lehekülg.'],
  [/^No \w+ matches the given query\.$/, 'Ei leitud.'],
  [/^Not found\.$/, 'Ei leitud.'],
  [/^Authentication credentials were not provided\.$/, 'Autentimise andmed puuduvad.'],
  [/^Invalid token\.$/, 'Vigane luba.'],
  [/^Token has expired\.$/, 'Luba on aegunud.'],
  [/^User inactive or deleted\.$/, 'Kasutaja on mitteaktiivne või kustutatud.'],
  [/^You do not have permission to perform this action\.$/, 'Teil puudub selleks õigus.'],
  [/^Pull operation is not implemented\.$/, 'Seda toimingut ei ole.'],
  [/^This field is required\.$/, 'See väli on kohustuslik.'],
  [/^This field may not be (blank|null)\.$/, 'See väli ei tohi olla tühi.'],
  [/^Ensure this field has no more than (\d+) characters\.$/, 'Väljal on üle $1 märgi.'],
  [/^The submitted file is empty\.$/, 'Esitatud fail on tühi.'],
  [/^No file was submitted\.$/, 'Faili ei esitatud.'],
  [/^Invalid hyperlink - Object does not exist\.$/, 'Vigane viide - objekti ei ole.'],
];

/** The first language of Accept-Language that exists here, otherwise that of the server. */
export function wantedLanguage(header: string | undefined, server: Language): Language {
  const names = (header ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return languages.find((language) => names.find(isKnown) === language) ?? server;
}

function isKnown(name: string): boolean {
  return languages.some((language) => language === name);
}

/** A refusal of the API in its caller's language. Sentences without a translation stay English. */
export function inLanguage(answer: Answer, language: Language): Answer {
  const isRefusal = answer.status >= 400 && answer.headers['Content-Type'] === 'application/json';
  if (language === 'en' || !isRefusal || answer.body === null) return answer;
  const said: unknown = JSON.parse(answer.body.toString('utf8'));
  return {
    ...answer,
    headers: { ...answer.headers, 'Content-Language': language },
    body: Buffer.from(JSON.stringify(translated(said))),
  };
}

function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, translated(each)]));
  if (typeof value !== 'string') return value;
  const [pattern, text] = estonian.find(([each]) => each.test(value)) ?? [];
  return pattern === undefined || text === undefined ? value : value.replace(pattern, text);
}
