import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { addGauges } from '../../src/operator/gauges.ts';
import { createMetrics } from '../../src/operator/metrics.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

let db: Database;
/** Series that the bot has, by name, with the names of their labels. */
const series = new Map<string, string[]>();
beforeAll(async () => {
  db = await openDatabase(':memory:');
  const { registry } = createMetrics();
  addGauges({ registry, db, isConnected: () => true, now: () => new Date() });
  const described = z.array(
    z.object({ name: z.string(), type: z.string(), labelNames: z.array(z.string()).default([]) }),
  );
  for (const { name, type, labelNames } of described.parse(registry.getMetricsAsArray())) {
    if (type !== 'histogram') series.set(name, labelNames);
    else for (const part of PARTS) series.set(name + part, [...labelNames, 'le']);
  }
});
afterAll(() => db.destroy());

const PARTS = ['_bucket', '_sum', '_count'];
/** What Prometheus itself adds. */
const TARGET = ['instance', 'job'];

const alerts = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const dashboard = z.object({
  panels: z.array(
    z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) }),
  ),
  templating: z.object({ list: z.array(z.object({ query: z.unknown() })) }),
});

/** Every expression in ops/, with its place. */
function expressions(): [where: string, expression: string][] {
  const { groups } = alerts.parse(parse(read('ops/alerts.yml')));
  const { panels, templating } = dashboard.parse(JSON.parse(read('ops/dashboard.json')));
  return [
    ...groups.flatMap(({ rules }) =>
      rules.map(({ alert, expr }): [string, string] => [alert, expr]),
    ),
    ...panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }): [string, string] => [title, expr]),
    ),
    ...templating.list.map(({ query }): [string, string] => ['variables', JSON.stringify(query)]),
  ];
}

/** A series and the labels that are used with it: ours and those of Node's process. */
const SERIES = /\b((?:slurmbot|nodejs|process)_\w+)(?:\{([^}]*)\})?/g;

test('what the dashboard and the alerts ask for exists, with these labels', () => {
  const all = expressions().flatMap(([where, expression]) =>
    [...expression.matchAll(SERIES)].map(([, name = '', selector = '']) => ({
      where,
      name,
      labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
    })),
  );
  const wrong = all.filter(({ name, labels }) => {
    const known = series.get(name);
    return known === undefined || labels.some((label) => ![...known, ...TARGET].includes(label));
  });
  expect(all.length).toBeGreaterThan(25);
  expect(wrong).toEqual([]);
});

test('each metric of ours is shown on the dashboard', () => {
  const asked = expressions()
    .map(([, expression]) => expression)
    .join('\n');
  const ours = [...series.keys()].filter(
    (name) => name.startsWith('slurmbot_') && !/_(sum|count)$/.test(name),
  );
  expect(ours.filter((name) => !asked.includes(name))).toEqual([]);
});

test('names and units are as Prometheus wants them', () => {
  const ours = [...series.keys()].filter((name) => name.startsWith('slurmbot_'));
  // prometheus.io, "Metric and label naming": base units, and no other words for them.
  const wrong = ours.filter(
    (name) => !/^[a-z_]+$/.test(name) || /(_ms|millis|minutes|hours|_kb|_mb)(_|$)/.test(name),
  );
  expect(wrong).toEqual([]);
});

test('every alert is explained in docs/operations.md', () => {
  const { groups } = alerts.parse(parse(read('ops/alerts.yml')));
  const text = read('docs/operations.md');
  const names = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
  expect(names.filter((name) => !text.includes(name))).toEqual([]);
});
