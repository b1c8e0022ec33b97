#!/bin/sh
# Runs tests with the program on the poorest machine it supports (needs root on Linux; nothing outlives it):
#   scripts/poor-machine.sh                    the end-to-end suite
#   scripts/poor-machine.sh test/e2e/lab.test.ts -t "title"
# The root file system is read-only, except for temporary directories. Nobody has IPv6. bin/portolan.js continues as a user
# ID that /etc/passwd does not name, without HOME, any capability, or more than 256 open files; the directories it works in
# are given to that user first. The tests themselves stay root, because they make the networks.
set -eu
repository=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$repository/node_modules/.bin:$PATH"
if [ "${1:-}" != inside ]; then
  npm --prefix "$repository" run -s build
  exec unshare --mount --net --propagation private "$0" inside "$@"
fi
shift

ip link set lo up
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.lo.disable_ipv6=1
mkdir -p /etc/netns
temporary=$(mktemp -d)
for folder in "$temporary" /run /etc/netns "$repository/node_modules/.cache" \
  "$repository/node_modules/.vite" "$repository/node_modules/.vite-temp"; do
  mkdir -p "$folder"
  mount -t tmpfs tmpfs "$folder"
done
chmod 1777 "$temporary"

# The program's file is replaced by one that becomes the user and then continues as the program.
program=$(mktemp -d)
cp "$repository/bin/portolan.js" "$program/program.js"
cat > "$program/portolan.js" <<'END'
#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { chownSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
const USER = 100_086;
const words = [process.execPath, ...process.execArgv, join(import.meta.dirname, "program.js"), ...process.argv.slice(2)];
const limited = ["/bin/sh", "-c", 'ulimit -n 256; exec "$@"', "sh", ...words];
const dropped = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];
const { HOME, USER: _, LOGNAME, XDG_CONFIG_HOME, XDG_CACHE_HOME, ...environment } = process.env;
function give(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  chownSync(path, USER, 0);
  if (found.isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
}
if (process.getuid() === 0) {
  for (const path of [process.cwd(), process.env.PORTOLAN_HOME]) if (path?.startsWith(process.env.TMPDIR)) give(path);
  limited.unshift("/usr/bin/setpriv", `--reuid=${USER}`, "--regid=0", "--clear-groups", ...dropped);
}
if (process.execve !== undefined) process.execve(limited[0], limited, environment);
// The machine's own Node may be too old for that; then no test sends signals.
process.exit(spawnSync(limited[0], limited.slice(1), { env: environment, stdio: "inherit" }).status);
END
chmod 755 "$program" "$program/portolan.js"
mount --bind "$program" "$repository/bin"

mount --bind / / && mount -o remount,bind,ro /
export TMPDIR="$temporary"
cd "$repository"
[ $# -gt 0 ] || set -- --project e2e
vitest run "$@"
