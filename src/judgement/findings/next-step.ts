import { isOpen, type DeviationKind, type Finding } from "../../model/index.ts";

/** What somebody has to do about an open finding, by its kind; each sentence names every way out. */
const NEXT: Readonly<Record<DeviationKind, string>> = {
  "unauthorized-open": "Close the port, or authorize it with portolan baseline propose and an approval.",
  "wrong-exposure":
    "Close the port to this vantage point, or add the vantage point to its exposure in the port baseline.",
  "insecure-service": "Switch the service to TLS or require a login, or close the port.",
  "undeclared-asset":
    "Declare the host as an asset in portolan.yaml, exclude it with a reason, or take it off the network.",
  "service-changed": "Restore the authorized service, or correct the service of the port in the port baseline.",
  "outdated-service": "Update the program to a supported version, or replace it.",
  "coverage-gap": "Find out why nobody could look there: portolan doctor, and the host and path themselves.",
  "authorization-expired": "Close the port, or renew its authorization in the port baseline.",
  "expected-missing": "Restore the service, or remove its port from the port baseline.",
};

/** The next step for an open finding; undefined for one that has ended. */
export function nextStepOf(finding: Pick<Finding, "kind" | "status">): string | undefined {
  return isOpen(finding) ? NEXT[finding.kind] : undefined;
}
