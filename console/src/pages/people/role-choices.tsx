import type { CallRequest } from "../../api/call.ts";
import { CheckField, TextField } from "../../components/form.tsx";
import { readInstant, utc } from "../../time/instant.ts";
import { serverNow } from "../../time/now.ts";
import styles from "./people.module.css";

type Grant = NonNullable<CallRequest<"users.invite">["roles"]>[number];
type Role = Grant["role"];

/** What each role is for; trust.md says what it permits. */
const ABOUT: Readonly<Record<Role, string>> = {
  admin: "manages people, sensors and retention",
  engineer: "runs sweeps and proposes port baselines",
  "service-owner": "proposes ports for a service",
  approver: "approves port baselines, accepts explanations",
  responder: "runs sweeps and explains gaps",
  auditor: "reads everything, changes nothing",
};

/** Each role with its period, as texts; empty: from now, and until an admin removes it. */
export type ChosenRoles = ReadonlyMap<Role, { readonly from: string; readonly to: string }>;

export function RoleChoices({
  chosen,
  onChange,
}: {
  readonly chosen: ChosenRoles;
  readonly onChange: (chosen: ChosenRoles) => void;
}) {
  return (
    <fieldset className={styles["roles"]}>
      <legend>Roles</legend>
      {(Object.entries(ABOUT) as [Role, string][]).map(([role, about]) => {
        const period = chosen.get(role);
        const change = (changed: Partial<{ from: string; to: string }>): void =>
          onChange(new Map([...chosen, [role, { from: "", to: "", ...period, ...changed }]]));
        return (
          <div key={role}>
            <CheckField
              label={
                <>
                  <strong>{role}</strong> <span className="soft">{about}</span>
                </>
              }
              isChecked={period !== undefined}
              onChange={(isChecked) => {
                if (isChecked) change({});
                else onChange(new Map([...chosen].filter(([each]) => each !== role)));
              }}
            />
            {period === undefined ? null : (
              <div className={styles["period"]}>
                <TextField
                  label={`${role} from`}
                  placeholder="now"
                  required={role === "auditor"}
                  value={period.from}
                  onChange={(from) => change({ from })}
                />
                <TextField
                  label={`${role} until`}
                  placeholder="an admin removes it"
                  required={role === "auditor"}
                  value={period.to}
                  onChange={(to) => change({ to })}
                />
              </div>
            )}
          </div>
        );
      })}
      <p className="soft">Times as 2026-03-01 or 2026-03-01 09:00. An auditor has a first and a last day.</p>
    </fieldset>
  );
}

/** As the request takes them; a text that is not an instant is sent as it is, and the server says so. */
export function grantsOf(chosen: ChosenRoles): Grant[] {
  return [...chosen].map(([role, { from, to }]) => ({
    role,
    ...(from.trim() === "" ? {} : { from: instantOf(from) }),
    ...(to.trim() === "" ? {} : { to: instantOf(to) }),
  }));
}

function instantOf(text: string): string {
  const instant = readInstant(text, serverNow());
  return instant === undefined ? text : utc(instant);
}
