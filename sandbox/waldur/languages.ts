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
  [/^Valid states for operation: (.+)\.$/, 'Toiminguks sobivad olekud: $1.'],
  [/^Resource does not have backend ID\.$/, 'Ressursil ei ole taustatunnust.'],
  [/^Method "(\w+)" not allowed\.$/, 'Meetod "$1" pole lubatud.'],
  [/^Unable to impersonate user which .+$/, 'Seda kasutajat ei saa kehastada.'],
  [/^This field is required\.$/, 'See väli on kohustuslik.'],
  [/^This field may not be (blank|null)\.$/, 'See väli ei tohi olla tühi.'],
  [/^Ensure this field has no more than (\d+) characters\.$/, 'Väljal on üle $1 märgi.'],
  [/^The submitted file is empty\.$/, 'Esitatud fail on tühi.'],
  [/^No file was submitted\.$/, 'Faili ei esitatud.'],
  [/^Invalid hyperlink - Object does not exist\.$/, 'Vigane viide - objekti ei ole.'],
];

/** The language that Accept-Language wants most of those that there are (Django's rule), else that of the server. */
export function wantedLanguage(header: string | undefined, server: Language): Language {
  const wanted = (header ?? '').split(',').map((part) => {
    const [tag = '', quality] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/);
    return { name: tag.split('-')[0], quality: Number(quality ?? 1) };
  });
  const [first] = wanted
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .flatMap(({ name }) => languages.find((language) => language === name) ?? []);
  return first ?? server;
}

/** An answer in the language that its caller wants; a sentence that has no translation stays English. */
export function inLanguage(given: Answer, language: Language): Answer {
  const headers: Answer['headers'] = { ...given.headers, 'Content-Language': language };
  const answer = { ...given, headers };
  const isRefusal = answer.status >= 400 && answer.headers['Content-Type'] === 'application/json';
  if (language === 'en' || !isRefusal || answer.body === null) return answer;
  const said: unknown = JSON.parse(answer.body.toString('utf8'));
  return {
    ...answer,
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
