/**
 * Each next step that the sources print, and how it is known to be possible: a test that follows it, or the reason why
 * none does here. `remedies.test.ts` refuses a next step without a row and a row without a next step.
 */
interface Followed {
  readonly test: string;
  /** A part of the test's title, or of the case's. */
  readonly title: string;
}

export const FOLLOWED: Readonly<Record<string, Followed>> = {
  "Set DATABASE_URL. To work on the embedded database of this home instead: portolan config database embedded.": {
    test: "src/operations/record-of-home.db.test.ts",
    title: "a home whose record moved to PostgreSQL",
  },
  "Unset DATABASE_URL. To move the record there, run portolan backup without DATABASE_URL and portolan restore with it. To work on that database instead: portolan config database postgresql.":
    { test: "src/operations/record-of-home.db.test.ts", title: "a home whose record moved to PostgreSQL" },
  "Correct DATABASE_URL. To work on that database instead: portolan config database postgresql.": {
    test: "src/operations/record-of-home.db.test.ts",
    title: "a home refuses a PostgreSQL database with another record",
  },
  "Leave it as it is. To read it nevertheless, add --superseded, and record nothing in it.": {
    test: "src/operations/record-of-home.db.test.ts",
    title: "a home whose record moved to PostgreSQL",
  },
  "If the clock is right now, run portolan clock accept: it records that the clock ran ahead, and what was recorded with later times becomes unknown. Otherwise correct the clock, or wait until then.":
    { test: "test/e2e/clock-back.test.ts", title: "knows nothing of the future once the clock is accepted" },
  "There is nothing to accept. portolan clock shows both times.": {
    test: "test/e2e/clock-back.test.ts",
    title: "knows nothing of the future once the clock is accepted",
  },
  "Set up an authenticator app on your account page, /account. Everything else works after that.": {
    test: "src/access/io/access.db.test.ts",
    title: "lets an admin do nothing before a second factor is set up, and everything after",
  },
  "Choose four or more words that do not belong together, or let a password manager choose one.": {
    test: "src/access/io/access.db.test.ts",
    title: "refuses passwords that are easy to guess, and keeps the link open",
  },
  "Add --format with one of …; or use --json > FILE.": {
    test: "src/cli/next-steps.test.ts",
    title: "a file without a format",
  },
  "Add --yes to take the defaults: portolan init --yes": {
    test: "src/cli/next-steps.test.ts",
    title: "questions without a terminal",
  },
  "Add -o findings.pdf, or redirect the output to a file or a program.": {
    test: "src/cli/next-steps.test.ts",
    title: "a PDF for a terminal",
  },
  "Add it to the targets in portolan.yaml if it belongs to the boundary, or choose a target inside it.": {
    test: "test/e2e/remedies.test.ts",
    title: "chooses targets that the guard allows",
  },
  "Check that it runs, and that this machine reaches it.": {
    test: "src/sensing/sensor-agent/io/enrolment.lab.test.ts",
    title: "enrols when it comes",
  },
  "Check that its directory exists, that the disk has room, and that you have permission.": {
    test: "src/cli/next-steps.test.ts",
    title: "a backup into a directory that does not exist",
  },
  "Check the name of the file and its permissions.": {
    test: "src/cli/next-steps.test.ts",
    title: "a file of ports that does not exist",
  },
  "Check the spelling against the names in portolan.yaml (portolan status lists the targets, portolan at now the assets) and that the hostname resolves on this machine.":
    { test: "test/e2e/remedies.test.ts", title: "finds the names of targets and assets" },
  "Choose a file in a directory that you can write to.": {
    test: "src/cli/next-steps.test.ts",
    title: "an export into a directory that does not exist",
  },
  "Choose another name with -o, e.g. one with the date.": {
    test: "src/cli/next-steps.test.ts",
    title: "an export over another file",
  },
  "Choose another name with -o.": { test: "src/cli/next-steps.test.ts", title: "a backup over another file" },
  "Copy keys/evidence.pem of the installation that created the log here. Until then, the record can be read and verified, but nothing can be added.":
    { test: "test/e2e/backup.test.ts", title: "is restored into" },
  "Correct … and run the command again.": { test: "test/e2e/remedies.test.ts", title: "mends one that is broken" },
  "Edit it, or move it away and run portolan init again.": {
    test: "src/cli/next-steps.test.ts",
    title: "a document that exists",
  },
  "Give 2026-03-14T09:00:00Z (or with an offset), now, -1h or -2d; or in the local time zone 03:00, yesterday 03:00, 2026-03-14T03:00 or 2026-03-14.":
    { test: "src/cli/next-steps.test.ts", title: "a time in words" },
  "Give a certificate with --tls-certificate and --tls-key, or name the TLS proxy in front of the server with --trust-proxy.":
    { test: "src/server/tls.lab.test.ts", title: "serves clients that read its server.json over TLS" },
  "Give a duration such as 15m, 1h or 1d.": { test: "src/cli/next-steps.test.ts", title: "a cadence in words" },
  "Give a duration such as 1h.": { test: "src/cli/next-steps.test.ts", title: "a token's lifetime in words" },
  "Give a number from … to ….": { test: "src/cli/next-steps.test.ts", title: "a number out of its range" },
  "Give a port from 1 to 65535.": { test: "src/cli/next-steps.test.ts", title: "a port out of its range" },
  "Give a role such as engineer or auditor@2026-03-01..2026-03-31; the roles are ….": {
    test: "src/cli/next-steps.test.ts",
    title: "a role of another name",
  },
  "Give a time that has passed, such as yesterday 03:00, or now.": {
    test: "src/cli/next-steps.test.ts",
    title: "a time to come",
  },
  "Give an address, such as 10.0.0.2 or fd00::2; portolan status and portolan at name the addresses of assets.": {
    test: "test/e2e/remedies.test.ts",
    title: "gives valid periods, addresses",
  },
  "Give one or more of them, separated by commas: … ….": {
    test: "src/cli/next-steps.test.ts",
    title: "a kind of another name",
  },
  "Give one or more of …, separated by commas.": {
    test: "src/cli/next-steps.test.ts",
    title: "a status of another name",
  },
  "Give the earlier time first.": { test: "src/cli/next-steps.test.ts", title: "a period backwards" },
  "Give the server a certificate (portolan start --tls-certificate FILE --tls-key FILE) and name it with https://.": {
    test: "src/server/tls.lab.test.ts",
    title: "serves clients that read its server.json over TLS",
  },
  "Leave it out, or remove the exclusion from portolan.yaml.": {
    test: "test/e2e/remedies.test.ts",
    title: "chooses targets that the guard allows",
  },
  "Leave it out: no scope and no authorization can allow it.": {
    test: "test/e2e/remedies.test.ts",
    title: "chooses targets that the guard allows",
  },
  "Move the file away, or name another directory in PORTOLAN_HOME.": {
    test: "test/e2e/remedies.test.ts",
    title: "uses another home",
  },
  "Name an empty directory in PORTOLAN_HOME, or an empty database in DATABASE_URL.": {
    test: "test/e2e/remedies.test.ts",
    title: "uses another home",
  },
  "Name one of: ….": { test: "test/e2e/remedies.test.ts", title: "finds the names of targets and assets" },
  "Name one of: …. Or declare it under vantagePoints in the installation's portolan.yaml.": {
    test: "test/e2e/remedies.test.ts",
    title: "finds the names of targets and assets",
  },
  "Name the file that portolan backup wrote, and check that you can read it.": {
    test: "test/e2e/backup.test.ts",
    title: "is restored into",
  },
  "Nothing was approved. Complete … and approve again.": {
    test: "test/e2e/remedies.test.ts",
    title: "completes, approves and shows",
  },
  "Nothing was written. Correct it, and run the command again.": {
    test: "src/cli/commands/init.test.ts",
    title: "asks a wrong answer again",
  },
  "Query it with any other command (portolan status), or stop it first: kill …": {
    test: "src/cli/session.lab.test.ts",
    title: "a command uses its API instead of opening the record",
  },
  "Remove that address from the name's DNS record or hosts file….": {
    test: "src/scope/resolve.test.ts",
    title: "names an address that no scope can declare, and leads on",
  },
  "Run portolan baseline propose, complete the file it writes, then portolan baseline approve FILE --by NAME.": {
    test: "test/e2e/remedies.test.ts",
    title: "completes, approves and shows",
  },
  "Run portolan start or portolan sweep first, or set PORTOLAN_HOME to the directory of the record.": {
    test: "test/e2e/remedies.test.ts",
    title: "begins a record where there is none",
  },
  "Run portolan sweeps for those of the last 7 days; --from and --to set another period.": {
    test: "test/e2e/remedies.test.ts",
    title: "gives valid periods, addresses",
  },
  "Run the command again.": { test: "src/cli/stop-request.test.ts", title: "leaves nothing behind" },
  "Run the command again; its --help shows the options that answer its questions.": {
    test: "src/cli/next-steps.test.ts",
    title: "a question without an answer",
  },
  "Run: chmod 600 … If somebody may have copied the key, their signatures look like those of this log: keep checkpoints elsewhere.":
    { test: "test/e2e/remedies.test.ts", title: "protects the key" },
  "Run: chmod 700 …": { test: "test/e2e/remedies.test.ts", title: "protects the key" },
  "See portolan --help, or portolan COMMAND --help.": {
    test: "src/cli/next-steps.test.ts",
    title: "a command of another name",
  },
  "Stop it, choose another port with --port, or --port 0 for any free one.": {
    test: "src/server/tls.lab.test.ts",
    title: "says which program has its port",
  },
  "There is nothing to approve. Change the file first if something else should be authorized.": {
    test: "test/e2e/remedies.test.ts",
    title: "completes, approves and shows",
  },
  "Use the address that `portolan start` printed, or allow the name with --allow-host.": {
    test: "src/server/tls.lab.test.ts",
    title: "prints and accepts the name of its certificate",
  },
  "Use the host's name, for example.": { test: "src/cli/next-steps.test.ts", title: "a sensor with a name of blanks" },
  "Write one with: portolan init.": { test: "test/e2e/remedies.test.ts", title: "writes the scope that is missing" },
  "Write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters of the password in %XX form, or unset it to use the embedded database.":
    { test: "src/platform/storage/database-next-steps.db.test.ts", title: "a password with characters of a URL" },
  "Start the database server, or correct DATABASE_URL.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a port without a server",
  },
  "Correct the host in DATABASE_URL, or check the DNS.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a host without an address",
  },
  "Correct user and password in DATABASE_URL, or the server's pg_hba.conf.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a wrong password",
  },
  "Create it: CREATE DATABASE ….": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a database that does not exist",
  },
  "Grant it CONNECT on the database.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a database that the user may not connect to",
  },
  "End other clients, or raise the limit: max_connections of the server, or CONNECTION LIMIT of the user or the database.":
    { test: "src/platform/storage/database-next-steps.db.test.ts", title: "no connection left" },
  "Check the database server and its log, and try again.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a database closed for maintenance",
  },
  "Create a database with ENCODING 'UTF8' TEMPLATE template0 and name that one in DATABASE_URL.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a database in another encoding",
  },
  "Make … the owner of the database, or let its owner run there: GRANT CREATE ON DATABASE … TO …; GRANT CREATE ON SCHEMA public TO ….":
    {
      test: "src/platform/storage/database-next-steps.db.test.ts",
      title: "a database of somebody else, by its owner's leave",
    },
  "Install PostgreSQL's contrib modules on the database server (Debian: in the server package; Red Hat: postgresql-contrib).":
    { test: "src/platform/storage/database-next-steps.db.test.ts", title: "a server without contrib modules" },
  "Correct the cause that the message names; nothing was changed.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a table of another program in the way",
  },
  "Use PostgreSQL … or newer, or unset DATABASE_URL to use the embedded database.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a server that is too old or a standby",
  },
  "Name the primary server in DATABASE_URL.": {
    test: "src/platform/storage/database-next-steps.db.test.ts",
    title: "a server that is too old or a standby",
  },
  "Give a dotted quad (192.0.2.1) or an IPv6 address (2001:db8::1) without a zone.": {
    test: "src/scope/next-steps.test.ts",
    title: "an address with a zone",
  },
  "Give a first and a last address of the same family, the smaller one first.": {
    test: "src/scope/next-steps.test.ts",
    title: "a range of addresses backwards",
  },
  "Use ports from 1 to 65535, the smaller one first.": {
    test: "src/scope/next-steps.test.ts",
    title: "a range of ports backwards",
  },
  "…; service names are not read": { test: "src/scope/next-steps.test.ts", title: "a service for a port" },
  "List the addresses themselves, or name the file in portolan.yaml.": {
    test: "src/scope/next-steps.test.ts",
    title: "a list file where no file is read",
  },
  "Declare it under systemTypes in portolan.yaml.": {
    test: "src/scope/next-steps.test.ts",
    title: "a system type that is not declared",
  },
  "Declare the addresses in a target of portolan.yaml if they belong to the boundary, or correct the name's DNS record.":
    { test: "src/scope/next-steps.test.ts", title: "a name outside the boundary, by declaring its address" },
  "Record an authorization in force (reference, grantedBy, from, until, addresses) under authorizations in portolan.yaml.":
    { test: "src/scope/next-steps.test.ts", title: "a public address without an authorization" },
  "Check the name and this machine's name resolution.": {
    test: "src/scope/next-steps.test.ts",
    title: "a name that does not resolve",
  },
  "Give one of the two.": { test: "src/cli/next-steps.test.ts", title: "a scope named twice" },
  "Set DATABASE_URL, and run the command again.": {
    test: "src/cli/next-steps.test.ts",
    title: "PostgreSQL without a database",
  },
  "Unset DATABASE_URL, and run the command again.": {
    test: "src/cli/next-steps.test.ts",
    title: "the embedded database while DATABASE_URL names another",
  },
  "Add --force to replace it, or choose another file with -o.": {
    test: "src/cli/next-steps.test.ts",
    title: "a proposal over another file",
  },
  "Choose a directory that exists and that you can write to, and run the command again.": {
    test: "src/cli/next-steps.test.ts",
    title: "a document in a directory that does not exist",
  },
  "Use port ranges, CIDR blocks, tags or system types instead of single endpoints.": {
    test: "src/cli/next-steps.test.ts",
    title: "a port baseline that is too large",
  },
  "Give a file that portolan evidence checkpoint printed, with or without --json.": {
    test: "src/cli/next-steps.test.ts",
    title: "another file for a checkpoint",
  },
  "See portolan keys make --help.": { test: "src/cli/next-steps.test.ts", title: "a key with an empty name" },
  "Correct it, then run portolan config check.": {
    test: "src/cli/next-steps.test.ts",
    title: "a setting that cannot be read",
  },
  "Correct …, or the file or its permissions.": {
    test: "src/cli/next-steps.test.ts",
    title: "a configuration file of another name",
  },
  "Correct the file or its permissions.": {
    test: "src/cli/next-steps.test.ts",
    title: "a directory in place of the configuration file",
  },
  "Set oidc.issuer, oidc.clientId and oidc.clientSecretFile, or none of them.": {
    test: "src/cli/next-steps.test.ts",
    title: "a part of single sign-on, by all of it",
  },
  "Ask an admin for a new one, or run portolan users link on the machine itself.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a link that was used",
  },
  "Ask an admin for a role with this permission.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a permission that no role of theirs has",
  },
  "Ask an admin to invite you: portolan users invite. If there is none: portolan users roles USER admin.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a first admin where users exist",
  },
  "Ask another admin.": { test: "src/access/io/next-steps.db.test.ts", title: "an admin's own roles" },
  "Ask another approver, with an account of their own.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "an approver's own proposal",
  },
  "Ask another approver. A password link counts as its maker's for a day: until ….": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "the proposal of the one who made the password link",
  },
  "Check your input and try again, or ask an admin for a new link.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a wrong password",
  },
  "Choose from ….": { test: "src/access/io/next-steps.db.test.ts", title: "a key that could do more than its user" },
  "Fill in the whole form.": { test: "src/access/io/next-steps.db.test.ts", title: "Fill in the whole form." },
  "Give either the hash that portolan baseline submit printed, or the file that was submitted.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "an approval of nothing",
  },
  "Give the user a role that a key can use: portolan users roles.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a key for a user without a role",
  },
  "Have it proposed with portolan baseline submit; then another person approves it by its hash.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a document that nobody proposed",
  },
  "List the proposals: portolan baseline proposals, or GET /api/v1/baseline/proposals.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "an unknown proposal",
  },
  "List the proposals: portolan baseline proposals.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "an approval of an unknown proposal",
  },
  "List the users: portolan users list.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a user who is not there",
  },
  "List yours: portolan …s list.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a session that is not there",
  },
  "Make another link with portolan users link, or change the roles with portolan users roles.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "an invitation of a user",
  },
  "Make another user an admin first.": { test: "src/access/io/next-steps.db.test.ts", title: "the only admin" },
  "Name the user: portolan keys make --user EMAIL.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a key of the operator for nobody",
  },
  "Omit the user.": { test: "src/access/io/next-steps.db.test.ts", title: "a key for somebody else" },
  "Review the port baseline in force, then decide again.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a decision about an older version",
  },
  "Sign in as an approver: portolan login, or the page /decide of the server. portolan users list shows who is one.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "an operator who approves among users",
  },
  "Sign in with your password or a passkey; docs/guide/people.md explains how to set up an OpenID provider.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "single sign-on without a provider",
  },
  "Sign in, or send `Authorization: Bearer <key>` with an API key, or with the token from the file `token` in Portolan's home directory.":
    { test: "src/access/io/next-steps.db.test.ts", title: "a request of nobody" },
  "Sign in.": { test: "src/access/io/next-steps.db.test.ts", title: "the account of the operator" },
  "Sign out, sign in again, and repeat this. You can change how you sign in only within an hour of signing in.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a sign-in of more than an hour ago",
  },
  "State the roles again, each with the dates it needs.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "roles that do not go together",
  },
  "Try again. A code of an authenticator app is valid for half a minute.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a code that is too old",
  },
  "Use Portolan's own pages; a program sends an API key instead of cookies.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a page of another site",
  },
  "Choose a new key for a new request.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "another request with the same Idempotency-Key",
  },
  "Compare the request with GET /api/v1/openapi.json.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a request without what it needs",
  },
  "Leave out `all` to see your own.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "the sessions of everybody",
  },
  "Send the ETag exactly as the server returned it, or leave the header out.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "a version in words",
  },
  "Wait … seconds, then send the right credentials.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "many keys that are not valid",
  },
  "Wait … …, then try again.": { test: "src/access/io/next-steps.db.test.ts", title: "many wrong guesses" },
  "Make room on that file system, or set PORTOLAN_HOME to a directory on another one. The write in progress was not recorded.":
    { test: "src/platform/storage/disk.db.test.ts", title: "because it is full is left for one with room" },
  "Run the command as the user who owns that directory, or name another one in PORTOLAN_HOME.": {
    test: "test/lab/other-user.lab.test.ts",
    title: "a home that it may not look into",
  },
  "Make it writable for this user, or name another directory in PORTOLAN_HOME.": {
    test: "test/lab/other-user.lab.test.ts",
    title: "a home that it may not write to",
  },
  "Make this directory writable for the user that runs Portolan, or set PORTOLAN_HOME to a writable one.": {
    test: "test/lab/other-user.lab.test.ts",
    title: "a place for the key that it may not write to",
  },
  "Give this user read permission, or run as a user who has it.": {
    test: "test/lab/other-user.lab.test.ts",
    title: "a scope that it may not read",
  },
  "Run the command as the user who started Portolan.": {
    test: "test/lab/other-user.lab.test.ts",
    title: "a token that it may not read",
  },
  "Make it readable and writable for this user. If it is damaged, delete it and run the command with the right DATABASE_URL, or without one for the embedded database.":
    { test: "test/lab/other-user.lab.test.ts", title: "a memory of the database that it may not read" },
  "Close it as its owner: chmod 700 …": {
    test: "test/lab/other-user.lab.test.ts",
    title: "a home that is open to others",
  },
  "Name another directory in PORTOLAN_HOME.": { test: "test/lab/other-user.lab.test.ts", title: "a home below a file" },
  "Choose a port above 1023 with --port.": { test: "test/lab/other-user.lab.test.ts", title: "a port below 1024" },
  "Give the key that … was issued for; the server's certificate comes first in that file.": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a key that belongs to another certificate",
  },
  "Write it without a passphrase to a file that only this user can read: openssl pkey -in … -out server.key": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a key with a passphrase",
  },
  "Give a PEM file with the server's ….": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a key for a certificate",
  },
  "Check the name of the file, and that the user who runs Portolan can read it.": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a certificate under another name",
  },
  "Write the proxy's address or network, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/64.": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a proxy by its name",
  },
  "Give an address of this machine with --host.": {
    test: "src/server/next-steps.lab.test.ts",
    title: "an address of another machine",
  },
  "Remove … and start Portolan again: it creates a new one that only you can read.": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a token that others can read",
  },
  "Remove … and start Portolan again: it creates a new one.": {
    test: "src/server/next-steps.lab.test.ts",
    title: "a file that holds something else for a token",
  },
  "Name the place that the other scanner scanned from, for example: outside.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "a vantage point with blanks",
  },
  "Name the place that the other scanner scanned from, or leave --vantage out.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "an import from the vantage point of this installation",
  },
  "Add --ports. For a file of nmap, which states both itself, leave --targets out instead.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "targets without ports",
  },
  "Give the addresses that were scanned: a hostname may have resolved to other addresses then.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "a hostname for what was scanned",
  },
  "Correct the clock of the scanning machine, or of this one, and scan again.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "a scan of a clock that is ahead",
  },
  "Leave sender and recipients out, or choose the format mail.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "recipients of a file",
  },
  "Give a --from that is earlier than --to.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "gaps of a period backwards",
  },
  "Give an end that is later than the beginning.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "gaps of an empty period",
  },
  "Give a time in the past.": { test: "src/operations/next-steps.db.test.ts", title: "a time to come" },
  "Correct the targets or exclusions in portolan.yaml, or the DNS records of the names.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "a sweep of nothing",
  },
  "Name fewer targets or ports, or split the target in portolan.yaml.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "a sweep of too many endpoints",
  },
  "Write who answers for each port and why it has to be open, or remove the entry; then approve again.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "an entry of a port baseline without an owner",
  },
  "Set the clock right, then approve again: the latest approval is what is in force.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "an approval before the one in force",
  },
  "Use a name like a URL without its scheme, for example portolan.example.com/log.": {
    test: "src/operations/next-steps.db.test.ts",
    title: "a name of the log with a blank",
  },
  "Give … of that day (…), or a time with an offset.": {
    test: "src/cli/time-argument.test.ts",
    title: "accepts what it says to give instead of a time that clocks skip",
  },
  "Give ….": {
    test: "src/cli/time-argument.test.ts",
    title: "accepts both that it says to give instead of a time that clocks show twice",
  },
  "Give 16 random bytes as lower-case hex.": {
    test: "src/sensing/scanner/next-steps.test.ts",
    title: "a seed of another form",
  },
  "Choose smaller address ranges; an IPv6 network has to be given as the addresses in use.": {
    test: "src/sensing/scanner/next-steps.test.ts",
    title: "an IPv6 network",
  },
  "Leave the engine out, or choose connect-portable: it sees the same, more slowly.": {
    test: "src/sensing/scanner/next-steps.test.ts",
    title: "an engine whose library does not load",
  },
  "Give nmap's own XML (-oX); of masscan its JSON (-oJ) or list (-oL), of naabu its JSON lines (-json).": {
    test: "src/sensing/scanner/next-steps.test.ts",
    title: "the XML of masscan",
  },
  "Give the path of a text file.": { test: "src/scope/io/load-scope.lab.test.ts", title: "a directory in its place" },
  "Write ranges instead of single addresses, or split it into several list files.": {
    test: "src/scope/io/load-scope.lab.test.ts",
    title: "a list of single addresses that is too large",
  },
  "Save it as UTF-8.": { test: "src/scope/io/load-scope.lab.test.ts", title: "a list in another encoding" },
  "Create it, or remove the file: reference.": {
    test: "src/scope/io/load-scope.lab.test.ts",
    title: "a list that does not exist",
  },
  "Remove the directory sensor from PORTOLAN_HOME on that machine, and enrol with the same token: it is still open.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "enrols a machine again whose sensor was revoked",
  },
  "Wait a minute, then send the same request again.": {
    test: "src/access/io/next-steps.db.test.ts",
    title: "more requests than a minute allows",
  },
  "Ask an admin for a new one: portolan sensors enrol NAME": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "takes a new token instead",
  },
  "Create one on the server (portolan sensors enrol NAME) and pass it in a file: --token-file FILE.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "names the server and makes a token",
  },
  "Give scheme, host and port, and nothing else.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "names the server and makes a token",
  },
  "Name the server (--server URL) and pass a token: portolan sensors enrol NAME creates one there.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "names the server and makes a token",
  },
  "Name its authority with --ca FILE, or its certificate with --fingerprint SHA256.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "trusts the server by its authority",
  },
  "Report with `portolan sensor`; to read about sensors, use GET /api/v1/sensors.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "signs what a program sent",
  },
  "Enrol with `portolan sensor`, which signs it.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "signs what a program sent",
  },
  "Use them or wait until they expire.": { test: "test/e2e/sensor-remedies.test.ts", title: "waits until the tokens" },
  "Stop the copy and revoke this sensor. On each machine, remove the directory sensor from PORTOLAN_HOME and enrol it again. A disk that was restored to an older state needs the same.":
    { test: "test/e2e/sensor-remedies.test.ts", title: "enrols a machine and its copy" },
  "Remove the directory sensor from PORTOLAN_HOME on that machine and enrol it: portolan sensors enrol NAME on the server, then portolan sensor with the token there.":
    { test: "test/e2e/sensor-remedies.test.ts", title: "whose key the server does not know" },
  "If the machine should report again, remove the directory sensor from PORTOLAN_HOME there and enrol it: portolan sensors enrol NAME":
    { test: "test/e2e/sensor-remedies.test.ts", title: "enrols a machine again whose sensor was revoked" },
  "Revoke it first (portolan sensors revoke … --reason TEXT) or choose another name.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "revokes a sensor whose name is wanted",
  },
  "Revoke it (portolan sensors revoke … --reason TEXT), then make a new token: portolan sensors enrol …": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "revokes a sensor whose name is wanted",
  },
  "Revoke the sensor, remove the directory sensor from PORTOLAN_HOME, and enrol it again.": {
    test: "test/e2e/sensor-remedies.test.ts",
    title: "replaces a sensor with",
  },
  "Make room on the disk it is redirected to, and run the command again.": {
    test: "test/e2e/system-faults.test.ts",
    title: "a full disk",
  },
  "Redirect it to another file or terminal, and run the command again.": {
    test: "test/e2e/system-faults.test.ts",
    title: "a file opened to be read",
  },
  "Use the address of the proxy, or declare your address as a proxy with --trust-proxy or server.trustedProxies.": {
    test: "src/server/tls.lab.test.ts",
    title: "is refused if only proxies are accepted",
  },
  "Set PORTOLAN_HOME to an empty directory.": {
    test: "src/cli/session.lab.test.ts",
    title: "a restore is refused, and leads on to an empty home",
  },
  "See when each one came into force: portolan baseline history.": {
    test: "src/operations/baseline-history.db.test.ts",
    title: "can be queried by instant and by asset",
  },
  "Move it away. Then restore a backup with portolan restore FILE, or begin a new record.": {
    test: "test/e2e/damage-remedies.test.ts",
    title: "moves away a directory",
  },
  "Move the directory data in it away. Then restore a backup with portolan restore FILE, or begin a new record.": {
    test: "test/e2e/damage-remedies.test.ts",
    title: "moves away a directory",
  },
  "Put your copy of the file back: portolan backup leaves it out. Without the key, nothing can be added to the record.":
    { test: "test/e2e/damage-remedies.test.ts", title: "puts back the key of the log" },
  "Put the keys/evidence.pem of the installation that created the log (from its PORTOLAN_HOME, or your copy: portolan backup leaves it out) into this one's. If there never was another installation, the log was replaced: keep this database for an investigation.":
    { test: "test/e2e/damage-remedies.test.ts", title: "puts back the key of the log" },
  "Run `portolan evidence verify`; if it finds the log altered, keep this database for an investigation, and restore a backup into an empty one.":
    { test: "test/e2e/damage-remedies.test.ts", title: "verifies a log that was altered" },
  "Use another backup, and keep this one for an investigation. Nothing was restored.": {
    test: "test/e2e/damage-remedies.test.ts",
    title: "whose log was altered",
  },
  "Use another backup, and keep this one for an investigation. To restore it nevertheless, add --accept-contradictions. Nothing was restored.":
    { test: "test/e2e/damage-remedies.test.ts", title: "whose rows contradict its log" },
  "Use another backup. Nothing was restored.": {
    test: "test/e2e/damage-remedies.test.ts",
    title: "with a table of another",
  },
  "Use another backup. portolan backup reads every file once more after writing it, so this one was changed or cut off later.":
    { test: "test/e2e/damage-remedies.test.ts", title: "that was cut off" },
  "Install an unmodified Portolan, or restore the migration file; an applied migration is never edited.": {
    test: "src/platform/storage/migrate.db.test.ts",
    title: "refuse a newer database, and one that other files migrated",
  },
  "Run the newer version of Portolan that last used it; a database is never migrated back.": {
    test: "src/platform/storage/migrate.db.test.ts",
    title: "refuse a newer database, and one that other files migrated",
  },
  "Give the key as portolan evidence verify prints it (name+id+base64), its fingerprint of 64 hex digits, or its PEM.":
    { test: "src/operations/evidence.db.test.ts", title: "is the one that the request names" },
  "Pass `next` of the previous page with the same filters, or omit `after` to start at the first page.": {
    test: "src/operations/evidence.db.test.ts",
    title: "lists checkpoints, the largest first",
  },
  "See … for the existing ones.": {
    test: "src/operations/evidence.db.test.ts",
    title: "says where the entries are listed",
  },
  "Wait until it ends, use its API (portolan start), or name another directory in PORTOLAN_HOME.": {
    test: "test/e2e/damage-remedies.test.ts",
    title: "waits for the process that has the record",
  },
  "Leave out --by.": {
    test: "src/cli/commands/login.db.test.ts",
    title: "lets two people propose and approve as themselves",
  },
  "Name the server: portolan login --url https://portolan.example.com": {
    test: "src/cli/commands/login.db.test.ts",
    title: "does not act as the operator once the session has ended",
  },
  "Use https, or a tunnel to a loopback address: ssh -L 4600:127.0.0.1:4600 SERVER.": {
    test: "src/cli/commands/login.db.test.ts",
    title: "does not act as the operator once the session has ended",
  },
  "List them: portolan baseline proposals. Give the whole hash of an older one.": {
    test: "src/cli/commands/login.db.test.ts",
    title: "lets two people propose and approve as themselves",
  },
  "Write it with its scheme: https://portolan.example.com": {
    test: "src/cli/commands/login.db.test.ts",
    title: "does not act as the operator once the session has ended",
  },
  "Run portolan users list to see their current roles.": {
    test: "src/cli/next-steps.test.ts",
    title: "neither roles nor --none",
  },
  "Run portolan users list to see which accounts are known to be of one person.": {
    test: "src/cli/next-steps.test.ts",
    title: "neither --same-as nor --separate",
  },
  "See portolan users invite --help.": {
    test: "src/cli/next-steps.test.ts",
    title: "a user without an e-mail address",
  },
  "Sign in again with portolan login, or act as the operator of this machine again: portolan logout.": {
    test: "src/cli/commands/login.db.test.ts",
    title: "does not act as the operator once the session has ended",
  },
  "Leave --certificate out, or give the https address of the server.": {
    test: "src/cli/commands/login.db.test.ts",
    title: "does not act as the operator once the session has ended",
  },
  "Set XDG_CONFIG_HOME to a directory that you can write to, then sign in again.": {
    test: "src/cli/commands/login.db.test.ts",
    title: "does not act as the operator once the session has ended",
  },
  "Close the port, or authorize it with portolan baseline propose and an approval.": {
    test: "test/e2e/lab.test.ts",
    title: "resolves it when the port is observed closed",
  },
  "Renew the certificate; the running server loads it without a restart.": {
    test: "src/server/tls.lab.test.ts",
    title: "uses a renewed certificate without a restart",
  },
  "Grant CAP_NET_RAW.": {
    test: "test/e2e/privileges.test.ts",
    title: "sends raw packets for a user after that command",
  },
  "…; setcap grants it to every script that this node runs, so use a copy of node for Portolan alone": {
    test: "test/e2e/privileges.test.ts",
    title: "sends raw packets for a user after that command",
  },
};

/** Next steps by the reason why no test follows the printed text itself. Their commands and options exist: that is tested. */
export const REASONS: Readonly<Record<string, readonly string[]>> = {
  "An act outside of Portolan: on a database server, a disk, a network, a proxy, a clock or another program.": [
    "Check the address, and the proxies in front of it.",
    "Check the disk it is on and start Portolan again; the record is as it was at the last commit.",
    "Check the disk, and restore a backup.",
    "Check the network and firewalls between here and the database.",
    "Check the path and the file system.",
    "Correct the cause that the message names, and try again.",
    "If its certificate was renewed, start the sensor with the new fingerprint. If not, this is another server.",
    "Make room on the file system of the record.",
    "Put the record on a local file system with PORTOLAN_HOME, or use PostgreSQL with DATABASE_URL.",
    "Run portolan start with this DATABASE_URL in the directory of portolan.yaml, then start the worker.",
    "Set DATABASE_URL to the database that portolan start uses.",
    "Something between the sensor and this server changes requests; check the proxies.",
    "Stop that program, or remove server.json from Portolan's home directory.",
  ],
  "An act of another person, or of somebody who signs in: followed by the tests of people (src/access, test/e2e/signing-in.test.ts).":
    [
      "Check the name of the PEM file and its permissions.",
      "Sign in first.",
      "Sign in there once, then run portolan login again.",
    ],
  "Restores or keeps what was damaged: test/e2e/backup.test.ts restores; the damage is made by the tests of the store and of the log.":
    [
      "Restore it with that version or a newer one. Nothing was restored.",
      "Restore the last backup from before it was changed by hand, or open the record with the newer version that wrote it.",
      "Run `portolan evidence verify`.",
      "Use the version of Portolan that recorded it, or a newer one.",
    ],
  "Repeats the request later, unchanged or corrected: the tests of the API send the right one.": [
    "Close a stream, or wait until one closes.",
    "List the running sweeps with GET /api/v1/status.",
    "Try again in a minute.",
    "Try again in a moment.",
    "Try again.",
    "Wait, then send the same request again.",
  ],
  "The machine of a sensor or worker: followed by test/e2e/remote-sensor.test.ts, sensor-site.test.ts and workers.test.ts.":
    ["Run the sensor as the user who owns its directory."],
  "A limit or privilege of the machine, which its own tests change (test/lab, src/platform/machine, src/sensing/scanner/io).":
    [
      "Allow AF_NETLINK (RestrictAddressFamilies in a systemd unit), or choose the engine connect.",
      "Free memory, or raise the limit of the container or unit.",
      "Raise the limit (ulimit -n, LimitNOFILE in the systemd unit), or close what holds them.",
      "Raise the limit of open files (`ulimit -n`), or choose the engine connect-portable.",
      "Raise the limit of open files, or free ports outside of net.ipv4.ip_local_port_range.",
      "Restart the server, so that both run the same version.",
      "Start Portolan again.",
      "Start it with `portolan start`; if no server should run, remove server.json from Portolan's home directory.",
      "Use --format html and print the page, or run the export on Linux, macOS or Windows.",
    ],
  "The valid form of one argument or field: the reader that refuses it is tested with both, valid and not.": [
    "Authorize the ports that many assets have in common first, with one entry for a system type, a tag, a CIDR block or a port range; then propose again.",
    "Check that a Portolan server runs at this address.",
    "Check the output of `portolan start` at this time, and report the error if it happens again.",
    "Choose targets inside the scope.",
    "Complete and approve the existing one.",
    "Give a duration such as ….",
    "Use another server.",
  ],
  "A report of a bug, or a step of a program and not of a person.": [
    "Nothing was recorded. Import the file of another scan.",
    "Nothing was recorded. This is a bug in the code that appended the entry: report it with this message.",
    "PORTOLAN_DEBUG=1 portolan status, and report its output",
    "Run `portolan start` or `portolan sweep`, which begin the log. In code, call beginLog before the first entry.",
    "Run `portolan status`: the sweep is recorded up to where it got, or it resumes at the next start.",
    "Run it on a terminal. A program uses an API key instead: portolan keys make.",
    "There is nothing to propose. Change the file first if something else should be authorized.",
    "This error was not expected. Run the command again with PORTOLAN_DEBUG=1, and report its output.",
    "What to do about it.",
  ],
};
