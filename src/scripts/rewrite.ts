import { quotedValue } from './directive.ts';
import { createHeader, type Header } from './header.ts';
import { linesOf } from './lines.ts';

/**
 * The script with another value for an option. The directive in force is changed if its words give nothing else;
 * otherwise a line is added after the last `#SBATCH` of the first component. All other bytes stay as they are.
 * @param value one line
 * @returns null if no `#SBATCH` can change the option: `#PBS` or `#BSUB` gives it, which takes precedence; or Slurm
 * refuses the directives before it comes to a new line
 */
export function withOption(
  text: string,
  name: 'mem' | 'mem-per-cpu' | 'mem-per-gpu' | 'time' | 'job-name' | 'dependency',
  value: string,
): string | null {
  const { components, lastLine } = readHeader(text);
  const given = components[0]?.get(name);
  if (given?.foreign === true) return null;
  const directive = `--${name}=${quotedValue(value)}`;
  const lines = text.split('\n');
  const own = lines[(given?.line ?? 1) - 1] ?? '';
  if (given !== undefined && given.piece !== null) {
    const { start, end } = given.piece;
    lines[given.line - 1] = own.slice(0, start) + directive + own.slice(end);
    return lines.join('\n');
  }
  const dos = lines[0]?.endsWith('\r') ? '\r' : '';
  // A last line without a line ending gets one, and the new last line has none.
  const isOpen = lastLine === lines.length;
  if (isOpen) lines[lastLine - 1] += dos;
  lines.splice(lastLine, 0, `#SBATCH ${directive}${isOpen ? '' : dos}`);
  const changed = lines.join('\n');
  return readHeader(changed).components[0]?.get(name)?.value === value ? changed : null;
}

function readHeader(text: string): Header {
  const header = createHeader();
  for (const line of linesOf(Buffer.from(text))) header.add(line);
  return header.end();
}
