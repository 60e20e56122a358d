import { useI18n } from "../../i18n";
import { useStore } from "../../store/create";
import { panel, type Tab } from "../../store/state";
import { Icon, type IconName } from "../../ui/Icon";

const TABS: readonly { tab: Tab; icon: IconName }[] = [
  { tab: "fleet", icon: "van" },
  { tab: "closures", icon: "block" },
  { tab: "geofences", icon: "fence" },
  { tab: "devices", icon: "chip" },
];

/** What the panel is about; shown where no form or card has taken it over. */
export function PanelTabs() {
  const { t } = useI18n();
  const now = useStore(panel, (value) => value.tab);
  return (
    <nav className="panel-tabs" aria-label={t("tab.label")}>
      {TABS.map(({ tab, icon }) => (
        <button
          key={tab}
          type="button"
          aria-current={tab === now ? "page" : undefined}
          data-testid={`panel-${tab}`}
          onClick={() => panel.set({ tab })}
        >
          <Icon name={icon} />
          {t(`tab.${tab}`)}
        </button>
      ))}
    </nav>
  );
}
