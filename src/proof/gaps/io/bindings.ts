import { partiesJson } from "../../../judgement/baseline/index.ts";
import { formatInstant } from "../../../model/index.ts";
import { binding, type Binding } from "../../../record/evidence/index.ts";
import { evidenceJson, statedStretches } from "../stated.ts";
import { everyExplanation } from "./explanation-store.ts";

const nameOf = (explanation: number): string => `the explanation of gaps ${explanation}`;

/** Each explanation is an entry, and so is each sign-off. */
export const explainedGapBindings: readonly Binding[] = [
  binding({
    table: "gap_explanation",
    types: ["gap-explained"],
    always: true,
    key: ["id", "gap_explained.explanation_id"],
    columns: {
      vantage: "vantage",
      gap: "gap",
      cause: "cause",
      text: "explanation",
      references: "refers_to",
      evidence: "evidence",
      explainedAt: "explained_at",
      by: "explained_by",
      through: "through",
      user: "user_id",
      parties: "parties",
      gaps: ["asset", "undeclared_in", "gap_from", "gap_to"].map((column) => `gap_explained.${column}`),
    },
    states: ({ at, data: { explanation, alsoBy: _alsoBy, ...fields } }) => [
      { row: nameOf(explanation), fields: { ...fields, explainedAt: at } },
    ],
    async *rows(db) {
      for await (const {
        id,
        at,
        parties,
        evidence,
        gaps,
        user = null,
        signedOff: _signedOff,
        ...same
      } of everyExplanation(db)) {
        yield {
          row: nameOf(id),
          fields: {
            ...same,
            user,
            explainedAt: formatInstant(at),
            parties: partiesJson(parties),
            evidence: evidenceJson(evidence),
            gaps: statedStretches(gaps),
          },
        };
      }
    },
  }),
  binding({
    table: "gap_sign_off",
    types: ["gap-signed-off"],
    always: true,
    key: ["explanation_id"],
    columns: { signedAt: "signed_at", by: "signed_by", through: "through", user: "user_id", parties: "parties" },
    states: ({ at, data: { explanation, by, through, user, parties } }) => [
      { row: `the sign-off of ${nameOf(explanation)}`, fields: { by, through, user, parties, signedAt: at } },
    ],
    async *rows(db) {
      for await (const { id, signedOff } of everyExplanation(db)) {
        if (signedOff === undefined) continue;
        const { at, by, through, user = null, parties } = signedOff;
        yield {
          row: `the sign-off of ${nameOf(id)}`,
          fields: { by, through, user, signedAt: formatInstant(at), parties: partiesJson(parties) },
        };
      }
    },
  }),
];
