import { type ReactNode, useState } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import { RadioCards } from "./Choices.tsx";
import { TextArea } from "./Fields.tsx";
import { Sheet } from "./Sheet.tsx";

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children?: ReactNode;
  actions: ReactNode;
}

/** A short question in the middle of the screen. */
export function Dialog({ title, isOpen, onClose, children, actions }: DialogProps) {
  return (
    <ModalOverlay className="dialog-overlay" isOpen={isOpen} onOpenChange={(open) => !open && onClose()} isDismissable>
      <Modal className="dialog">
        <AriaDialog role="alertdialog" className="dialog-content">
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {children && <div className="dialog-body">{children}</div>}
          <div className="dialog-actions">{actions}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmDialogProps {
  title: string;
  body?: ReactNode;
  isOpen: boolean;
  confirm: string;
  danger?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({
  title,
  body,
  isOpen,
  confirm,
  danger = false,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const { t } = useTranslation("ui");
  return (
    <Dialog
      title={title}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("cancel")}</Button>
          <Button
            variant={danger ? "danger" : "primary"}
            onPress={() => {
              onClose();
              onConfirm();
            }}
          >
            {confirm}
          </Button>
        </>
      }
    >
      {body}
    </Dialog>
  );
}

interface ReasonSheetProps {
  title: string;
  /** Usual reasons, as the person reads them; one tap instead of typing. */
  reasons: readonly string[];
  confirm: string;
  danger?: boolean;
  isOpen: boolean;
  onConfirm: (reason: string) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks for the reason that a cancellation or a refusal needs: a usual one, or in one's own words. */
export function ReasonSheet({ isOpen, onClose, ...form }: ReasonSheetProps) {
  return isOpen ? <OpenReasonSheet {...form} onClose={onClose} /> : null;
}

function OpenReasonSheet({
  title,
  reasons,
  confirm,
  danger = true,
  onConfirm,
  onClose,
  children,
}: Omit<ReasonSheetProps, "isOpen">) {
  const { t } = useTranslation("ui");
  const [usual, setUsual] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const reason = [usual, words.trim()].filter(Boolean).join(": ");
  return (
    <Sheet
      title={title}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant={danger ? "danger" : "primary"}
          wide
          isDisabled={reason === ""}
          onPress={() => {
            onClose();
            onConfirm(reason);
          }}
        >
          {confirm}
        </Button>
      }
    >
      <RadioCards
        label={t("reason")}
        choices={reasons.map((value) => ({ value, label: value }))}
        value={usual}
        onChange={setUsual}
      />
      <TextArea label={t("reasonInWords")} value={words} onChange={setWords} rows={2} />
      {children}
    </Sheet>
  );
}
