import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** A real server from a Debian package, started on loopback in a network namespace of its own. */
export interface RealServer {
  readonly name: string;
  readonly package: string;
  readonly port: number;
  /** Text, in lower case, that every answer naming the product contains. */
  readonly product: RegExp;
  readonly service: RegExp;
  /** Prepares its directory and returns the command line; the server stays in the foreground. */
  start(dir: string): readonly [command: string, ...args: string[]];
  /** Another user, where the server refuses to run as root. */
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const SEARCHED = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  ...(process.env["PORTOLAN_BENCH_PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/usr/lib/postgresql/15/bin",
].filter((path) => path !== "");

/** Full path of a program; undefined when it is not installed. */
export function where(program: string): string | undefined {
  return SEARCHED.map((path) => join(path, program)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The upstream part of a Debian version: without epoch, packaging and repacking suffixes. */
export function upstream(version: string): string {
  return version
    .replace(/^\d+:/, "")
    .replace(/-[^-]*$/, "")
    .replace(/[+~].*$/, "")
    .replace(/\.dfsg.*$/, "");
}

function file(dir: string, name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  return path;
}

function directory(dir: string, name: string, mode = 0o777): string {
  const path = join(dir, name);
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
  return path;
}

/** A key and its certificate in one file, created for this run. */
function certificate(dir: string): string {
  const path = join(dir, "both.pem");
  const [key, leaf] = [join(dir, "key.pem"), join(dir, "leaf.pem")];
  const subject = ["-subj", "/CN=lab.invalid", "-addext", "subjectAltName=DNS:lab.invalid"];
  spawnSync("openssl", [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "30",
    "-keyout",
    key,
    "-out",
    leaf,
    ...subject,
  ]);
  spawnSync("sh", ["-c", `cat ${key} ${leaf} > ${path}`]);
  return path;
}

const PAGE = "<html><head><title>lab</title></head></html>\n";
function pages(dir: string): string {
  const root = directory(dir, "www", 0o755);
  file(root, "index.html", PAGE);
  return root;
}

const http = /^(http|https|http-proxy|ipp|ssl\/http|http2|prometheus|influxdb|etcd|etcd-client)/;

export const SERVERS: readonly RealServer[] = [
  {
    name: "OpenSSH",
    package: "openssh-server",
    port: 22,
    product: /openssh/,
    service: /ssh/,
    start(dir) {
      mkdirSync("/run/sshd", { recursive: true });
      spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(dir, "key")]);
      return [
        "sshd",
        "-D",
        "-f",
        "/dev/null",
        "-h",
        join(dir, "key"),
        "-o",
        "PidFile=none",
        "-o",
        "ListenAddress=127.0.0.1:22",
      ];
    },
  },
  {
    name: "Dropbear",
    package: "dropbear-bin",
    port: 2222,
    product: /dropbear/,
    service: /ssh/,
    start(dir) {
      spawnSync("dropbearkey", ["-t", "ed25519", "-f", join(dir, "key")]);
      return ["dropbear", "-F", "-E", "-p", "127.0.0.1:2222", "-r", join(dir, "key"), "-P", join(dir, "pid")];
    },
  },
  {
    name: "nginx",
    package: "nginx-light",
    port: 80,
    product: /nginx/,
    service: http,
    start: (dir) => [
      "nginx",
      "-p",
      dir,
      "-e",
      join(dir, "log"),
      "-c",
      file(
        dir,
        "nginx.conf",
        `daemon off; pid ${dir}/pid; events {} http { access_log off; client_body_temp_path ${dir}/a; proxy_temp_path ${dir}/b; fastcgi_temp_path ${dir}/c; uwsgi_temp_path ${dir}/d; scgi_temp_path ${dir}/e; server { listen 127.0.0.1:80; root ${pages(dir)}; } }`,
      ),
    ],
  },
  {
    name: "nginx with TLS and HTTP/2",
    package: "nginx-light",
    port: 443,
    product: /nginx/,
    service: http,
    start: (dir) => [
      "nginx",
      "-p",
      dir,
      "-e",
      join(dir, "log"),
      "-c",
      file(
        dir,
        "nginx.conf",
        `daemon off; pid ${dir}/pid; events {} http { access_log off; client_body_temp_path ${dir}/a; proxy_temp_path ${dir}/b; fastcgi_temp_path ${dir}/c; uwsgi_temp_path ${dir}/d; scgi_temp_path ${dir}/e; server { listen 127.0.0.1:443 ssl http2; ssl_certificate ${certificate(dir)}; ssl_certificate_key ${dir}/both.pem; root ${pages(dir)}; } }`,
      ),
    ],
  },
  {
    name: "Apache httpd",
    package: "apache2-bin",
    port: 8080,
    product: /apache httpd/,
    service: http,
    start: (dir) => [
      "apache2",
      "-X",
      "-f",
      file(
        dir,
        "httpd.conf",
        `ServerRoot ${dir}\nListen 127.0.0.1:8080\nServerName lab\nPidFile ${dir}/pid\nErrorLog ${dir}/log\nLoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\nLoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\nDocumentRoot ${pages(dir)}\n`,
      ),
    ],
  },
  {
    name: "lighttpd",
    package: "lighttpd",
    port: 8081,
    product: /lighttpd/,
    service: http,
    start: (dir) => [
      "lighttpd",
      "-D",
      "-f",
      file(dir, "l.conf", `server.document-root="${pages(dir)}"\nserver.port=8081\nserver.bind="127.0.0.1"\n`),
    ],
  },
  {
    name: "Caddy",
    package: "caddy",
    port: 8082,
    product: /caddy/,
    service: http,
    start: (dir) => ["caddy", "file-server", "--listen", "127.0.0.1:8082", "--root", pages(dir)],
    env: { XDG_DATA_HOME: "/tmp", XDG_CONFIG_HOME: "/tmp" },
  },
  {
    name: "Gunicorn",
    package: "gunicorn",
    port: 8001,
    product: /gunicorn/,
    service: http,
    start(dir) {
      file(
        dir,
        "app.py",
        "def app(env, start):\n    start('200 OK', [('Content-Type', 'text/plain')])\n    return [b'lab']\n",
      );
      return ["gunicorn", "-b", "127.0.0.1:8001", "--chdir", dir, "app:app"];
    },
  },
  {
    name: "Varnish",
    package: "varnish",
    port: 6081,
    product: /varnish/,
    service: http,
    start: (dir) => [
      "varnishd",
      "-F",
      "-a",
      "127.0.0.1:6081",
      "-b",
      "127.0.0.1:80",
      "-n",
      join(dir, "v"),
      "-s",
      "malloc,16m",
    ],
  },
  {
    name: "Squid",
    package: "squid",
    port: 3128,
    product: /squid/,
    service: http,
    start(dir) {
      chmodSync(dir, 0o777);
      return [
        "squid",
        "-N",
        "-f",
        file(
          dir,
          "s.conf",
          `http_port 127.0.0.1:3128\ncache_log ${dir}/c.log\naccess_log none\npid_filename ${dir}/pid\ncache deny all\nvisible_hostname lab\n`,
        ),
      ];
    },
  },
  {
    name: "Tinyproxy",
    package: "tinyproxy",
    port: 8888,
    product: /tinyproxy/,
    service: http,
    start: (dir) => [
      "tinyproxy",
      "-d",
      "-c",
      file(dir, "t.conf", `Port 8888\nListen 127.0.0.1\nTimeout 60\nAllow 127.0.0.1\nLogFile "${dir}/t.log"\n`),
    ],
  },
  {
    name: "Privoxy",
    package: "privoxy",
    port: 8118,
    product: /privoxy/,
    service: http,
    start: (dir) => [
      "privoxy",
      "--no-daemon",
      file(dir, "p.conf", `listen-address 127.0.0.1:8118\nconfdir /etc/privoxy\nlogdir ${dir}\n`),
    ],
  },
  {
    name: "CUPS",
    package: "cups-daemon",
    port: 631,
    product: /cups/,
    service: http,
    start(dir) {
      directory(dir, "spool");
      file(
        dir,
        "cups-files.conf",
        `AccessLog ${dir}/a\nErrorLog ${dir}/e\nPageLog ${dir}/p\nRequestRoot ${dir}/spool\nTempDir ${dir}/spool\nStateDir ${dir}\nCacheDir ${dir}\nServerRoot ${dir}\n`,
      );
      return [
        "cupsd",
        "-f",
        "-s",
        join(dir, "cups-files.conf"),
        "-c",
        file(
          dir,
          "cupsd.conf",
          "Listen 127.0.0.1:631\nDefaultAuthType None\n<Location />\nOrder allow,deny\nAllow all\n</Location>\n",
        ),
      ];
    },
  },
  {
    name: "Icecast",
    package: "icecast2",
    port: 8010,
    product: /icecast/,
    service: http,
    start(dir) {
      chmodSync(dir, 0o777);
      directory(dir, "log");
      return [
        "icecast2",
        "-c",
        file(
          dir,
          "i.xml",
          `<icecast><limits><sources>2</sources></limits><authentication><source-password>x</source-password><admin-user>a</admin-user><admin-password>x</admin-password></authentication><hostname>lab</hostname><listen-socket><port>8010</port><bind-address>127.0.0.1</bind-address></listen-socket><paths><basedir>/usr/share/icecast2</basedir><logdir>${dir}/log</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths><logging><accesslog>a</accesslog><errorlog>e</errorlog></logging><security><chroot>0</chroot></security></icecast>`,
        ),
      ];
    },
    user: "nobody",
  },
  {
    name: "Monit",
    package: "monit",
    port: 2812,
    product: /monit/,
    service: http,
    start(dir) {
      const path = file(
        dir,
        "monitrc",
        `set daemon 30\nset httpd port 2812 address 127.0.0.1 allow admin:lab\nset idfile ${dir}/id\nset statefile ${dir}/state\nset pidfile ${dir}/pid\n`,
      );
      chmodSync(path, 0o600);
      return ["monit", "-I", "-c", path];
    },
  },
  {
    name: "Prometheus",
    package: "prometheus",
    port: 9090,
    product: /prometheus/,
    service: http,
    start: (dir) => [
      "prometheus",
      "--config.file",
      file(dir, "p.yml", "global: {}\n"),
      "--storage.tsdb.path",
      join(dir, "data"),
      "--web.listen-address",
      "127.0.0.1:9090",
    ],
  },
  {
    name: "Prometheus Node Exporter",
    package: "prometheus-node-exporter",
    port: 9100,
    product: /node exporter/,
    service: http,
    start: () => ["prometheus-node-exporter", "--web.listen-address", "127.0.0.1:9100"],
  },
  {
    name: "etcd",
    package: "etcd-server",
    port: 2379,
    product: /etcd/,
    service: http,
    start: (dir) => [
      "etcd",
      "--data-dir",
      join(dir, "data"),
      "--listen-client-urls",
      "http://127.0.0.1:2379",
      "--advertise-client-urls",
      "http://127.0.0.1:2379",
      "--listen-peer-urls",
      "http://127.0.0.1:2380",
    ],
    env: { ETCD_UNSUPPORTED_ARCH: "arm64" },
  },
  {
    name: "InfluxDB",
    package: "influxdb",
    port: 8086,
    product: /influxdb/,
    service: http,
    start: (dir) => [
      "influxd",
      "-config",
      file(
        dir,
        "i.conf",
        `reporting-disabled = true\nbind-address = "127.0.0.1:8087"\n[meta]\ndir = "${dir}/meta"\n[data]\ndir = "${dir}/data"\nwal-dir = "${dir}/wal"\n[http]\nbind-address = "127.0.0.1:8086"\n`,
      ),
    ],
  },
  {
    name: "Postfix",
    package: "postfix",
    port: 25,
    product: /postfix/,
    service: /smtp/,
    start(dir) {
      const [queue, data] = [directory(dir, "queue", 0o755), directory(dir, "data", 0o755)];
      spawnSync("chown", ["postfix", data]);
      file(
        dir,
        "main.cf",
        `compatibility_level = 3.6\nqueue_directory = ${queue}\ndata_directory = ${data}\nmyhostname = lab.invalid\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmaillog_file = /dev/stdout\nsmtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)\nmynetworks = 127.0.0.0/8\n`,
      );
      spawnSync("sh", [
        "-c",
        `sed 's/ y / n /4' /usr/share/postfix/master.cf.dist | sed -E 's/^(smtp +inet +n +- +)y/\\1n/; s/^([a-z]+ +(unix|fifo|inet) +[-n] +[-n] +)y/\\1n/' > ${dir}/master.cf; echo 'postlog unix-dgram n - n - 1 postlogd' >> ${dir}/master.cf`,
      ]);
      return ["postfix", "-c", dir, "start-fg"];
    },
  },
  {
    name: "Exim",
    package: "exim4-daemon-light",
    port: 2525,
    product: /exim/,
    service: /smtp/,
    start(dir) {
      chmodSync(dir, 0o777);
      directory(dir, "spool");
      return [
        "exim4",
        "-C",
        file(
          dir,
          "exim.conf",
          `exim_user = nobody\nexim_group = nogroup\nspool_directory = ${dir}/spool\nlog_file_path = ${dir}/%slog\nprimary_hostname = lab.invalid\nlocal_interfaces = 127.0.0.1\ntls_advertise_hosts =\nkeep_environment =\nbegin acl\n`,
        ),
        "-bdf",
        "-oX",
        "2525",
        "-oP",
        join(dir, "pid"),
      ];
    },
  },
  {
    name: "Dovecot IMAP",
    package: "dovecot-imapd",
    port: 143,
    product: /dovecot/,
    service: /imap/,
    start: (dir) => [
      "dovecot",
      "-F",
      "-c",
      file(
        dir,
        "d.conf",
        `protocols = imap pop3\nlisten = 127.0.0.1\nssl = no\nbase_dir = ${dir}/run\nlog_path = ${dir}/log\nmail_location = mbox:~/mail\ndefault_internal_user = nobody\ndefault_login_user = nobody\ndefault_internal_group = nogroup\npassdb {\n driver = static\n}\nuserdb {\n driver = static\n args = uid=65534 gid=65534 home=/tmp\n}\nservice stats {\n chroot =\n}\nservice imap-login {\n chroot =\n}\nservice pop3-login {\n chroot =\n}\n`,
      ),
    ],
  },
  {
    name: "Dovecot POP3",
    package: "dovecot-pop3d",
    port: 110,
    product: /dovecot/,
    service: /pop3/,
    start: () => ["sleep", "3600"],
  },
  {
    name: "vsftpd",
    package: "vsftpd",
    port: 21,
    product: /vsftpd/,
    service: /ftp/,
    start(dir) {
      directory(dir, "empty", 0o555);
      return [
        "vsftpd",
        file(
          dir,
          "v.conf",
          `listen=YES\nlisten_address=127.0.0.1\nbackground=NO\nanonymous_enable=NO\nlocal_enable=YES\nsecure_chroot_dir=${dir}/empty\nseccomp_sandbox=NO\n`,
        ),
      ];
    },
  },
  {
    name: "ProFTPD",
    package: "proftpd-core",
    port: 2121,
    product: /proftpd/,
    service: /ftp/,
    start: (dir) => [
      "proftpd",
      "-n",
      "-c",
      file(
        dir,
        "p.conf",
        `ServerName lab\nServerType standalone\nPort 2121\nDefaultAddress 127.0.0.1\nUser nobody\nGroup nogroup\nPidFile ${dir}/pid\nScoreboardFile ${dir}/sb\nSystemLog ${dir}/log\nUseIPv6 off\nSocketBindTight on\nDelayTable none\n`,
      ),
    ],
  },
  {
    name: "Pure-FTPd",
    package: "pure-ftpd",
    port: 2122,
    product: /pure-?ftpd/,
    service: /ftp/,
    start: (dir) => ["pure-ftpd", "-S", "127.0.0.1,2122", "-g", join(dir, "pid"), "-e"],
  },
  {
    name: "MariaDB",
    package: "mariadb-server",
    port: 3306,
    product: /mariadb/,
    service: /mysql/,
    start(dir) {
      directory(dir, "data");
      spawnSync("mariadb-install-db", [
        "--no-defaults",
        `--datadir=${dir}/data`,
        "--user=root",
        "--auth-root-authentication-method=normal",
      ]);
      return [
        "mariadbd",
        "--no-defaults",
        "--user=root",
        `--datadir=${dir}/data`,
        `--socket=${dir}/s`,
        "--bind-address=127.0.0.1",
        `--pid-file=${dir}/pid`,
      ];
    },
  },
  {
    name: "PostgreSQL (trust)",
    package: "postgresql-15",
    port: 5432,
    product: /postgresql/,
    service: /postgresql/,
    start(dir) {
      chmodSync(dir, 0o777);
      spawnSync("setpriv", [
        "--reuid=postgres",
        "--clear-groups",
        "/usr/lib/postgresql/15/bin/initdb",
        "-A",
        "trust",
        "-D",
        join(dir, "data"),
      ]);
      return ["postgres", "-D", join(dir, "data"), "-p", "5432", "-k", dir, "-h", "127.0.0.1"];
    },
    user: "postgres",
  },
  {
    name: "Redis",
    package: "redis-server",
    port: 6379,
    product: /redis/,
    service: /redis/,
    start: (dir) => ["redis-server", "--port", "6379", "--bind", "127.0.0.1", "--save", "", "--dir", dir],
  },
  {
    name: "memcached",
    package: "memcached",
    port: 11211,
    product: /memcached/,
    service: /memcache/,
    start: () => ["memcached", "-u", "root", "-l", "127.0.0.1", "-p", "11211"],
  },
  {
    name: "RabbitMQ",
    package: "rabbitmq-server",
    port: 5672,
    product: /rabbitmq/,
    service: /amqp/,
    start(dir) {
      chmodSync(dir, 0o777);
      return ["rabbitmq-server"];
    },
    env: {
      RABBITMQ_NODENAME: "lab@localhost",
      RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
      RABBITMQ_MNESIA_BASE: "/tmp/portolan-rabbit",
      RABBITMQ_LOG_BASE: "/tmp/portolan-rabbit",
      RABBITMQ_ENABLED_PLUGINS_FILE: "/dev/null",
      HOME: "/tmp",
    },
    user: "rabbitmq",
  },
  {
    name: "Mosquitto",
    package: "mosquitto",
    port: 1883,
    product: /mosquitto/,
    service: /mqtt|mosquitto/,
    start: (dir) => [
      "mosquitto",
      "-c",
      file(dir, "m.conf", "listener 1883 127.0.0.1\nallow_anonymous true\nuser root\n"),
    ],
  },
  {
    name: "NATS",
    package: "nats-server",
    port: 4222,
    product: /nats/,
    service: /nats/,
    start: () => ["nats-server", "-a", "127.0.0.1", "-p", "4222"],
  },
  {
    name: "beanstalkd",
    package: "beanstalkd",
    port: 11300,
    product: /beanstalkd/,
    service: /beanstalk/,
    start: () => ["beanstalkd", "-l", "127.0.0.1", "-p", "11300"],
  },
  {
    name: "gearmand",
    package: "gearman-job-server",
    port: 4730,
    product: /gearman/,
    service: /gearman/,
    start: (dir) => ["gearmand", "-L", "127.0.0.1", "-p", "4730", "-l", join(dir, "log")],
  },
  {
    name: "Tarantool",
    package: "tarantool",
    port: 3301,
    product: /tarantool/,
    service: /tarantool/,
    start: (dir) => [
      "tarantool",
      file(dir, "t.lua", `box.cfg{listen='127.0.0.1:3301', work_dir='${dir}', memtx_memory=33554432}\n`),
    ],
  },
  {
    name: "OpenLDAP",
    package: "slapd",
    port: 389,
    product: /openldap/,
    service: /ldap/,
    start(dir) {
      directory(dir, "db");
      return [
        "slapd",
        "-d",
        "0",
        "-h",
        "ldap://127.0.0.1:389/",
        "-f",
        file(
          dir,
          "s.conf",
          `include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile ${dir}/pid\ndatabase mdb\nsuffix "dc=lab"\ndirectory ${dir}/db\n`,
        ),
      ];
    },
  },
  {
    name: "Samba",
    package: "samba",
    port: 445,
    product: /samba/,
    service: /smb|microsoft-ds|netbios/,
    start: (dir) => [
      "smbd",
      "-F",
      "--no-process-group",
      "-s",
      file(
        dir,
        "smb.conf",
        `[global]\nbind interfaces only = yes\ninterfaces = 127.0.0.1\nprivate dir = ${dir}\nlock directory = ${dir}\nstate directory = ${dir}\ncache directory = ${dir}\npid directory = ${dir}\nncalrpc dir = ${dir}/n\nlog file = ${dir}/log\nsmb ports = 445\n`,
      ),
    ],
  },
  {
    name: "BIND",
    package: "bind9",
    port: 53,
    product: /bind/,
    service: /dns|domain/,
    start(dir) {
      chmodSync(dir, 0o777);
      return [
        "named",
        "-f",
        "-c",
        file(
          dir,
          "n.conf",
          `options { directory "${dir}"; pid-file "${dir}/pid"; listen-on { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; session-keyfile "${dir}/sk"; };\ncontrols {};\n`,
        ),
      ];
    },
  },
  {
    name: "Unbound",
    package: "unbound",
    port: 5353,
    product: /unbound/,
    service: /dns|domain/,
    start: (dir) => [
      "unbound",
      "-d",
      "-c",
      file(
        dir,
        "u.conf",
        `server:\n interface: 127.0.0.1@5353\n username: ""\n chroot: ""\n directory: "${dir}"\n pidfile: "${dir}/pid"\n use-syslog: no\n hide-version: no\nremote-control:\n control-enable: no\n`,
      ),
    ],
  },
  {
    name: "dnsmasq",
    package: "dnsmasq-base",
    port: 5354,
    product: /dnsmasq/,
    service: /dns|domain/,
    start: () => [
      "dnsmasq",
      "-k",
      "-C",
      "/dev/null",
      "-p",
      "5354",
      "--listen-address=127.0.0.1",
      "--bind-interfaces",
      "--no-resolv",
      "--no-hosts",
      "-u",
      "root",
    ],
  },
  {
    name: "rsync",
    package: "rsync",
    port: 873,
    product: /rsync/,
    service: /rsync/,
    start: (dir) => [
      "rsync",
      "--daemon",
      "--no-detach",
      "--address=127.0.0.1",
      "--config",
      file(dir, "r.conf", "use chroot = no\n"),
    ],
  },
  {
    name: "rpcbind",
    package: "rpcbind",
    port: 111,
    product: /rpcbind/,
    service: /rpcbind/,
    start: () => ["rpcbind", "-f"],
  },
  {
    name: "Inetutils telnetd",
    package: "inetutils-telnetd",
    port: 23,
    product: /telnetd/,
    service: /telnet/,
    start: (dir) => [
      "inetutils-inetd",
      "-d",
      file(dir, "inetd.conf", "127.0.0.1:telnet stream tcp nowait root /usr/sbin/telnetd telnetd\n"),
    ],
  },
  {
    name: "Xvfb",
    package: "xvfb",
    port: 6001,
    product: /x\.?org/,
    service: /x11/,
    start: () => ["Xvfb", ":1", "-nolock", "-listen", "tcp", "-ac", "-nolisten", "unix", "-screen", "0", "64x64x8"],
  },
  {
    name: "TigerVNC",
    package: "tigervnc-standalone-server",
    port: 5902,
    product: /vnc/,
    service: /vnc/,
    start: () => [
      "Xtigervnc",
      ":2",
      "-nolock",
      "-rfbport",
      "5902",
      "-interface",
      "127.0.0.1",
      "-SecurityTypes",
      "None",
      "-geometry",
      "64x64",
      "-nolisten",
      "unix",
    ],
  },
  {
    name: "stunnel before Redis",
    package: "redis-server",
    port: 6380,
    product: /redis/,
    service: /redis/,
    start: (dir) => [
      "stunnel4",
      file(
        dir,
        "s.conf",
        `foreground = yes\npid =\n[redis]\naccept = 127.0.0.1:6380\nconnect = 127.0.0.1:6379\ncert = ${certificate(dir)}\n`,
      ),
    ],
  },
  {
    name: "ngIRCd",
    package: "ngircd",
    port: 6667,
    product: /ngircd/,
    service: /irc/,
    start: (dir) => [
      "ngircd",
      "-n",
      "-f",
      file(
        dir,
        "n.conf",
        "[Global]\nName = irc.lab.invalid\nInfo = lab\nListen = 127.0.0.1\nPorts = 6667\nServerUID = nobody\nServerGID = nogroup\n[Options]\nDNS = no\nIdent = no\nPAM = no\n",
      ),
    ],
  },
  {
    name: "svnserve",
    package: "subversion",
    port: 3690,
    product: /subversion|svn/,
    service: /svn/,
    start: (dir) => ["svnserve", "-d", "--foreground", "--listen-host", "127.0.0.1", "-r", dir],
  },
  {
    name: "Dante",
    package: "dante-server",
    port: 1080,
    product: /dante/,
    service: /socks/,
    start: (dir) => [
      "danted",
      "-f",
      file(
        dir,
        "d.conf",
        "logoutput: /dev/null\ninternal: 127.0.0.1 port = 1080\nexternal: lo\nsocksmethod: none\nclientmethod: none\nclient pass { from: 0/0 to: 0/0 }\nsocks pass { from: 0/0 to: 0/0 }\n",
      ),
      "-p",
      join(dir, "pid"),
    ],
  },
  {
    name: "Tor",
    package: "tor",
    port: 9050,
    product: /\btor\b/,
    service: /socks/,
    start: (dir) => [
      "tor",
      "-f",
      file(dir, "torrc", `SocksPort 127.0.0.1:9050\nDataDirectory ${dir}/data\nDisableNetwork 0\n`),
    ],
  },
  {
    name: "MPD",
    package: "mpd",
    port: 6600,
    product: /music player daemon|mpd/,
    service: /mpd/,
    start: (dir) => [
      "mpd",
      "--no-daemon",
      file(
        dir,
        "m.conf",
        `bind_to_address "127.0.0.1"\nport "6600"\nmusic_directory "${dir}"\ndb_file "${dir}/db"\nlog_file "${dir}/log"\naudio_output {\n type "null"\n name "n"\n}\n`,
      ),
    ],
  },
  {
    name: "xrdp",
    package: "xrdp",
    port: 3389,
    product: /xrdp/,
    service: /rdp|ms-wbt/,
    start: (dir) => [
      "xrdp",
      "-n",
      "-c",
      file(
        dir,
        "x.ini",
        `[Globals]\nport=tcp://127.0.0.1:3389\ncertificate=${certificate(dir)}\nkey_file=${dir}/key.pem\nsecurity_layer=negotiate\ncrypt_level=high\n[Logging]\nLogFile=${dir}/log\n[Xorg]\nname=x\nlib=libxup.so\n`,
      ),
    ],
  },
  {
    name: "ZooKeeper",
    package: "zookeeper",
    port: 2181,
    product: /zookeeper/,
    service: /zookeeper/,
    start(dir) {
      directory(dir, "data");
      return [
        "java",
        "-cp",
        "/usr/share/java/zookeeper.jar:/usr/share/java/*:/etc/zookeeper/conf",
        "-Dzookeeper.admin.enableServer=false",
        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
        file(dir, "z.cfg", `tickTime=2000\ndataDir=${dir}/data\nclientPort=2181\nclientPortAddress=127.0.0.1\n`),
      ];
    },
  },
];
