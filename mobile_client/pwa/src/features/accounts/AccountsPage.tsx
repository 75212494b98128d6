import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearchParams } from "wouter";
import { useMay } from "../../db/hooks.ts";
import {
  Badge,
  ChipChoice,
  EmptyState,
  IconButton,
  Page,
  RowContent,
  SearchField,
  Skeleton,
  VirtualList,
} from "../../ui/index.ts";
import { AddressText } from "../shared/AddressText.tsx";
import { RecordMark, useMarks } from "../shared/marks.tsx";
import { useLocal } from "../shared/useLocal.ts";
import { isPlaceless, readDirectory, searchDirectory, shownSite } from "./directory.ts";

export default function AccountsPage() {
  const { t } = useTranslation("accounts");
  const [params, setParams] = useSearchParams();
  const query = params.get("q") ?? "";
  const entries = useLocal("directory", readDirectory);
  const marks = useMarks();
  const mayVisit = useMay("visits.work");
  const [, navigate] = useLocation();
  const wanted = useDeferredValue(query);
  const mayEdit = useMay("customers.edit");
  const placeless = useMemo(() => entries?.filter(isPlaceless) ?? [], [entries]);
  // Without any left, all are shown again: the last one has just got its position.
  const onlyPlaceless = params.has("placeless") && placeless.length > 0;
  const found = useMemo(
    () => entries && searchDirectory(onlyPlaceless ? placeless : entries, wanted),
    [entries, onlyPlaceless, placeless, wanted],
  );
  const show = (q: string, only: boolean) =>
    setParams({ ...(q && { q }), ...(only && { placeless: "1" }) }, { replace: true });

  return (
    <Page
      title={t("title")}
      subtitle={found && t("count", { count: found.length })}
      actions={
        mayVisit && (
          <IconButton
            icon="who-next"
            label={t("who-next:title")}
            onPress={() => navigate("/who-next", { transition: true })}
          />
        )
      }
    >
      <div className="search-bar">
        <SearchField label={t("search")} value={query} onChange={(text) => show(text, onlyPlaceless)} />
        {mayEdit && placeless.length > 0 && (
          <ChipChoice
            label={t("whichAccounts")}
            choices={[
              { value: "all", label: t("allAccounts") },
              { value: "placeless", label: t("placeless", { count: placeless.length }) },
            ]}
            value={onlyPlaceless ? "placeless" : "all"}
            onChange={(which) => show(query, which === "placeless")}
          />
        )}
      </div>
      {!found && <Skeleton rows={8} />}
      {found?.length === 0 && (
        <EmptyState icon="search" title={t(query ? "noneFound" : "none")}>
          {t(query ? "noneFoundWhy" : "noneWhy")}
        </EmptyState>
      )}
      {found && found.length > 0 && (
        <VirtualList label={t("title")} items={found} keyOf={({ account }) => account.id} rowHeight={67}>
          {(entry) => {
            const site = shownSite(entry, wanted, onlyPlaceless);
            return (
              <RowContent
                to={`/accounts/${entry.account.id}`}
                muted={entry.account.status === "inactive"}
                leading={
                  <span className="account-class" data-class={entry.account.account_class}>
                    {entry.account.account_class}
                  </span>
                }
                title={entry.account.name}
                detail={site ? <AddressText address={site.address} /> : entry.account.number}
                trailing={
                  <>
                    {entry.sites.length > 1 && <Badge>{t("siteCount", { count: entry.sites.length })}</Badge>}
                    {entry.account.status === "inactive" && <Badge>{t("inactive")}</Badge>}
                    <RecordMark marks={marks} entity="account" id={entry.account.id} />
                  </>
                }
              />
            );
          }}
        </VirtualList>
      )}
    </Page>
  );
}
