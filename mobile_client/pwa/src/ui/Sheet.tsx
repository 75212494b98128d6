import { type ReactNode, useRef } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "./Button.tsx";
import { useDragToDismiss } from "./useDragToDismiss.ts";

interface SheetProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  /** The main action, kept in reach of the thumb below the scrolling content. */
  footer?: ReactNode;
}

/** Slides up from the bottom on a phone, where it can be dragged down, and in from the side on a desk. */
export function Sheet({ title, isOpen, onClose, children, footer }: SheetProps) {
  const { t } = useTranslation("ui");
  const sheet = useRef<HTMLDivElement>(null);
  const grip = useDragToDismiss(() => sheet.current, onClose);
  return (
    <ModalOverlay className="sheet-overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable>
      <Modal className="sheet" ref={sheet}>
        <AriaDialog className="sheet-dialog">
          <header className="sheet-header" {...grip}>
            <span className="sheet-grip" aria-hidden="true" />
            <Heading slot="title" className="sheet-title">
              {title}
            </Heading>
            <IconButton icon="close" label={t("close")} onPress={onClose} />
          </header>
          <div className="sheet-body">{children}</div>
          {footer && <footer className="sheet-footer">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
