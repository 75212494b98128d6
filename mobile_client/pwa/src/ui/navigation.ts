import { flushSync } from "react-dom";
import { type AroundNavHandler, useLocation } from "wouter";

function animates(): boolean {
  return "startViewTransition" in document && !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Changes the screen as an animated step; only where `animates()`. */
function animate(step: "forward" | "back" | "same", change: () => void | Promise<void>): void {
  document.documentElement.dataset.step = step;
  const transition = document.startViewTransition(change);
  // An animation that is cut short (the window is resized, the next tap comes) has still changed the screen.
  transition.ready.catch(() => undefined);
  transition.finished.catch(() => undefined);
}

/** For the router's `aroundNav`: a step into the app slides the new screen in, and begins at its top. */
export const withViewTransition: AroundNavHandler = (navigate, to, options) => {
  const change = () => {
    flushSync(() => navigate(to, options));
    if (!options?.replace) window.scrollTo(0, 0);
  };
  if (!options?.transition || !animates()) change();
  else animate(options.replace ? "same" : "forward", change);
};

/** Returns to the screen before, or to `fallback` if the app was opened at this one. */
export function useGoBack(fallback: string): (options?: { animated?: boolean }) => void {
  const [, navigate] = useLocation();
  return ({ animated = true } = {}) => {
    if (!cameFromWithin()) navigate(fallback, { replace: true, transition: animated });
    else if (!animated || !animates()) history.back();
    else {
      const arrived = () =>
        new Promise<void>((resolve) => {
          window.addEventListener("popstate", () => setTimeout(resolve), { once: true });
          history.back();
        });
      animate("back", arrived);
    }
  };
}

/** True if the history entry before this one is a screen of this app. */
function cameFromWithin(): boolean {
  const { navigation } = window as { navigation?: { canGoBack: boolean } };
  return navigation ? navigation.canGoBack : history.length > 1;
}
