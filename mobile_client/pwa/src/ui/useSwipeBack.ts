import { type RefObject, useEffect } from "react";

const EDGE_PX = 24;

/** True if a swipe of `dx` px across a screen `width` px wide was meant to go back. */
export function isSwipeBack(dx: number, width: number): boolean {
  return dx > width * 0.3;
}

/** A finger that pulls the screen to the right from its left edge goes back, and the screen follows the finger. */
export function useSwipeBack(screen: RefObject<HTMLElement | null>, goBack: (() => void) | null): void {
  useEffect(() => {
    const element = screen.current;
    if (!element || !goBack) return;
    let startX: number | null = null;
    let dx = 0;

    function begin(event: TouchEvent) {
      const touch = event.touches[0];
      startX = touch && event.touches.length === 1 && touch.clientX <= EDGE_PX ? touch.clientX : null;
      dx = 0;
    }
    function follow(event: TouchEvent) {
      const touch = event.touches[0];
      if (startX === null || !touch || !element) return;
      dx = Math.max(0, touch.clientX - startX);
      element.style.transition = "none";
      element.style.transform = dx > 0 ? `translateX(${dx}px)` : "";
    }
    function end() {
      if (startX === null || !element) return;
      startX = null;
      element.style.transition = "";
      element.style.transform = "";
      if (isSwipeBack(dx, window.innerWidth)) goBack?.();
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
  }, [screen, goBack]);
}
