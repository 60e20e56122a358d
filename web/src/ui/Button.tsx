import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type">;

interface Props extends Native {
  kind?: "primary" | "plain" | "danger";
  icon?: IconName;
  testId?: string;
  submit?: boolean;
  children: ReactNode;
}

export function Button({ kind = "plain", icon, testId, submit, children, ...rest }: Props) {
  return (
    <button type={submit ? "submit" : "button"} className={`button ${kind}`} data-testid={testId} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconProps extends Native {
  icon: IconName;
  label: string;
  testId?: string;
}

/** A button that is only a drawing; `label` is its name for everyone. */
export function IconButton({ icon, label, testId, ...rest }: IconProps) {
  return (
    <button type="button" className="icon-button" aria-label={label} title={label} data-testid={testId} {...rest}>
      <Icon name={icon} />
    </button>
  );
}
