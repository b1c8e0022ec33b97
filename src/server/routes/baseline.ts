import { OPERATIONS } from "../../contract/index.ts";
import { addRoute } from "../add-route.ts";
import { versionSeen } from "../versions.ts";
import type { OwnRoutes } from "./route-deps.ts";

export const baselineRoutes: OwnRoutes = {
  /** Approves, based on the version that the approver saw and as the user who signed in. */
  approveBaseline(server, { operations }) {
    addRoute(server, OPERATIONS.baseline.approve, ({ body, headers, idempotency, principal }) =>
      operations.baseline.approve({
        ...body,
        // Every caller approves under their own name. The name that the operator types is shown as typed.
        ...(principal === undefined || principal.kind === "operator" ? {} : { approvedBy: principal.name, principal }),
        onVersion: versionSeen("baseline", headers["if-match"]),
        idempotencyKey: idempotency?.key,
      }),
    );
  },
};
