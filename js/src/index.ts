import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/variables.css";
import "./styles/options.css";
import "./styles/picture.css";
import "./styles/diagram.css";
import "./styles/small.css";
import { createElement, render as renderTree } from "preact";
import { App } from "./app";
import type { Model } from "./model";
import { createStore, type Store } from "./store";

interface Lifecycle {
  initialize(context: { model: Model }): () => void;
  render(context: { model: Model; el: HTMLElement }): () => void;
}

/**
 * What anywidget calls once for each model. The store is the model's, however many views show it;
 * hosts that never call `initialize` get one with the first view.
 */
export default function widget(): Lifecycle {
  let store: Store | null = null;
  let users = 0;
  const use = (model: Model): [Store, () => void] => {
    store ??= createStore(model);
    users += 1;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      users -= 1;
      if (users === 0) {
        store?.dispose();
        store = null;
      }
    };
    return [store, release];
  };
  return {
    initialize({ model }) {
      const [, release] = use(model);
      return release;
    },
    render({ model, el }) {
      const [used, release] = use(model);
      renderTree(createElement(App, { store: used }), el);
      return () => {
        renderTree(null, el);
        release();
      };
    },
  };
}
