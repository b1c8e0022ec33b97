import { expect, it } from "vitest";
import { keeperIn } from "./control-group.ts";

const NUMBER = "4f1c".repeat(16);

it.each([
  ["0::/system.slice/ssh.service\n", { unit: "ssh.service" }],
  ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service\n", { unit: "web.service" }],
  ["0::/user.slice/user-1000.slice/session-3.scope\n", { unit: "session-3.scope" }],
  ["12:pids:/x\n1:name=systemd:/system.slice/cron.service\n0::/elsewhere.service\n", { unit: "cron.service" }],
  [`0::/system.slice/docker-${NUMBER}.scope\n`, { container: "4f1c4f1c4f1c" }],
  [`11:memory:/docker/${NUMBER}\n`, { container: "4f1c4f1c4f1c" }],
  [`0::/kubepods.slice/pod1.slice/cri-containerd-${NUMBER}.scope\n`, { container: "4f1c4f1c4f1c" }],
  [`0::/machine.slice/libpod-${NUMBER}.scope/container\n`, { container: "4f1c4f1c4f1c" }],
  ["0::/lxc.payload.mail/system.slice/postfix.service\n", { container: "mail" }],
  ["0::/\n", {}],
  ["", {}],
  ["0::/system.slice/\u001b[2Jx.service\n", { unit: "\\u{1b}[2Jx.service" }],
])("%j says %j", (text, keeper) => {
  expect(keeperIn(text)).toEqual(keeper);
});
