import { lazy, Suspense } from "react";
import type { MapViewProps } from "./MapView.tsx";
import "./map.css";

// The drawing library is as large as the rest of the app: it is loaded when there is a map to show.
const MapView = lazy(() => import("./MapView.tsx"));

/** A map. All that it says is said by a list or a table beside it too. */
export function MapFrame(props: MapViewProps) {
  return (
    <div className="map-frame">
      <Suspense fallback={null}>
        <MapView {...props} />
      </Suspense>
    </div>
  );
}
