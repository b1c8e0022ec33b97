import { z } from "zod";
import * as contract from "../contract/index.ts";

/** Schemas that the document shows once, by name, wherever they are used: what the contract calls a result or a part. */
export const schemaNames = z.registry<{ id: string }>();

for (const [name, schema] of Object.entries(contract).sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (!(schema instanceof z.ZodType)) continue;
  const part = /^(\w)(\w*?)(?:Schema)?$/.exec(name);
  if (part === null || !/(Result|Schema|Summary|Line)$/.test(name)) continue;
  schemaNames.add(schema, { id: `${part[1]?.toUpperCase()}${part[2]}` });
}
