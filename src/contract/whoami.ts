import { z } from "zod";
import { resultOf } from "./fields.ts";

/** The `--json` result of `portolan login` and `portolan whoami`. */
export const whoamiResult = resultOf("whoami", {
  kind: z.enum(["person", "operator"]),
  name: z.string().describe("as the record names them"),
  roles: z.array(z.string()).describe("in force now; empty for the operator, who has every permission of this machine"),
  server: z.string().optional().describe("the server at which they signed in"),
});

export type WhoamiResult = z.infer<typeof whoamiResult>;
