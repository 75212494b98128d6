import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account, Position, Site } from "../../db/types.ts";
import { distanceM } from "../../rules/travel.ts";
import { EmptyState, List, ListRow, SearchField, useFormat } from "../../ui/index.ts";
import { formatAddress } from "../shared/place.ts";
import { useLocal } from "../shared/useLocal.ts";
import { type DirectoryEntry, readDirectory, searchDirectory } from "./directory.ts";

const SHOWN = 30;

interface AccountPickerProps {
  /** The nearest sites come first when it is known. */
  position: Position | null;
  onPick: (account: Account, site: Site) => void;
}

/** Finds a site by anything one may know about its customer. */
export function AccountPicker({ position, onPick }: AccountPickerProps) {
  const { t } = useTranslation("accounts");
  const format = useFormat();
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query);
  const entries = useLocal("directory", readDirectory);
  const sites = useMemo(
    () => nearestSites(searchDirectory(entries ?? [], wanted), position),
    [entries, wanted, position],
  );
  return (
    <>
      <SearchField label={t("search")} value={query} onChange={setQuery} />
      {entries && sites.length === 0 && <EmptyState icon="search" title={t("noneFound")} />}
      {sites.length > 0 && (
        <List label={t("title")}>
          {sites.slice(0, SHOWN).map(({ account, site, distance }) => (
            <ListRow
              key={site.id}
              title={account.name}
              detail={formatAddress(site.address) || site.name}
              trailing={distance !== null && <span className="muted">{format.distance(distance)}</span>}
              onPress={() => onPick(account, site)}
            />
          ))}
        </List>
      )}
    </>
  );
}

function nearestSites(entries: readonly DirectoryEntry[], position: Position | null) {
  const sites = entries
    .filter(({ account }) => account.status === "active")
    .flatMap(({ account, sites }) =>
      sites.map((site) => ({
        account,
        site,
        distance: position && site.position ? distanceM(position, site.position) : null,
      })),
    );
  if (position)
    sites.sort((a, b) => (a.distance ?? Number.POSITIVE_INFINITY) - (b.distance ?? Number.POSITIVE_INFINITY));
  return sites;
}
