import { flushSync } from "react-dom";
import { type AroundNavHandler, useLocation } from "wouter";

function animates(): boolean {
  return "startViewTransition" in document && !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** For the router's `aroundNav`: a step into the app slides the new screen in, where the browser can and the person wants motion. */
export const withViewTransition: AroundNavHandler = (navigate, to, options) => {
  if (!options?.transition || !animates()) {
    navigate(to, options);
    return;
  }
  document.documentElement.dataset.step = options.replace ? "same" : "forward";
  document.startViewTransition(() => flushSync(() => navigate(to, options)));
};

/** Returns to the screen before, or to `fallback` if the app was opened at this one. */
export function useGoBack(fallback: string): () => void {
  const [, navigate] = useLocation();
  return () => {
    if (!cameFromWithin()) navigate(fallback, { replace: true, transition: true });
    else if (!animates()) history.back();
    else {
      document.documentElement.dataset.step = "back";
      document.startViewTransition(
        () =>
          new Promise<void>((resolve) => {
            window.addEventListener("popstate", () => setTimeout(resolve), { once: true });
            history.back();
          }),
      );
    }
  };
}

/** True if the history entry before this one is a screen of this app. */
function cameFromWithin(): boolean {
  const { navigation } = window as { navigation?: { canGoBack: boolean } };
  return navigation ? navigation.canGoBack : history.length > 1;
}
