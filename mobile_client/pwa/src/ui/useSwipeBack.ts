import { type RefObject, useEffect, useEffectEvent } from "react";

const EDGE_PX = 24;

/** True if a swipe of `dx` px across a screen `width` px wide was meant to go back. */
export function isSwipeBack(dx: number, width: number): boolean {
  return dx > width * 0.3;
}

/** A finger that pulls the screen to the right from its left edge goes back, and the screen follows the finger. */
export function useSwipeBack(screen: RefObject<HTMLElement | null>, enabled: boolean, goBack: () => void): void {
  const leave = useEffectEvent(goBack);
  useEffect(() => {
    const element = screen.current;
    if (!element || !enabled) return;
    let startX: number | null = null;
    let dx = 0;

    function begin({ touches: [touch, another] }: TouchEvent) {
      startX = touch && !another && touch.clientX <= EDGE_PX ? touch.clientX : null;
      dx = 0;
    }
    function follow({ touches: [touch] }: TouchEvent) {
      if (startX === null || !touch || !element) return;
      dx = Math.max(0, touch.clientX - startX);
      element.dataset.swiping = "";
      element.style.setProperty("--swipe", `${dx}px`);
    }
    function end(event: TouchEvent) {
      if (startX === null || !element) return;
      startX = null;
      delete element.dataset.swiping;
      element.style.removeProperty("--swipe");
      if (event.type === "touchend" && isSwipeBack(dx, window.innerWidth)) leave();
    }

    element.addEventListener("touchstart", begin, { passive: true });
    element.addEventListener("touchmove", follow, { passive: true });
    element.addEventListener("touchend", end);
    element.addEventListener("touchcancel", end);
    return () => {
      element.removeEventListener("touchstart", begin);
      element.removeEventListener("touchmove", follow);
      element.removeEventListener("touchend", end);
      element.removeEventListener("touchcancel", end);
    };
  }, [screen, enabled]);
}
