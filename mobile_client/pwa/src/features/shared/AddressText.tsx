import type { Address } from "../../db/types.ts";

/** An address that breaks between the street and the place, if there is room for each of them. */
export function AddressText({ address: { street, house_number, postcode, city } }: { address: Address }) {
  const line = [street, house_number].filter(Boolean).join(" ");
  const place = [postcode, city].filter(Boolean).join(" ");
  return (
    <>
      {line && <span className="unbroken">{place ? `${line},` : line}</span>} <span className="unbroken">{place}</span>
    </>
  );
}
