// Loaded into a page of JupyterLab: measures what a person waits for.
window.medwidgetBench = (() => {
  const kernel = () => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const root = () => document.querySelector('[data-testid=mw-root]');

  // Resolves when every part has changed and has been painted; parts are functions to text.
  function changed(parts, limit) {
    return new Promise((resolve, reject) => {
      const before = parts.map((part) => part());
      const timer = setTimeout(() => done(reject, new Error('nothing changed')), limit);
      const observer = new MutationObserver(check);
      function done(how, value) {
        clearTimeout(timer);
        observer.disconnect();
        how(value);
      }
      async function check() {
        if (parts.some((part, i) => part() === before[i])) return;
        done(async () => {
          await frame();
          resolve(performance.now());
        });
      }
      observer.observe(root(), {
        subtree: true, childList: true, characterData: true, attributes: true,
      });
    });
  }

  // What has to be new: a number in the diagram, a number in the table, a shape in the chart.
  const parts = [
    () => [...root().querySelectorAll('[data-testid=mw-diagram] .mw-number')]
      .map((text) => text.textContent).join(),
    () => root().querySelector('[data-testid=mw-effects]').textContent,
    () => [...root().querySelectorAll('[data-testid=mw-effects] svg path')]
      .map((path) => path.getAttribute('d')).join(),
  ];

  async function gesture(act) {
    const until = changed(parts, 20000);
    const start = performance.now();
    act();
    return (await until) - start;
  }

  const press = (testid) => gesture(() => root().querySelector(`[data-testid=${testid}]`).click());
  const choose = (control, label) => gesture(() => {
    const box = root().querySelector(`[data-testid=mw-control-${control}]`);
    [...box.querySelectorAll('[role=radio], button, label')]
      .find((part) => part.textContent.trim() === label).click();
  });

  // A message of the widget's own comm, answered by the widget: there and back.
  let sent = 0;
  function ping(comm) {
    const id = 900000 + sent++;
    return new Promise((resolve) => {
      const start = performance.now();
      function hear(_, message) {
        const content = message.content?.data?.content;
        if (message.header.msg_type !== 'comm_msg' || content?.id !== id) return;
        kernel().iopubMessage.disconnect(hear);
        resolve(performance.now() - start);
      }
      kernel().iopubMessage.connect(hear);
      kernel().sendShellMessage({
        channel: 'shell',
        header: {
          msg_id: `bench-${id}`, msg_type: 'comm_msg', session: kernel().clientId,
          username: '', version: '5.3', date: new Date().toISOString(),
        },
        parent_header: {}, metadata: {}, buffers: [],
        content: { comm_id: comm, data: { method: 'custom', content: { kind: 'ask', id, what: 'ping' } } },
      });
    });
  }

  // From the end of the cell that makes a widget to its first picture on the screen.
  function firstPaint(code) {
    return new Promise((resolve) => {
      const times = {};
      const start = performance.now();
      function maybe() {
        if (times.ended !== undefined && times.painted !== undefined) resolve(times);
      }
      function hear(_, message) {
        if (message.content?.execution_state === 'idle' && message.parent_header?.msg_type === 'execute_request') {
          times.ended = performance.now() - start;
          kernel().iopubMessage.disconnect(hear);
          maybe();
        }
      }
      kernel().iopubMessage.connect(hear);
      const observer = new MutationObserver(async () => {
        if (!root()?.querySelector('[data-testid=mw-diagram] svg')) return;
        observer.disconnect();
        await frame();
        times.painted = performance.now() - start;
        maybe();
      });
      observer.observe(document.body, { subtree: true, childList: true });
      window.jupyterapp.commands.execute('notebook:run-all-cells');
    });
  }

  function watchTasks() {
    window.longTasks = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  }

  return { press, choose, ping, firstPaint, watchTasks };
})();
