import { isUtf8 } from 'node:buffer';

/** How many bytes are searched for a `#!`, a byte order mark, or a web page after blank space. */
const startBytes = 512;

/** The reasons in a script's bytes for which Slurm or FirecREST refuses it on every cluster. */
export function contentRefusals(
  script: Uint8Array,
  maxBytes: number,
): { kind: string; sentence: string }[] {
  const bytes = Buffer.from(script.buffer, script.byteOffset, script.length);
  const size = bytes.length;
  const kinds = refused({
    start: bytes.subarray(0, startBytes),
    size,
    blank: bytes.every(isSpace),
    nul: bytes.includes(0),
    utf8: isUtf8(bytes),
    dos: bytes.includes('\r\n'),
  });
  const all = size > maxBytes ? ['too large', ...kinds] : kinds;
  return all.map((kind) => ({ kind, sentence: sentence(kind, size, maxBytes) }));
}

interface Content {
  start: Buffer;
  size: number;
  blank: boolean;
  nul: boolean;
  utf8: boolean;
  dos: boolean;
}

/** The kinds of refusals. One that explains the others stands alone: a web page has no `#!` either. */
function refused({ start, size, blank, nul, utf8, dos }: Content): string[] {
  if (size === 0) return ['empty'];
  if (blank) return ['blank'];
  const text = start.toString('latin1');
  if (/^(\xff\xfe|\xfe\xff)/.test(text)) return ['utf-16'];
  const first = beginning(text);
  if (first === 'shebang' && /^(\xef\xbb\xbf)?\s*<(!doctype html|html)\b/i.test(text))
    return ['html'];
  if (first !== null && (nul || !utf8)) return ['binary'];
  return [
    ...(first === null ? [] : [first]),
    ...(nul ? ['nul'] : []),
    ...(utf8 ? [] : ['not utf-8']),
    ...(dos ? ['dos'] : []),
  ];
}

function beginning(text: string): string | null {
  if (text.startsWith('#!')) return null;
  if (/^\xef\xbb\xbf\s*#!/.test(text)) return 'bom';
  return /^\s+#!/.test(text) ? 'space' : 'shebang';
}

const sentences: Record<string, string> = {
  empty: 'The file is empty.',
  blank: 'The file has nothing but blank space in it.',
  'utf-16': 'The file is UTF-16 text, which Slurm cannot read. Save it as UTF-8.',
  html: 'This is a web page, not a script. Where it came from, look for the raw file.',
  binary: 'This is not a text file, so it is no batch script.',
  bom: 'An invisible byte order mark stands before #!, so Slurm does not see it. Save the script as UTF-8 without BOM.',
  space: 'There is blank space before #!. These must be the first two characters of the script.',
  shebang:
    'The first line must start with #! and the path of an interpreter, for instance #!/bin/bash.',
  nul: 'There is a NUL character in the script, which Slurm refuses.',
  'not utf-8':
    'The script is not UTF-8 text, which the cluster’s interface cannot take. Save it as UTF-8.',
  dos: 'The script has DOS line endings (CR LF), which Slurm refuses.',
};

function sentence(kind: string, size: number, maxBytes: number): string {
  const bytes = (count: number) => count.toLocaleString('en-US');
  return (
    sentences[kind] ?? `The file has ${bytes(size)} bytes; at most ${bytes(maxBytes)} are taken.`
  );
}

/** As C's isspace: tab, newline, vertical tab, form feed, carriage return, space. */
function isSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
