import type { Generated } from "kysely";
import type { Role } from "../model/index.ts";
import type { Json } from "../platform/storage/index.ts";

/**
 * The tables of users, keys and sessions. better-auth also reads and writes those that begin with `identity_`, and more
 * of their columns than are listed here.
 */
declare module "../platform/storage/tables.ts" {
  interface Tables {
    identity_user: {
      id: string;
      email: string;
      email_verified: Generated<boolean>;
      name: string;
      image: string | null;
      two_factor_enabled: Generated<boolean>;
      disabled_at: Date | null;
      person: Generated<string | null>;
      created_at: Generated<Date>;
      updated_at: Generated<Date>;
    };
    identity_session: {
      id: string;
      user_id: string;
      token: string;
      expires_at: Date;
      ip_address: string | null;
      user_agent: string | null;
      created_at: Generated<Date>;
      updated_at: Generated<Date>;
    };
    identity_account: {
      id: string;
      user_id: string;
      provider_id: string;
      account_id: string;
      password: string | null;
      created_at: Generated<Date>;
      updated_at: Generated<Date>;
    };
    identity_verification: { id: string; identifier: string; value: string; expires_at: Date };
    identity_passkey: {
      id: string;
      user_id: string;
      name: string | null;
      public_key: string;
      credential_id: string;
      created_at: Date | null;
    };
    identity_second_factor: {
      id: string;
      user_id: string;
      secret: string;
      backup_codes: string;
      verified: Generated<boolean>;
      failed_verification_count: Generated<number>;
      locked_until: Date | null;
    };
    role_grant: { user_id: string; role: Role; valid_from: Date | null; valid_to: Date | null };
    api_key: {
      id: string;
      user_id: string;
      name: string;
      prefix: string;
      digest: Uint8Array;
      permissions: Json<string[]>;
      created_at: Date;
      expires_at: Date;
      last_used_at: Date | null;
      revoked_at: Date | null;
      maker: string | null;
      made_by: string | null;
    };
    one_time_link: {
      digest: Uint8Array;
      purpose: "first-admin" | "set-password";
      user_id: string | null;
      created_at: Date;
      expires_at: Date;
      used_at: Date | null;
      maker: string | null;
      made_by: string | null;
      used_by: string | null;
    };
  }
}
