/** All groups in outline, with the stretch in sight; press to go there. */

import { useMemo, useState } from "preact/hooks";
import { ChartView, type Drawing, type Plot } from "../chart";
import { unpacked } from "../chart/packed";
import type { Store } from "../store";
import type { Chart } from "../wire";
import type { Window } from "./caterpillar-window";

interface Properties {
  chart: Chart;
  store: Store;
  count: number;
  sight: Window;
  onGo: (rank: number) => void;
}

export function Overview({ chart, store, count, sight, onGo }: Properties) {
  const [plot, setPlot] = useState<Plot>();
  const whole = useMemo(() => unpacked(chart), [chart]);
  const shown = useMemo(() => {
    const row = {
      ...whole.data.shown?.[0],
      first: sight.first - 0.5,
      last: sight.first + sight.fits - 0.5,
    };
    return { ...whole, data: { ...whole.data, shown: [row] } };
  }, [whole, sight.first, sight.fits]);
  const go = (event: PointerEvent) => {
    if (!plot || !event.buttons) return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const share = (event.clientX - box.left - plot.left) / plot.width;
    const middle = share * count;
    onGo(
      Math.round(
        middle < sight.first + sight.fits / 2 ? middle - sight.fits / 2 : middle + sight.fits / 2,
      ),
    );
  };
  const settle = (drawing: Drawing) => {
    const now = drawing.plot();
    if (now && now.width !== plot?.width) setPlot(now);
  };
  return (
    <div class="mw-overview" onPointerDown={go} onPointerMove={go}>
      <ChartView chart={shown} store={store} height={60} tabled={false} onSettle={settle} />
    </div>
  );
}
