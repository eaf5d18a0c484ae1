import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/shell.css";
import "../tabs/tabs.css";
import "../tabs/panes.css";
import "./playground.css";
import { createElement, render as renderTree } from "preact";
import type { Model } from "../model";
import { App } from "./app";
import { createPlayStore, type PlayStore } from "./store";

interface Lifecycle {
  render(context: { model: Model; el: HTMLElement }): () => void;
}

/** What anywidget calls once for each model; all its views share one store. */
export default function playground(): Lifecycle {
  let store: PlayStore | null = null;
  let views = 0;
  return {
    render({ model, el }) {
      store ??= createPlayStore(model);
      views += 1;
      renderTree(createElement(App, { store }), el);
      return () => {
        renderTree(null, el);
        views -= 1;
        if (views > 0) return;
        store?.dispose();
        store = null;
      };
    },
  };
}
