import { z } from "zod";
import { instant, instantParam, name, observedState, resultOf, transport } from "../fields.ts";

const place = {
  index: z.int().min(0),
  size: z.int().min(1).describe("leaves of the tree"),
  hashes: z.array(z.string()).describe("base64, from the leaf up (RFC 9162 section 2.1.3)"),
};

export const stateProofResult = resultOf("state-proof", {
  endpoint: z.string().describe("as tcp/192.0.2.1:22"),
  state: observedState,
  vantage: z.string(),
  sweep: z
    .int()
    .optional()
    .describe("absent: a look that saw what an earlier sweep had seen, recorded without a sweep"),
  from: instant.describe("the run or look that observed it, from its first probe"),
  to: instant.describe("to its last one"),
  trusted: z.boolean().describe("false: the sweep missed too much, and changed nothing but coverage"),
  host: z.object({
    ...place,
    text: z.string().describe("the state of the host, as it was committed to"),
    salt: z.string().describe("base64; the leaf is SHA-256 of a zero byte, the salt and the text"),
  }),
  run: z
    .int()
    .min(0)
    .describe(
      "place of the run in the list `runs` of the entry, or of its states in the list `looks`, which states the root of the tree",
    ),
  entry: z.object({
    ...place,
    body: z.string().describe("the sweep-finished or looks-recorded entry: RFC 8785 JSON, exactly as hashed"),
  }),
  note: z.string().optional().describe("the signed checkpoint over entry.size entries; absent: not signed yet"),
});

export const stateProofQuery = z.strictObject({
  host: name.describe("an address, or the name of an asset that has one address"),
  transport: transport.default("tcp"),
  port: z.coerce.number().int().min(1).max(65_535),
  at: instantParam.optional().describe("the latest sweep or look until then; absent: until now"),
  vantage: name.optional(),
});

export type StateProofResult = z.infer<typeof stateProofResult>;

export const stateProofExample: StateProofResult = {
  schema: "portolan.state-proof/1",
  endpoint: "tcp/10.77.0.13:5432",
  state: "open",
  vantage: "inside",
  sweep: 308,
  from: "2026-03-14T08:30:00.000Z",
  to: "2026-03-14T08:31:10.000Z",
  trusted: true,
  host: {
    index: 2,
    size: 4,
    hashes: ["DFULg8zrYgl1Z2ePYmDcUPyIVh9PMGmLm0PeQvDGuTE=", "2XmTY2tvbd2dCIjcYCPyUKWpPqpEcBT1xIFq0TCqbXg="],
    text: "10.77.0.13 10.77.0.13\ntcp open 22,5432\ntcp closed 1-21,23-5431,5433-65535\n",
    salt: "mWwNfBSXxjvcv1U0vzC3Hg==",
  },
  run: 0,
  entry: {
    index: 3,
    size: 4,
    hashes: ["DFULg8zrYgl1Z2ePYmDcUPyIVh9PMGmLm0PeQvDGuTE=", "2XmTY2tvbd2dCIjcYCPyUKWpPqpEcBT1xIFq0TCqbXg="],
    body: '{"at":"2026-03-14T08:31:11.000Z","data":{"runs":[{"probedFrom":"2026-03-14T08:30:00.000Z","probedTo":"2026-03-14T08:31:10.000Z","states":"574cb4951f7432d74538c6833c6fec3036d9f38416c29955faf4cd6d7f1a0270"}],"sweep":308},"index":3,"type":"sweep-finished"}',
  },
  note: "portolan\n4\nuqmZgUVRkTxkPIWx3yvLIVtMTIMhsiOvv8IOHfOhmDA=\n\n— portolan GisoAAAA\n",
};
