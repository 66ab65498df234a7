import {
  CamelCasePlugin,
  OperationNodeTransformer,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type TableNode,
  type UnknownRow,
} from 'kysely';
import { z } from 'zod';
import { tables } from './schema.ts';

/** How a database holds what it may have no type for; each dialect has one. */
export interface Codec {
  /** What is bound for a value of the code: a Date, a boolean, an object, an array or what every database knows. */
  toColumn(value: unknown): unknown;
  /** What was bound for a value of that kind; never called with null. */
  fromColumn(column: unknown, kind: 'date' | 'boolean' | 'json'): unknown;
}

/**
 * Turns names and values of columns into those of the code, and back: queries are written with `dueAt` and a Date. What
 * is read from a table is parsed with its schema; a name that no table of the query has, such as a count's, stays as it is.
 */
export class Columns extends CamelCasePlugin {
  readonly #tables = new WeakMap<object, string[]>();
  readonly #codec: Codec;

  constructor(codec: Codec) {
    super({ maintainNestedObjectKeys: true });
    this.#codec = codec;
  }

  override transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    this.#tables.set(args.queryId, tablesIn(args.node));
    return super.transformQuery(args);
  }

  override async transformResult(
    args: PluginTransformResultArgs,
  ): Promise<QueryResult<UnknownRow>> {
    const result = await super.transformResult(args);
    const names = this.#tables.get(args.queryId) ?? [];
    return { ...result, rows: result.rows.map((row) => this.#parseRow(names, row)) };
  }

  #parseRow(names: string[], row: UnknownRow): UnknownRow {
    const entries = Object.entries(row).map(([name, column]) => {
      const schema = names.flatMap((table) => schemas.get(`${table}.${name}`) ?? [])[0];
      return [name, schema === undefined ? column : this.#parse(schema, column)];
    });
    return Object.fromEntries(entries);
  }

  #parse({ path, type, kind }: ColumnSchema, column: unknown): unknown {
    const isPlain = column === null || kind === null;
    const { data, error } = type.safeParse(isPlain ? column : this.#codec.fromColumn(column, kind));
    if (error)
      throw new Error(`${path} is not what it should be in the database`, { cause: error });
    return data;
  }
}

interface ColumnSchema {
  path: string;
  type: z.core.$ZodType & z.ZodType;
  kind: Parameters<Codec['fromColumn']>[1] | null;
}

const schemas: ReadonlyMap<string, ColumnSchema> = new Map(
  Object.entries(tables).flatMap(([table, { shape }]) =>
    Object.entries<z.ZodType>(shape).map(([name, type]) => {
      const path = `${table}.${name}`;
      return [path, { path, type, kind: kindOf(type) }] as const;
    }),
  ),
);

function kindOf(type: z.core.$ZodType): ColumnSchema['kind'] {
  if (type instanceof z.ZodNullable) return kindOf(type.unwrap());
  if (type instanceof z.ZodDate) return 'date';
  if (type instanceof z.ZodBoolean) return 'boolean';
  return type instanceof z.ZodObject || type instanceof z.ZodArray ? 'json' : null;
}

/** The tables that a query names, the one that it is about first. */
function tablesIn(node: RootOperationNode): string[] {
  const visitor = new TableVisitor();
  visitor.transformNode(node);
  return visitor.tables;
}

class TableVisitor extends OperationNodeTransformer {
  readonly tables: string[] = [];

  protected override transformTable(node: TableNode): TableNode {
    this.tables.push(node.table.identifier.name);
    return node;
  }
}
