import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { UserView } from "../../../../src/contract/index.ts";
import { useMay } from "../../api/may.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { FilterBar, TextFilter } from "../../components/filter-bar.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Mark } from "../../components/marks.tsx";
import { Empty, PageFrame } from "../../components/page.tsx";
import { Permitted } from "../../components/permitted.tsx";
import { useUrlFilter } from "../../shell/url-filter.ts";
import { CircleCheck, CircleSlash, Clock3, TriangleAlert } from "lucide-react";
import { InviteDialog } from "./invite-dialog.tsx";
import { PersonDialog } from "./person-dialog.tsx";

/** Joining and signing in are no live events: the list is read again after so many milliseconds. */
const AGAIN = 10_000;

/** Who can sign in, in which roles. */
export function Page() {
  const mayManage = useMay("users:manage");
  const [isInviting, setInviting] = useState(false);
  return (
    <PageFrame
      title="People"
      about="Who can sign in, and what each may do. Every change is an entry of the evidence log; nobody changes their own roles."
      actions={
        mayManage ? (
          <Button kind="primary" onClick={() => setInviting(true)}>
            Invite somebody
          </Button>
        ) : undefined
      }
    >
      <Permitted to="users:read">
        <People mayManage={mayManage} />
      </Permitted>
      {isInviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </PageFrame>
  );
}

function People({ mayManage }: { readonly mayManage: boolean }) {
  const query = useQuery({ ...read("users.list"), refetchInterval: AGAIN });
  const [filter, setFilter] = useUrlFilter(["q", "user"]);
  const words = filter.q.toLowerCase();
  const rows = useMemo(
    () =>
      (query.data?.users ?? []).filter(({ name, email, roles }) =>
        `${name} ${email} ${roles.map(({ role }) => role).join(" ")}`.toLowerCase().includes(words),
      ),
    [query.data, words],
  );
  const opened = query.data?.users.find(({ id }) => id === filter.user);
  return (
    <>
      <FilterBar>
        <TextFilter
          label="Filter people"
          placeholder="name, address, role"
          value={filter.q}
          onChange={(text) => setFilter("q", text)}
        />
      </FilterBar>
      <Loaded of={query}>
        {() =>
          rows.length === 0 ? (
            <Empty title="Nobody matches." />
          ) : (
            <DataTable
              label="People"
              isInUrl
              rows={rows}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              onOpen={({ id }) => setFilter("user", id)}
            />
          )
        }
      </Loaded>
      {opened === undefined ? null : (
        <PersonDialog user={opened} mayManage={mayManage} onClose={() => setFilter("user", "")} />
      )}
    </>
  );
}

const COLUMNS: readonly TableColumn<UserView>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name }) => name,
    cell: ({ name }) => <bdi>{name}</bdi>,
  },
  { id: "email", header: "E-mail address", value: ({ email }) => email, cell: ({ email }) => <bdi>{email}</bdi> },
  {
    id: "roles",
    header: "Roles",
    value: ({ roles }) => roles.map(({ role }) => role).join(", "),
    cell: ({ roles }) =>
      roles.length === 0
        ? "none"
        : roles.map(({ role, inForce }) => (inForce ? role : `${role} (not in force now)`)).join(", "),
  },
  {
    id: "second",
    header: "Second factor",
    value: ({ secondFactor, passkeys }) => `${secondFactor} ${passkeys}`,
    cell: (user) => <SecondFactor user={user} />,
  },
  { id: "state", header: "State", value: stateOf, cell: (user) => <StateMark state={stateOf(user)} /> },
];

function stateOf({ disabledAt, joined }: UserView): "disabled" | "invited" | "active" {
  return disabledAt !== undefined ? "disabled" : joined ? "active" : "invited";
}

function StateMark({ state }: { readonly state: ReturnType<typeof stateOf> }) {
  switch (state) {
    case "active":
      return (
        <Mark tone="good" icon={<CircleCheck aria-hidden size={15} />}>
          active
        </Mark>
      );
    case "invited":
      return (
        <Mark tone="warn" icon={<Clock3 aria-hidden size={15} />}>
          invited
        </Mark>
      );
    case "disabled":
      return (
        <Mark tone="soft" icon={<CircleSlash aria-hidden size={15} />}>
          disabled
        </Mark>
      );
  }
}

function SecondFactor({ user: { secondFactor, passkeys, password, joined } }: { readonly user: UserView }) {
  const has = [secondFactor ? "app" : "", passkeys > 0 ? (passkeys === 1 ? "1 passkey" : `${passkeys} passkeys`) : ""]
    .filter((each) => each !== "")
    .join(", ");
  if (has !== "") return has;
  if (!joined) return <span className="soft">not joined</span>;
  if (!password) return <span className="soft">single sign-on</span>;
  return (
    <Mark tone="warn" icon={<TriangleAlert aria-hidden size={15} />}>
      password alone
    </Mark>
  );
}
