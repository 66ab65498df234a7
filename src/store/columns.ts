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

/** How a database stores values for which it may have no type. Each dialect has its own codec. */
export interface Codec {
  /**
   * The parameter that stands for a value: a Date, a boolean, an object, an array, or a type that every database has.
   */
  toColumn(value: unknown): unknown;
  /** The value that a column of this kind stands for. It is never called with null. */
  fromColumn(column: unknown, kind: 'date' | 'boolean' | 'json'): unknown;
}

/**
 * Translates the names and values of columns into those of the code and back, so that queries are written with `dueAt`
 * and a Date. Rows are parsed with the schema of their table. A name that no table of the query has, such as that of a
 * count, is passed through.
 */
export class Columns extends CamelCasePlugin {
  readonly #tables = new WeakMap<object, string[]>();
  /** By tables and columns. Each kind of query gets its reader once, because zod compiles its schemas. */
  readonly #readers = new Map<string, (row: UnknownRow) => UnknownRow>();
  readonly #codec: Codec;

  constructor(codec: Codec) {
    super();
    this.#codec = codec;
  }

  override transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    this.#tables.set(args.queryId, tablesIn(args.node));
    return super.transformQuery(args);
  }

  override async transformResult({
    queryId,
    result,
  }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const [first] = result.rows;
    if (first === undefined) return result;
    const read = this.#readerOf(this.#tables.get(queryId) ?? [], Object.keys(first));
    return { ...result, rows: result.rows.map(read) };
  }

  #readerOf(names: string[], columns: string[]) {
    const key = `${names} ${columns}`;
    const read = this.#readers.get(key) ?? this.#makeReader(names, columns);
    this.#readers.set(key, read);
    return read;
  }

  #makeReader(names: string[], columns: string[]): (row: UnknownRow) => UnknownRow {
    const fields = columns.map((column) => {
      const name = this.camelCase(column);
      const type = names.flatMap((table) => shapes.get(table)?.[name] ?? []).at(0) ?? z.unknown();
      return { column, name, type, kind: kindOf(type) };
    });
    const schema = z.object(Object.fromEntries(fields.map(({ name, type }) => [name, type])));
    return (row) => {
      const values: UnknownRow = {};
      for (const { column, name, kind } of fields) {
        const value = row[column];
        const isPlain = kind === null || value === null;
        values[name] = isPlain ? value : this.#codec.fromColumn(value, kind);
      }
      return schema.parse(values);
    };
  }
}

const shapes: ReadonlyMap<string, Record<string, z.ZodType>> = new Map(
  Object.entries(tables).map(([name, { shape }]) => [name, shape]),
);

type Kind = Parameters<Codec['fromColumn']>[1];

function kindOf(type: z.core.$ZodType): Kind | null {
  if (type instanceof z.ZodNullable) return kindOf(type.unwrap());
  if (type instanceof z.ZodDate) return 'date';
  if (type instanceof z.ZodBoolean) return 'boolean';
  return type instanceof z.ZodObject || type instanceof z.ZodArray ? 'json' : null;
}

/** The tables that a query names, its main table first. */
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
