import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { SensorsResult } from "../../../../src/contract/index.ts";
import { call } from "../../api/call.ts";
import { read } from "../../api/query.ts";
import { Button } from "../../components/button.tsx";
import { DataTable, type TableColumn } from "../../components/data-table.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Facts } from "../../components/facts.tsx";
import { Form, TextField } from "../../components/form.tsx";
import { Instant } from "../../components/instant.tsx";
import { Loaded } from "../../components/loading.tsx";
import { Empty } from "../../components/page.tsx";
import { count, span } from "../../time/format.ts";
import { AliveMark } from "./alive-mark.tsx";

type Sensor = SensorsResult["sensors"][number];

export function SensorList({ mayManage }: { readonly mayManage: boolean }) {
  const query = useQuery(read("sensors.list"));
  const [opened, setOpened] = useState<string>();
  return (
    <Loaded of={query}>
      {({ sensors, invitations }) => {
        const sensor = sensors.find(({ name }) => name === opened);
        return (
          <>
            {sensors.length === 0 ? (
              <Empty title="No sensor is enrolled.">
                A sensor on a machine sees each listening port and its process as it appears, behind a firewall too.
              </Empty>
            ) : (
              <DataTable
                label="Sensors"
                rows={sensors}
                columns={COLUMNS}
                keyOf={({ id }) => String(id)}
                onOpen={({ name }) => setOpened(name)}
              />
            )}
            {invitations.map(({ name, expiresAt, requestedBy }) => (
              <p key={name} className="soft">
                <bdi>{name}</bdi> can enrol until <Instant of={expiresAt} />, invited by <bdi>{requestedBy}</bdi>.
              </p>
            ))}
            {sensor === undefined ? null : (
              <SensorDialog sensor={sensor} mayManage={mayManage} onClose={() => setOpened(undefined)} />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

const COLUMNS: readonly TableColumn<Sensor>[] = [
  { id: "state", header: "State", value: ({ state }) => state, cell: ({ state }) => <AliveMark state={state} /> },
  { id: "name", header: "Name", value: ({ name }) => name, cell: ({ name }) => <bdi>{name}</bdi> },
  { id: "host", header: "Machine", value: ({ host }) => host, cell: ({ host }) => <bdi>{host}</bdi> },
  {
    id: "vantage",
    header: "Vantage point",
    value: ({ vantage }) => vantage,
    cell: ({ vantage }) => <bdi>{vantage}</bdi>,
  },
  {
    id: "report",
    header: "Last report",
    value: ({ lastReportAt }) => lastReportAt ?? "",
    cell: ({ lastReportAt }) => (lastReportAt === undefined ? "none yet" : <Instant of={lastReportAt} ago />),
  },
  {
    id: "listeners",
    header: "Listeners",
    align: "end",
    value: ({ listeners }) => listeners,
    cell: ({ listeners }) => count(listeners),
  },
  { id: "gaps", header: "Gaps", align: "end", value: ({ gaps }) => gaps, cell: ({ gaps }) => count(gaps) },
  {
    id: "version",
    header: "Version",
    isHidden: true,
    value: ({ version }) => version,
    cell: ({ version }) => <bdi>{version}</bdi>,
  },
];

function SensorDialog({
  sensor,
  mayManage,
  onClose,
}: {
  readonly sensor: Sensor;
  readonly mayManage: boolean;
  readonly onClose: () => void;
}) {
  const [isRevoking, setRevoking] = useState(false);
  const { skew, lastGap } = sensor;
  return (
    <Dialog title={`Sensor ${sensor.name}`} onClose={onClose}>
      <Facts
        of={{
          State: <AliveMark state={sensor.state} />,
          Machine: <bdi>{`${sensor.host}, ${sensor.platform}, version ${sensor.version}`}</bdi>,
          "Vantage point": <bdi>{sensor.vantage}</bdi>,
          Enrolled: <Instant of={sensor.enrolledAt} />,
          Revoked: sensor.revokedAt === undefined ? undefined : <Instant of={sensor.revokedAt} />,
          "Last report": sensor.lastReportAt === undefined ? "none yet" : <Instant of={sensor.lastReportAt} />,
          "Observed until": sensor.coveredUntil === undefined ? "nothing yet" : <Instant of={sensor.coveredUntil} />,
          "Its clock":
            skew === undefined
              ? "not measured"
              : `${span(Math.abs(skew.milliseconds))} ${skew.milliseconds > 0 ? "ahead" : "behind"}; its reports carry the server's time`,
          "Last gap":
            lastGap === undefined ? undefined : (
              <>
                <Instant of={lastGap.from} /> to <Instant of={lastGap.to} />, {lastGap.cause}
              </>
            ),
          "Key (SHA-256)": <code>{sensor.key}</code>,
        }}
      />
      {!mayManage || sensor.state === "revoked" ? null : isRevoking ? (
        <RevokeForm name={sensor.name} onDone={() => setRevoking(false)} />
      ) : (
        <div>
          <Button kind="danger" onClick={() => setRevoking(true)}>
            Revoke this sensor
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function RevokeForm({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const revoke = useMutation({
    mutationFn: () => call("sensors.revoke", { name, reason: reason.trim(), requestedBy: "console" }),
    async onSuccess() {
      onDone();
      await client.invalidateQueries();
    },
  });
  return (
    <Form
      action="Revoke"
      kind="danger"
      isPending={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate()}
    >
      <p>Everything signed with its key is rejected from now on. Its past reports stay recorded.</p>
      <TextField label="Reason" required maxLength={500} value={reason} onChange={setReason} />
    </Form>
  );
}
