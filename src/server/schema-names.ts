import { z } from "zod";
import * as contract from "../contract/index.ts";

/** Schemas that the document defines once and refers to by name: the contract's results and their named parts. */
export const schemaNames = z.registry<{ id: string }>();

for (const [name, schema] of Object.entries(contract).sort(([a], [b]) => (a < b ? -1 : 1))) {
  if (!(schema instanceof z.ZodType)) continue;
  const part = /^(\w)(\w*?)(?:Schema)?$/.exec(name);
  if (part === null || !/(Result|Schema|Summary|Line)$/.test(name)) continue;
  schemaNames.add(schema, { id: `${part[1]?.toUpperCase()}${part[2]}` });
}
