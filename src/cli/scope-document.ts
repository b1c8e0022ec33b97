export interface ScopeAnswers {
  readonly name: string;
  readonly targets: readonly string[];
  /** As in `portolan.yaml`: 15m, 1h, 1d. */
  readonly cadence: string;
}

export const SCOPE_FILE = "portolan.yaml";
export const THIS_MACHINE = "this-machine";

/**
 * The first `portolan.yaml`: valid without any edit, with comments that show how to extend it. A JSON string is a valid
 * double-quoted YAML scalar (YAML 1.2.2, section 1.2), so answers are inserted as JSON strings.
 */
export function scopeDocument(answers: ScopeAnswers): string {
  const machineAlone = answers.targets.every((target) => target === THIS_MACHINE);
  const targets = answers.targets.map((target, at) => {
    const name =
      target === THIS_MACHINE ? THIS_MACHINE : answers.targets.length === 1 ? "everything" : `target-${at + 1}`;
    return [
      `  - name: ${name}`,
      `    addresses: [${quoted(target)}]`,
      `    systemType: ${machineAlone ? "workstation" : "server"}`,
    ].join("\n");
  });
  return `# The scope that Portolan monitors. It never probes anything outside of it.
# After a change: portolan sweep. The record keeps every version of the scope that was in force.
version: 1
name: ${quoted(answers.name)}

# The name of this installation's vantage point. Results from other vantage points are kept separate.
vantage: inside

# Probes per second over the whole sweep and to any one address. No option can raise them; loopback is exempt.
limits:
  rate: 1000
  perHostRate: 1000

# How often each kind of system is swept in full, and over which ports ("-" is all 65,535 TCP ports).
# In addition, endpoints known to be open are probed every minute.
systemTypes:
  ${machineAlone ? "workstation" : "server"}:
    cadence: ${answers.cadence}
    ports: "-"
    criticality: normal # low, normal, high or critical

# The systems to sweep: addresses, CIDR (10.77.0.0/24), ranges (10.77.0.1-10.77.0.20), hostnames, "file:hosts.txt",
# or this-machine: its own addresses. A public address also needs an authorization, see below.
targets:
${targets.join("\n")}
    # owner: team-web
    # environment: production
    # segment: dmz
    # tags: [pci]

# Systems inside a range that have a name and an owner:
# assets:
#   - name: web-1
#     addresses: [10.77.0.2]
#     owner: team-web

# Never probed, and why:
# exclusions:
#   - addresses: [10.77.0.9]
#     reason: a printer that prints pages when it is probed

# Who authorized the scan of public addresses, and for how long:
# authorizations:
#   - reference: SEC-123
#     grantedBy: Jane Doe
#     from: 2026-01-01
#     until: 2026-12-31
#     addresses: [198.51.100.0/24]
`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
