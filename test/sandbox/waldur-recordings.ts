import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Upload = z.object({ filename: z.string(), type: z.string(), text: z.string() });
const RequestBody = z.union([
  z.strictObject({ raw: z.string() }),
  z.strictObject({
    form: z.record(z.string(), z.string()),
    files: z.record(z.string(), Upload),
  }),
  z.record(z.string(), z.unknown()),
  z.null(),
]);

const Exchange = z.object({
  name: z.string(),
  request: z.object({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    path: z.string(),
    headers: z.record(z.string(), z.string()),
    body: RequestBody,
  }),
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()),
    body: z.unknown(),
  }),
});

/** One recorded exchange of a real Waldur. */
export type Exchange = z.infer<typeof Exchange>;

const FOLDER = new URL('../fixtures/waldur/', import.meta.url);

/** All recorded exchanges by name; `rename` sees the text of each request and answer first. */
export function readRecordings(rename: (text: string) => string): Map<string, Exchange> {
  const exchanges = readdirSync(FOLDER).flatMap((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    return z.array(Exchange).parse(JSON.parse(text));
  });
  const renamed = exchanges.map(({ name, ...rest }) => {
    const text: unknown = JSON.parse(rename(JSON.stringify(rest)));
    return Exchange.parse({ name, ...(typeof text === 'object' ? text : {}) });
  });
  return new Map(renamed.map((exchange) => [exchange.name, exchange]));
}

/** Other names for the same people, projects and clusters. */
const OTHER_NAMES: [RegExp, string][] = [
  [/\bada\b/g, 'zora'],
  [/\bAda\b/g, 'Zora'],
  [/\bADA\b/g, 'ZORA'],
  [/\bLovelace\b/g, 'Quill'],
  [/\bbob\b/g, 'ivan'],
  [/\bBOB\b/g, 'IVAN'],
  [/\bstan\b/g, 'petra'],
  [/\bSTAN\b/g, 'PETRA'],
  [/example\.org\b/g, 'uni.test'],
  [/waldur\.uni\.test/g, 'waldur.example.org'],
  [/login\.uni\.test/g, 'login.example.org'],
  [/\bClimate models\b/g, 'Soil physics'],
  [/\bGenomics\b/g, 'Old maps'],
  [/\bExample cluster\b/g, 'Big iron'],
  [/\bCluster without FirecREST\b/g, 'Cellar'],
  [/\bUniversity of Example\b/g, 'Institute of Tests'],
  [/\bÜniversity\b/g, 'Înstitute'],
  [/\bUEX\b/g, 'IOT'],
  [/\bclimate\b/g, 'soil'],
  [/\bgenomics-2026\b/g, 'maps-2027'],
];

const UUID = /\b(?!0{32})[0-9a-f]{32}\b/g;
const DASHED = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const CAPITAL = /\b(?=[0-9A-F]*[A-F])[0-9A-F]{32}\b/g;

/** The same recordings (or seed) as another university would have made them. */
export function renameAll(text: string): string {
  const named = OTHER_NAMES.reduce((all, [from, to]) => all.replace(from, to), text);
  return named
    .replace(DASHED, (uuid) => dashed(otherUuid(uuid.replaceAll('-', ''))))
    .replace(CAPITAL, (uuid) => otherUuid(uuid.toLowerCase()).toUpperCase())
    .replace(UUID, otherUuid);
}

function otherUuid(uuid: string): string {
  return createHash('md5').update(uuid).digest('hex');
}

function dashed(uuid: string): string {
  return uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
