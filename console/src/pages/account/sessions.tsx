import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "../../api/call.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { Row, Rows } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty } from "../../components/page.tsx";
import { ProblemNotice } from "../../components/problem-notice.tsx";
import { browserOf } from "./browser-of.ts";

/** One's own sessions, or those of another user. */
export function Sessions({ user }: { readonly user?: string }) {
  const client = useQueryClient();
  const query = useQuery({
    ...read("sessions.list", user === undefined ? {} : { all: true }),
    select: ({ sessions }) => sessions.filter((each) => user === undefined || each.user === user),
  });
  const end = useMutation({
    mutationFn: (id: string) => call("sessions.revoke", { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sessions.list"] }),
  });
  return (
    <Loaded of={query}>
      {(sessions) => (
        <>
          {sessions.length === 0 ? <Empty title="No session is open." /> : null}
          <Rows label="Sessions">
            {sessions.map(({ id, address, agent, createdAt, current }) => {
              const text = `${browserOf(agent)}, ${address}`;
              return (
                <Row
                  key={id}
                  actions={
                    current ? undefined : (
                      <Button aria-label={`End: ${text}`} disabled={end.isPending} onClick={() => end.mutate(id)}>
                        End
                      </Button>
                    )
                  }
                >
                  {current ? "This one: " : ""}
                  <bdi>{text}</bdi>
                  <div className="soft">
                    since <Instant of={createdAt} />
                  </div>
                </Row>
              );
            })}
          </Rows>
          {end.isError ? <ProblemNotice error={end.error} /> : null}
        </>
      )}
    </Loaded>
  );
}
