import { Problem } from '../jobs/problem.ts';

/** What was shared is not a script, as its name or kind shows. Nothing went wrong, so the answer has no reference. */
export class NoScript extends Problem {}

/** What Slack says a file is. */
interface Described {
  name?: string | null | undefined;
  mode?: string | undefined;
  filetype?: string | undefined;
  mimetype?: string | undefined;
}

const pasteOrUpload = 'Paste the script as text or upload it as a file.';
/** Slack's own documents, by mode or file type. Their bytes are HTML. */
const documents = new Map([
  ['space', 'a post'],
  ['post', 'a post'],
  ['docs', 'a post'],
  ['email', 'an e-mail'],
  ['list', 'a list'],
  ['quip', 'a canvas'],
  ['canvas', 'a canvas'],
]);
const notebook = /\.(ipynb|rmd|qmd)$/i;
const archive = /\.(zip|tar|t?gz|tgz|bz2|tbz2?|xz|txz|zst|7z|rar)$/i;
const data =
  /\.([ct]sv|jsonl?|ya?ml|toml|xlsx?|docx?|pptx?|pdf|parquet|h5|hdf5|nc|np[yz]|pkl|png|jpe?g|gif|svg|webp|bmp|tiff?|mp[34]|mov|wav|fa|fasta|fq|fastq|[bs]am|vcf|bed)$/i;

/** True if the name of a file says that it is no script: nobody who shares it beside one means to submit it. */
export function isData(name: string): boolean {
  return [notebook, archive, data].some((kind) => kind.test(name));
}

/** Why a file cannot be a batch script, judging by what Slack says of it; null if only its bytes can tell. */
export function whyNoScript({
  name,
  mode = '',
  filetype = '',
  mimetype,
}: Described): string | null {
  const isDocument = mimetype === 'application/vnd.slack-docs' ? 'a canvas' : undefined;
  const document = documents.get(mode) ?? documents.get(filetype) ?? isDocument;
  if (document !== undefined) return `That is ${document}. ${pasteOrUpload}`;
  if (notebook.test(name ?? '')) {
    return 'I take batch scripts; this is a notebook. Share a script that runs it.';
  }
  if (data.test(name ?? '')) return 'I only take batch scripts.';
  return archive.test(name ?? '')
    ? 'I only take batch scripts. Unpack the archive and share the script.'
    : null;
}
