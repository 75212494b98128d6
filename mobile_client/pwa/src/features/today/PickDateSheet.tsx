import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, DateTimeField, Sheet } from "../../ui/index.ts";

interface PickDateSheetProps {
  date: string;
  onPick: (date: string) => void;
  onClose: () => void;
}

export default function PickDateSheet({ date, onPick, onClose }: PickDateSheetProps) {
  const { t } = useTranslation("today");
  const [picked, setPicked] = useState(date);
  return (
    <Sheet
      title={t("pickDate")}
      isOpen
      onClose={onClose}
      footer={
        <Button
          variant="primary"
          wide
          isDisabled={!picked}
          onPress={() => {
            onPick(picked);
            onClose();
          }}
        >
          {t("show")}
        </Button>
      }
    >
      <DateTimeField type="date" label={t("date")} value={picked} onChange={setPicked} />
    </Sheet>
  );
}
