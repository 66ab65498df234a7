import type { Finding } from './script.ts';

const kept = 20;

/** Collects findings: the first twenty, and how many more there were. */
export function createFindings() {
  const findings: Finding[] = [];
  let more = 0;
  return {
    add(kind: string, line: number | null, sentence: string): void {
      if (findings.length < kept) findings.push({ kind, line, sentence });
      else more += 1;
    },
    list(): Finding[] {
      if (more === 0) return findings;
      const sentence = `There are ${more} more things like these, which are not shown.`;
      return [...findings, { kind: 'more', line: null, sentence }];
    },
  };
}
