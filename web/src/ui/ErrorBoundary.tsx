import { Component, type ReactNode } from "react";

interface Props {
  /** Shown instead of what broke. */
  fallback: ReactNode;
  children: ReactNode;
}

/** Keeps one broken part from blanking the page. */
export class ErrorBoundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? this.props.fallback : this.props.children;
  }
}
