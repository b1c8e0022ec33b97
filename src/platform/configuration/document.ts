import { z } from "zod";
import { parseDocument } from "../documents/index.ts";
import { SETTING_KEYS, settingOf, type SettingKey } from "./settings.ts";

type Tree = { [name: string]: Tree | z.ZodType };

/** The key under which the file names the file that holds a secret: `database.urlFile` for `database.url`. */
export function fileKeyOf(key: SettingKey): string {
  return `${key}File`;
}

const inFile = SETTING_KEYS.filter((key) => settingOf(key).inFile);

function schemaOf(): z.ZodType<Record<string, unknown>> {
  const tree: Tree = { version: z.literal(1) };
  for (const key of inFile) {
    const { kind, secret, about, fallback } = settingOf(key);
    const steps = (secret ? fileKeyOf(key) : key).split(".");
    const leaf = steps.pop() ?? key;
    let at: Tree = tree;
    for (const step of steps) at = (at[step] ??= {}) as Tree;
    const said = fallback === undefined ? about : `${about}; default: ${shown(fallback)}`;
    at[leaf] = secret
      ? z.string().min(1).max(1_000).optional().describe(`file that holds nothing but this: ${about}`)
      : kind.schema.optional().describe(said);
  }
  return strict(tree).describe("Portolan server configuration") as z.ZodType<Record<string, unknown>>;
}

function strict(tree: Tree): z.ZodType {
  return z.strictObject(
    Object.fromEntries(
      Object.entries(tree).map(([name, node]) => [
        name,
        node instanceof z.ZodType ? node : (strict(node).optional() as z.ZodType),
      ]),
    ),
  );
}

const documentSchema = schemaOf();

/**
 * The settings in the configuration file, by key; a secret by the path of the file that holds it.
 *
 * @throws Fault `config-invalid` with every problem found, each with file:line:column and its remedy
 */
export function readConfigurationDocument(source: string, file: string): Map<SettingKey, unknown> {
  const document = parseDocument(source, file, documentSchema);
  const found = new Map<SettingKey, unknown>();
  for (const key of inFile) {
    let value: unknown = document;
    for (const step of (settingOf(key).secret ? fileKeyOf(key) : key).split(".")) {
      value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined;
    }
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

/** JSON Schema (draft 2020-12) of the configuration file, for editors. */
export function configurationJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(documentSchema, { io: "input", unrepresentable: "any" });
  return { $schema, $id: "urn:portolan:schema:server:1", title: "portolan.server.yaml", ...schema };
}

/** A default as a person would write it. */
export function shown(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  return String(value);
}
