import { useTranslation } from "react-i18next";
import type { Account, Asset, Contact, Site } from "../../db/types.ts";
import { ActionLink, Badge, Icon, IconButton, ListRow, useFormat } from "../../ui/index.ts";
import { AddressText } from "../shared/AddressText.tsx";
import { navigationLink } from "../shared/place.ts";

/** Call, write, drive there: what is known of it. */
export function ContactLinks({ account, site }: { account: Account; site: Site | null }) {
  const { t } = useTranslation("accounts");
  const way = site && navigationLink(site);
  const { name, phone, email } = account;
  if (!phone && !email && !way) return null;
  return (
    <div className="action-links">
      {phone && <ActionLink href={`tel:${phone}`} icon="phone" label={t("call")} name={t("callName", { name })} />}
      {email && <ActionLink href={`mailto:${email}`} icon="mail" label={t("mail")} name={t("mailName", { name })} />}
      {way && <ActionLink href={way} icon="navigate" label={t("route")} name={t("routeName", { name })} />}
    </div>
  );
}

function RoundLink({ href, icon, name }: { href: string; icon: "phone" | "mail" | "navigate"; name: string }) {
  return (
    <a className="icon-button accent-link" href={href} aria-label={name}>
      <Icon name={icon} />
    </a>
  );
}

/** `onPlace` is there for whoever may say where the site is. */
export function SiteRow({ site, onPlace }: { site: Site; onPlace?: (() => void) | undefined }) {
  const { t } = useTranslation("accounts");
  const way = navigationLink(site);
  return (
    <ListRow
      icon="place"
      title={site.name}
      detail={
        <>
          <span className="row-line">
            <AddressText address={site.address} />
          </span>
          {!site.position && (
            <span className="row-line">
              <Badge tone="warn">{t("position.none")}</Badge>
            </span>
          )}
          {site.opening_hours && <span className="row-line">{site.opening_hours}</span>}
          {site.access_notes && <span className="row-line">{t("access", { notes: site.access_notes })}</span>}
        </>
      }
      trailing={
        (way || onPlace) && (
          <span className="row-actions">
            {onPlace && <IconButton icon="edit" label={t("position.of", { name: site.name })} onPress={onPlace} />}
            {way && <RoundLink href={way} icon="navigate" name={t("routeName", { name: site.name })} />}
          </span>
        )
      }
    />
  );
}

export function ContactRow({ contact }: { contact: Contact }) {
  const { t } = useTranslation("accounts");
  const { name, phone, email } = contact;
  return (
    <ListRow
      icon="contact"
      title={name}
      detail={
        <>
          {contact.job_title && <span className="row-line">{contact.job_title}</span>}
          <span className="row-line tabular">{phone ?? email}</span>
        </>
      }
      trailing={
        (phone || email) && (
          <span className="row-actions">
            {email && <RoundLink href={`mailto:${email}`} icon="mail" name={t("mailName", { name })} />}
            {phone && <RoundLink href={`tel:${phone}`} icon="phone" name={t("callName", { name })} />}
          </span>
        )
      }
    />
  );
}

export function AssetRow({ asset, site }: { asset: Asset; site: Site | null }) {
  const { t } = useTranslation("accounts");
  const format = useFormat();
  const inWarranty = asset.warranty_ends_on !== null && asset.warranty_ends_on >= format.today();
  return (
    <ListRow
      icon="asset"
      title={asset.name}
      detail={
        <>
          {asset.serial_number && <span className="row-line">{t("serial", { number: asset.serial_number })}</span>}
          {site && <span className="row-line">{site.name}</span>}
          {inWarranty && (
            <Badge tone="good">{t("warrantyUntil", { date: format.date(asset.warranty_ends_on ?? "") })}</Badge>
          )}
        </>
      }
    />
  );
}
