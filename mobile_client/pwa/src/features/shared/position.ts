import { useEffect, useState } from "react";
import type { Position } from "../../db/types.ts";

const WAIT_MS = 8_000;

/** Where the phone is, or null if it may not or cannot say so in time. Asks for permission if nobody has decided yet. */
export function readPosition({ precise = true }: { precise?: boolean } = {}): Promise<Position | null> {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) {
      resolve(null);
      return;
    }
    // The browser's own timeout does not run while it asks for permission.
    const giveUp = setTimeout(() => resolve(null), WAIT_MS);
    const answer = (position: Position | null) => {
      clearTimeout(giveUp);
      resolve(position);
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => answer({ lat: coords.latitude, lng: coords.longitude, accuracy_m: Math.round(coords.accuracy) }),
      () => answer(null),
      { enableHighAccuracy: precise, timeout: WAIT_MS, maximumAge: precise ? 15_000 : 300_000 },
    );
  });
}

/** Where the phone is, if the person has allowed it before; never asks. */
export function usePositionIfAllowed(): Position | null {
  const [position, setPosition] = useState<Position | null>(null);
  useEffect(() => {
    let wanted = true;
    async function read() {
      const permission = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
      if (permission?.state !== "granted") return;
      const found = await readPosition({ precise: false });
      if (wanted) setPosition(found);
    }
    void read();
    return () => {
      wanted = false;
    };
  }, []);
  return position;
}

/** Where the phone is, if the person allows it; `ask` asks for it and is null where that is no use. */
export function useAskedPosition(): { position: Position | null; ask: (() => void) | null } {
  const allowed = usePositionIfAllowed();
  const [asked, setAsked] = useState<Position | null>(null);
  const [mayAsk, setMayAsk] = useState(false);
  useEffect(() => {
    const permission = navigator.permissions?.query({ name: "geolocation" });
    permission?.then(({ state }) => setMayAsk(state === "prompt")).catch(() => setMayAsk(true));
  }, []);
  const position = asked ?? allowed;
  async function ask() {
    setAsked(await readPosition({ precise: false }));
    setMayAsk(false);
  }
  return { position, ask: mayAsk && !position ? () => void ask() : null };
}
