import { z } from "zod";
import { isPrintable, type LongDocument } from "../../platform/documents/index.ts";
import { LARGEST_BASELINE, parseInstant, TRANSPORTS, type AuthorizedPort, type Selector } from "../../model/index.ts";
import { parseTarget } from "../../scope/index.ts";

const LONGEST_NAME = 200;
const LONGEST_TEXT = 2_000;

/** Room for every field of every entry. */
export const BASELINE_DOCUMENT: LongDocument = {
  limits: { length: LARGEST_BASELINE.bytes, values: 20 * LARGEST_BASELINE.entries },
  list: { key: "authorizedPorts", most: LARGEST_BASELINE.entries },
};

const PRINTABLE = {
  message: "control or invisible characters",
  params: { fix: "type the text again instead of pasting it" },
};

/** Text on one line: runs of white space become one space, and both ends are trimmed. */
function line(longest: number) {
  return z
    .string()
    .max(longest)
    .transform((text) => text.replace(/\s+/gu, " ").trim())
    .refine(isPrintable, PRINTABLE);
}

/** A name is compared with other names, so it is kept verbatim. */
function name(description: string) {
  return z.string().min(1).max(LONGEST_NAME).refine(isPrintable, PRINTABLE).describe(description);
}

const PORT_FIX = { params: { fix: "write a port from 1 to 65535, or a range: 8000-8010" } };

const ports = z
  .union([
    z.number().meta({ type: "integer", minimum: 1, maximum: 65_535 }),
    z.string().meta({ pattern: "^[0-9]{1,5}(-[0-9]{1,5})?$" }),
  ])
  .describe("a port, or a range: 8000-8010")
  .transform((written, context): readonly [number, number] => {
    const found = /^(\d{1,6})(?:\s*-\s*(\d{1,6}))?$/.exec(String(written).trim());
    if (found === null) {
      context.addIssue({ code: "custom", message: "not a port", ...PORT_FIX });
      return z.NEVER;
    }
    const first = Number(found[1]);
    const last = Number(found[2] ?? found[1]);
    const outside = [first, last].find((port) => port < 1 || port > 65_535);
    if (outside !== undefined) {
      context.addIssue({ code: "custom", message: `port ${outside} is not in 1 to 65535`, ...PORT_FIX });
      return z.NEVER;
    }
    if (first > last) {
      const params = { fix: `write ${last}-${first}` };
      context.addIssue({ code: "custom", message: `the range ${first}-${last} is reversed`, params });
      return z.NEVER;
    }
    return [first, last];
  });

const block = z
  .string()
  .max(LONGEST_NAME)
  .optional()
  .describe("an address, a CIDR block or a range of addresses")
  .superRefine((text, context) => {
    const problem = text === undefined ? undefined : blockProblem(text);
    if (problem === undefined) return;
    const params = { fix: "write an address, a CIDR block (10.0.0.0/24) or a range (10.0.0.1-10.0.0.20)" };
    context.addIssue({ code: "custom", message: problem, params });
  });

function blockProblem(text: string): string | undefined {
  try {
    return parseTarget(text).kind === "addresses" ? undefined : "not a block of addresses";
  } catch (cause) {
    return cause instanceof Error ? cause.message : "not a block of addresses";
  }
}

const expires = z
  .string()
  .meta({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}" })
  .describe("the authorization ends at this instant: a date (its first instant in UTC) or RFC 3339")
  .transform((text, context) => {
    const at = parseInstant(text.trim());
    if (at !== undefined) return at;
    const params = { fix: "write a date, 2027-01-31, or a time with its offset, 2027-01-31T18:00:00+01:00" };
    context.addIssue({ code: "custom", message: "not a date", params });
    return z.NEVER;
  });

const entry = z
  .strictObject({
    asset: name("name of the asset it is for").optional(),
    tag: name("assets with this tag").optional(),
    systemType: name("assets of this system type").optional(),
    cidr: block,
    port: ports,
    transport: z.enum(TRANSPORTS).default("tcp").describe("default tcp"),
    service: name("what is expected to answer: https, ssh, postgresql").optional(),
    owner: line(LONGEST_NAME).nullish().describe("the team or person that answers for the port; required to approve"),
    justification: line(LONGEST_TEXT).nullish().describe("the business need for the port; required to approve"),
    controls: z.array(line(LONGEST_TEXT)).max(50).nullish().describe("what protects it: WAF, mutual TLS, allow list"),
    presence: z
      .enum(["expected", "optional"])
      .default("expected")
      .describe("expected: its silence is a deviation; optional: it may answer. Default expected"),
    exposure: z
      .array(name("name of a vantage point"))
      .min(1)
      .max(50)
      .optional()
      .describe("vantage points it may be seen from; absent: any"),
    expires: expires.optional(),
  })
  .superRefine(({ asset, tag, systemType, cidr }, context) => {
    if ((asset ?? tag ?? systemType ?? cidr) !== undefined) return;
    const params = { fix: "add asset, tag, systemType or cidr" };
    context.addIssue({ code: "custom", message: "it does not say which assets it is for", params });
  })
  .transform(
    ({
      asset,
      tag,
      systemType,
      cidr,
      port,
      transport,
      service,
      owner,
      justification,
      controls,
      ...rest
    }): AuthorizedPort => ({
      selector: given<Selector>({ asset, tag, systemType, cidr }),
      transport,
      ports: port,
      ...given({ service }),
      owner: owner ?? "",
      justification: justification ?? "",
      controls: (controls ?? []).filter((control) => control !== ""),
      presence: rest.presence,
      ...given({ exposure: rest.exposure, expires: rest.expires }),
    }),
  );

/** The fields that were given: the digested and stored form contains no undefined. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** `port-baseline.yaml`, read into authorized ports. */
export const documentSchema = z
  .strictObject({
    version: z.literal(1).describe("of the format"),
    authorizedPorts: z.array(entry).max(LARGEST_BASELINE.entries).nullable().describe("what may be open, and why"),
  })
  .transform(({ authorizedPorts }) => authorizedPorts ?? []);

/** JSON Schema (2020-12) of `port-baseline.yaml`, for editors. */
export function baselineJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(documentSchema, { io: "input" });
  return {
    $schema,
    title: "Portolan port baseline",
    description:
      "The authorized ports of a system boundary. Completed by the owners, approved with portolan baseline approve.",
    ...schema,
  };
}
