/** The columns of each table that generated/schema.sql makes. */
export function tablesOfSchema(sql: string): Map<string, string[]> {
  return new Map(
    [...sql.matchAll(/^CREATE TABLE (\w+) \(\n(.*?)\n\);/gms)].map(([, table = "", body = ""]) => [
      table,
      [...body.matchAll(/^ {2}"?([a-z_0-9]+)"? /gm)].map(([, column = ""]) => column),
    ]),
  );
}
