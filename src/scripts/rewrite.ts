import { quotedValue } from './directive.ts';
import { createHeader, type Header } from './header.ts';
import { createLineSplitter } from './lines.ts';

/**
 * The script with another value for an option. The directive in force is changed if its words give nothing else;
 * otherwise a line is added after the last `#SBATCH` of the first component. All other lines stay as they are.
 * @param value one line
 * @returns null if `#PBS` or `#BSUB` gives the option, which win against any `#SBATCH`
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
  const { line, piece } = given ?? { line: lastLine, piece: null };
  const own = lines[line - 1] ?? '';
  if (piece !== null) {
    lines[line - 1] = own.slice(0, piece.start) + directive + own.slice(piece.end);
    return lines.join('\n');
  }
  const ending = (lines[lastLine - 1] ?? '').endsWith('\r') ? '\r' : '';
  lines.splice(lastLine, 0, `#SBATCH ${directive}${ending}`);
  return lines.join('\n');
}

function readHeader(text: string): Header {
  const header = createHeader();
  const lines = createLineSplitter((line) => header.add(line));
  lines.write(Buffer.from(text));
  lines.end();
  return header.end();
}
