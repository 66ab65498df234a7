/** Writes every sample view as JSON, for `npm run pictures`: `node test/views/write.ts FILE`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { homes, messages, modals, plainForeign } from './samples.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Which file?');
const foreign = {
  ...plainForeign,
  owner: 'Ana Tamm',
  login: 'ana',
  email: 'ana@lab.example',
  project: 'bio',
  cluster: 'Rocket',
  allocation: 'bio-gpu',
  command: 'srun ./evaluate',
  partition: 'gpu',
  gpu: 'a100',
  output: 'slurm-48213.out',
};
/** A page of blocks, like a message without a text. */
const homePages = Object.fromEntries(
  Object.entries(homes(foreign)).map(([name, { blocks }]) => [name, { text: '', blocks }]),
);
const gallery = {
  now: '2026-11-24T15:00:00Z',
  messages: { ...messages(foreign), ...homePages },
  views: modals(foreign),
};
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, JSON.stringify(gallery));
