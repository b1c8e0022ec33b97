import type { Party, Principal } from "../../model/index.ts";

/** JSON of `AlsoBy` in also-by.ts. */
type AlsoBy = { readonly name: string; readonly through: "link" | "key"; readonly since?: string };
/** JSON of a `Party`: every person behind the act, by which a later decision tells them apart. */
type PartyJson = {
  readonly person: string;
  readonly name: string;
  readonly through: Party["through"];
  readonly since?: string;
};

declare module "../../model/entry.ts" {
  interface EntryData {
    "baseline-proposed": {
      readonly proposedBy: string;
      /** Null for the operator. */
      readonly user: string | null;
      /** Of a draft: ports that were open and not listed. Of a completed proposal: its authorized ports. */
      readonly proposed: number;
      /** SHA-256 (hex) of the completed document, by which an approval names it. Absent: a draft to complete. */
      readonly proposal?: string;
      /** SHA-256 (hex) of the RFC 8785 form of its authorized ports. */
      readonly digest?: string;
      /** Of a draft: SHA-256 (hex) of its document. */
      readonly draft?: string;
      readonly file?: string;
      /** The version that was in force; 0: none. */
      readonly onVersion?: number;
      readonly alsoBy?: readonly AlsoBy[];
      readonly parties?: readonly PartyJson[];
    };
    "baseline-approved": {
      readonly version: number;
      readonly digest: string;
      readonly approvedBy: string;
      readonly authorizedPorts: number;
      /** How the approver was authenticated: an operator only states a name, a user has signed in. */
      readonly through: Principal["kind"];
      /** The proposal that was approved, by the SHA-256 (hex) of its document, and who brought it. */
      readonly proposal?: string;
      readonly proposedBy?: string;
      /** The approver's account; null for the operator. */
      readonly user?: string | null;
      readonly alsoBy?: readonly AlsoBy[];
      readonly parties?: readonly PartyJson[];
    };
  }
}
