-- Who may sign in, with what, and as what. The tables that begin with identity_ are read and written by better-auth,
-- too; what it calls their columns is in src/identity/io/schema.ts.

CREATE TABLE identity_user (
  id text PRIMARY KEY,
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  email_verified boolean NOT NULL DEFAULT false,
  name text NOT NULL,
  image text,
  two_factor_enabled boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,              -- when an admin shut the account; null while it is in use
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE identity_session (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES identity_user,
  token text NOT NULL UNIQUE,           -- of no use without the signing secret of the home directory
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identity_session_user ON identity_session (user_id);

-- A way to sign in that is no passkey: the password (its scrypt hash), or the subject at an OpenID provider.
CREATE TABLE identity_account (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES identity_user,
  provider_id text NOT NULL,
  account_id text NOT NULL,
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX identity_account_user ON identity_account (user_id);

-- What lives between two requests of one sign-in: challenges of passkeys, state of single sign-on, pending codes.
CREATE TABLE identity_verification (
  id text PRIMARY KEY,
  identifier text NOT NULL UNIQUE,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- The secret of the time-based codes and the recovery codes, both encrypted.
CREATE TABLE identity_second_factor (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES identity_user,
  secret text NOT NULL,
  backup_codes text NOT NULL,
  verified boolean NOT NULL DEFAULT true,
  failed_verification_count integer NOT NULL DEFAULT 0,
  locked_until timestamptz
);
CREATE INDEX identity_second_factor_secret ON identity_second_factor (secret);
CREATE UNIQUE INDEX identity_second_factor_user ON identity_second_factor (user_id);

CREATE TABLE identity_passkey (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES identity_user,
  name text,
  public_key text NOT NULL,
  credential_id text NOT NULL,
  counter integer NOT NULL,
  device_type text NOT NULL,
  backed_up boolean NOT NULL,
  transports text,
  aaguid text,
  created_at timestamptz DEFAULT now()
);
CREATE INDEX identity_passkey_user ON identity_passkey (user_id);
CREATE UNIQUE INDEX identity_passkey_credential ON identity_passkey (credential_id);

-- Roles of a person, and between which instants; who gave them is in the evidence log.
CREATE TABLE role_grant (
  user_id text NOT NULL REFERENCES identity_user,
  role text NOT NULL CHECK (role IN ('admin', 'engineer', 'service-owner', 'approver', 'responder', 'auditor')),
  valid_from timestamptz,
  valid_to timestamptz,
  PRIMARY KEY (user_id, role),
  CHECK (valid_from < valid_to),
  CHECK (role <> 'auditor' OR (valid_from IS NOT NULL AND valid_to IS NOT NULL))
);

CREATE TABLE api_key (
  id text PRIMARY KEY,
  user_id text NOT NULL REFERENCES identity_user,
  name text NOT NULL,
  prefix text NOT NULL,                 -- what is shown of it
  digest bytea NOT NULL UNIQUE CHECK (length(digest) = 32),  -- SHA-256 of all of it
  permissions jsonb NOT NULL,           -- names of rows of the permission table
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,             -- to the hour
  revoked_at timestamptz
);
CREATE INDEX api_key_user ON api_key (user_id);

-- A link that lets somebody set their first or a new password, once.
CREATE TABLE one_time_link (
  digest bytea PRIMARY KEY CHECK (length(digest) = 32),      -- SHA-256 of what is in the link
  purpose text NOT NULL CHECK (purpose IN ('first-admin', 'set-password')),
  user_id text REFERENCES identity_user,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CHECK ((purpose = 'first-admin') = (user_id IS NULL))
);

-- Who proposed since the last approval is asked before each approval.
CREATE INDEX evidence_entry_baseline ON evidence_entry ("index") WHERE type IN ('baseline-proposed', 'baseline-approved');
