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
  return archive.test(name ?? '')
    ? 'I only take batch scripts. Unpack the archive and share the script.'
    : null;
}
