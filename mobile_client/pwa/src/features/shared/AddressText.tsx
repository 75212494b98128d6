import type { Address } from "../../db/types.ts";

/** An address that breaks only between the street and the place. */
export function AddressText({ address: { street, house_number, postcode, city } }: { address: Address }) {
  const line = [street, house_number].filter(Boolean).join(" ");
  const place = [postcode, city].filter(Boolean).join(" ");
  return (
    <>
      {line && <span className="nowrap">{place ? `${line}, ` : line}</span>}
      <span className="nowrap">{place}</span>
    </>
  );
}
