import type { Json } from './types.ts';

type LedgerEntry = { seq: number; at: string; kind: string } & Json;

/** An append-only record of everything that happened. `seq` counts from 1; `at` is an ISO time. */
export type Ledger = {
  add(kind: string, facts: Json): LedgerEntry;
  after(seq: number): LedgerEntry[];
  clear(): void;
};

/** Makes an empty ledger; `log` gets one human-readable line for each entry. */
export function createLedger(log?: (line: string) => void): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    add(kind, facts) {
      const at = new Date().toISOString();
      const entry = { ...structuredClone(facts), seq: entries.length + 1, at, kind };
      entries.push(entry);
      if (log !== undefined) log(ledgerLine(entry));
      return entry;
    },
    after: (seq) => entries.slice(Math.max(0, seq)),
    clear() {
      entries.length = 0;
    },
  };
}

const DETAILS = [
  ...['method', 'type', 'what', 'act', 'change', 'outcome', 'ackMs', 'user', 'to', 'channel', 'ts'],
  ...['thread_ts', 'label', 'name', 'title', 'callback_id', 'reason', 'refused', 'error', 'status'],
  ...['fault', 'text'],
];

/** One line for a person to read: time, kind and the facts that matter. */
function ledgerLine(entry: LedgerEntry): string {
  const details = DETAILS.flatMap((key) => {
    const value = entry[key];
    if (value === undefined || value === null || value === '') return [];
    return [`${key}=${shorten(String(value))}`];
  });
  return `${entry.at.slice(11, 23)} ${entry.kind.padEnd(12)} ${details.join(' ')}`;
}

const shorten = (text: string): string => {
  const line = text.replaceAll('\n', ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};
