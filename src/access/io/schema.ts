/** The names that better-auth uses for its tables and columns, and our names for them (storage/migrations). */

const times = { createdAt: "created_at", updatedAt: "updated_at" };

export const USER = { modelName: "identity_user", fields: { emailVerified: "email_verified", ...times } } as const;

export const SESSION = {
  modelName: "identity_session",
  fields: {
    userId: "user_id",
    expiresAt: "expires_at",
    ipAddress: "ip_address",
    userAgent: "user_agent",
    ...times,
  },
} as const;

export const ACCOUNT = {
  modelName: "identity_account",
  fields: {
    userId: "user_id",
    providerId: "provider_id",
    accountId: "account_id",
    accessToken: "access_token",
    refreshToken: "refresh_token",
    idToken: "id_token",
    accessTokenExpiresAt: "access_token_expires_at",
    refreshTokenExpiresAt: "refresh_token_expires_at",
    ...times,
  },
} as const;

export const VERIFICATION = {
  modelName: "identity_verification",
  fields: { expiresAt: "expires_at", ...times },
} as const;

export const SECOND_FACTOR = {
  user: { fields: { twoFactorEnabled: "two_factor_enabled" } },
  twoFactor: {
    modelName: "identity_second_factor",
    fields: {
      userId: "user_id",
      backupCodes: "backup_codes",
      failedVerificationCount: "failed_verification_count",
      lockedUntil: "locked_until",
    },
  },
} as const;

export const PASSKEY = {
  passkey: {
    modelName: "identity_passkey",
    fields: {
      userId: "user_id",
      publicKey: "public_key",
      credentialID: "credential_id",
      deviceType: "device_type",
      backedUp: "backed_up",
      createdAt: "created_at",
    },
  },
} as const;
