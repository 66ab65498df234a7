import type { Generated } from 'kysely';
import type { z } from 'zod';
import { seenRows, transitions, watches } from './schema-jobs.ts';
import { accounts, audit, homes, inbox, scripts, submissions } from './schema-people.ts';

/**
 * The tables, column by column, in the words of the code: `cardDue` here is `card_due` in the migrations. Every row
 * that is read is parsed with this (columns.ts). A dialect's codec says how it stores dates, booleans and structures
 * (sqlite.ts). A column `…Sending` is true from just before a post is sent to Slack until its fate is known: after a
 * kill, it means that the message may be there (slack/post.ts).
 */
export const tables = {
  inbox,
  accounts,
  scripts,
  submissions,
  watches,
  transitions,
  audit,
  seenRows,
  homes,
};

/** A row of a table as it is read. */
export type Row<Name extends keyof typeof tables> = z.output<(typeof tables)[Name]>;

/** The tables for Kysely. Columns that the database fills in may be left out of a new row. */
export interface Tables {
  inbox: Row<'inbox'>;
  accounts: Row<'accounts'>;
  scripts: Filled<Row<'scripts'>, 'id' | 'keptSince' | 'promptChanges' | 'dismissed' | 'gone'>;
  submissions: Filled<Row<'submissions'>, 'slurmName' | 'output'>;
  watches: Filled<Row<'watches'>, 'id' | 'paused' | 'silentRuns' | 'silentAt'>;
  transitions: Filled<Row<'transitions'>, 'id'>;
  audit: Row<'audit'>;
  seenRows: Row<'seenRows'>;
  homes: Row<'homes'>;
}

type Filled<T, Key extends keyof T> = Omit<T, Key> & { [K in Key]: Generated<T[K]> };
