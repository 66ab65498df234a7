/**
 * How bad a finding is. 'impossible': the file itself cannot be submitted. 'refused': Slurm refuses an option, unless a
 * plugin of the cluster knows it. 'warning': Slurm accepts it, but probably not as it was meant.
 */
type Level = 'impossible' | 'refused' | 'warning';

/** One kind of problem in a script. */
export interface Finding {
  /** A short name of what it is (docs/slurm.md lists them); 'dos' is the one that can be converted away. */
  kind: string;
  level: Level;
  /** Line numbers from 1, the first ten; empty if it is about the whole file. */
  lines: number[];
  /** How many more lines there are. */
  more: number;
  /** The problem and its consequence. Plain text that may quote the script: escape it. */
  sentence: string;
}

const keptLines = 10;
const keptSentences = 3;
const levels: readonly Level[] = ['impossible', 'refused', 'warning'];
/** The order of warnings, the worst first. Other findings stay in the order in which they were found. */
const worst = [
  'cr',
  'interpreter',
  'parsable',
  'few tasks',
  'few nodes',
  'late',
  'swallowed',
  'backslash',
  'minutes',
  'megabytes',
  'lookalike',
  'foreign',
  'job name',
  'single dash',
  'smart quotes',
  'variable',
  'placeholder',
];

/** Collects findings, one per kind with its lines, in memory that does not grow with the script. */
export function createFindings() {
  const kinds = new Map<string, Finding & { sentences: Set<string>; unsaid: number }>();
  return {
    add(kind: string, level: Level, line: number | null, sentence: string): void {
      const found = kinds.get(kind) ?? {
        ...{ kind, level, lines: [], more: 0, sentence },
        ...{ sentences: new Set<string>(), unsaid: 0 },
      };
      kinds.set(kind, found);
      if (line !== null && found.lines.at(-1) !== line) {
        if (found.lines.length < keptLines) found.lines.push(line);
        else found.more += 1;
      }
      if (found.sentences.size < keptSentences) found.sentences.add(sentence);
      else if (!found.sentences.has(sentence)) found.unsaid += 1;
    },
    /** The worst first. */
    list(): Finding[] {
      const rank = ({ level, kind }: Finding) => {
        const place = worst.indexOf(kind);
        return levels.indexOf(level) * 100 + (level !== 'warning' || place === -1 ? 50 : place);
      };
      return [...kinds.values()]
        .toSorted((a, b) => rank(a) - rank(b))
        .map(({ kind, level, lines, more, sentences, unsaid }) => {
          const rest = unsaid === 0 ? [] : [`And ${unsaid} more like this.`];
          return { kind, level, lines, more, sentence: [...sentences, ...rest].join(' ') };
        });
    },
  };
}

export type Findings = ReturnType<typeof createFindings>;
