import type { Operations, ScopeResult } from "../contract/index.ts";
import { formatInstant, type Asset, type Target } from "../model/index.ts";
import {
  formatRange,
  listFilesOf,
  pageOfScopes,
  scopeDocument,
  scopeInForce,
  type AddressSet,
} from "../scope/index.ts";
import { cursorOf, missing, pageOf, readCursor } from "./cursor.ts";
import type { OperationDeps } from "./operation-deps.ts";
import { createScopeChange } from "./scope-change.ts";
import { scopeView } from "./scope-views.ts";

/** The system boundary: as recorded, and as it resolves now. */
export function createScope(deps: OperationDeps): Operations["scope"] {
  const { store, clock, scopeAsRecorded } = deps;
  const { db } = store;

  async function recorded(version: number | undefined): Promise<ScopeResult> {
    const found = await scopeDocument(db, version);
    if (found !== undefined) {
      const { version: row, document } = found;
      const listFiles = listFilesOf(document);
      const read = listFiles.length === 0 ? {} : { listFiles };
      return { schema: "portolan.scope/1", scope: scopeView(row), document, ...read };
    }
    throw missing(
      version === undefined ? "No scope has been recorded yet." : `No scope has the version ${version}.`,
      "GET /api/v1/scope/versions",
    );
  }

  return {
    ...createScopeChange(deps),
    async get({ at }) {
      if (at === undefined) return await recorded(undefined);
      const inForce = await scopeInForce(db, at);
      if (inForce !== undefined) return await recorded(inForce.version);
      throw missing(`No scope had been recorded by ${formatInstant(at)}.`, "GET /api/v1/scope/versions");
    },
    version: ({ version }) => recorded(version),

    async versions({ after, limit }) {
      const below = readCursor("scopes", {}, after);
      const found = await pageOfScopes(db, { below, limit: limit + 1 });
      const { rows, ...next } = pageOf(
        found,
        limit,
        ({ version }) => version,
        (last) => cursorOf("scopes", {}, last),
      );
      return { schema: "portolan.scopes/1", versions: rows.map(scopeView), ...next };
    },

    async resolved() {
      const { version, resolved } = await scopeAsRecorded();
      return {
        schema: "portolan.resolved/1",
        at: formatInstant(clock.now()),
        scopeVersion: version.version,
        targets: resolved.targets.map(({ target, systemType, addresses }) => ({
          target: target.name,
          systemType: systemType.name,
          ...placeOf(target),
          addresses: rangesOf(addresses),
        })),
        assets: resolved.assets.map(({ asset, systemType, addresses }) => ({
          asset: asset.name,
          systemType: systemType.name,
          ...placeOf(asset),
          addresses: rangesOf(addresses),
        })),
      };
    },
  };
}

function placeOf({ owner, segment, environment, tags }: Target | Asset) {
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(segment === undefined ? {} : { segment }),
    ...(environment === undefined ? {} : { environment }),
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
  };
}

function rangesOf(addresses: AddressSet): string[] {
  return addresses.ranges.map(formatRange);
}
