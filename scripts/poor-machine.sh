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

# The program begins by becoming the user.
program=$(mktemp -d)
cp -P "$repository/bin/"* "$program"
cat > "$program/portolan.js" <<'END'
#!/usr/bin/env node
if (process.env.POOR_MACHINE !== "inside") {
  const { spawnSync } = await import("node:child_process");
  const { chmodSync, chownSync, readdirSync, statSync } = await import("node:fs");
  const { dirname } = await import("node:path");
  const give = (path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return;
    chownSync(path, 100_086, 0);
    if (found.isDirectory()) for (const name of readdirSync(path)) give(`${path}/${name}`);
  };
  const words = ["/bin/sh", "-c", '[ "$(ulimit -n)" -le 256 ] || ulimit -n 256; exec "$@"', "sh", process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  if (process.getuid() === 0) {
    const writable = (path) => path?.startsWith("TEMPORARY/") || path?.startsWith("/dev/shm/");
    for (const path of [process.cwd(), process.env.PORTOLAN_HOME]) if (writable(path)) {
      give(path);
      for (let above = dirname(path); writable(above); above = dirname(above)) chmodSync(above, 0o711);
    }
    const dropped = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];
    words.unshift("/usr/bin/setpriv", "--reuid=100086", "--regid=0", "--clear-groups", ...dropped);
  }
  const { HOME, USER, LOGNAME, XDG_CONFIG_HOME, XDG_CACHE_HOME, ...environment } = process.env;
  const env = { ...environment, POOR_MACHINE: "inside" };
  if (process.execve !== undefined) process.execve(words[0], words, env);
  // The machine's own Node may be too old for that; no test sends that one a signal.
  process.exit(spawnSync(words[0], words.slice(1), { env, stdio: "inherit" }).status);
}
END
sed 1d "$repository/bin/portolan.js" >> "$program/portolan.js"
sed -i "s|TEMPORARY|$temporary|" "$program/portolan.js"
chmod 755 "$program" "$program/portolan.js"
mount --bind "$program" "$repository/bin"

mount --bind / / && mount -o remount,bind,ro /
export TMPDIR="$temporary" POOR_MACHINE=tests
cd "$repository"
[ $# -gt 0 ] || set -- --project e2e
vitest run "$@"
