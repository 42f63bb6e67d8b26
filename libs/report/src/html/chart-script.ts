/**
 * Values under the pointer, as an addition: the charts are complete without it. Runs in the reader's browser; texts go
 * in through `textContent` only.
 */
export const chartScript = `
for (const plot of document.querySelectorAll('.plot')) {
  const values = plot.querySelector('script');
  if (!values) continue;
  const data = JSON.parse(values.textContent);
  const svg = plot.querySelector('svg');
  const tip = plot.querySelector('.tip');
  const cursor = plot.querySelector('.cursor');
  const clock = (s) => Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
  const row = (label, value, colour) => {
    const line = document.createElement('div');
    if (colour) line.className = 'line-' + colour;
    const mark = document.createElement('i');
    const name = document.createElement('span');
    const number = document.createElement('b');
    name.textContent = label;
    number.textContent = value;
    line.append(...(colour ? [mark] : []), name, number);
    return line;
  };
  const hide = () => { tip.hidden = true; cursor.setAttribute('visibility', 'hidden'); };
  plot.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    const x = (event.clientX - box.left) / scale;
    let nearest = 0;
    data.xs.forEach((at, index) => { if (Math.abs(at - x) < Math.abs(data.xs[nearest] - x)) nearest = index; });
    tip.replaceChildren(row('at', clock(data.seconds[nearest])), ...data.lines.map((line) => {
      const value = line.values[nearest];
      return row(line.label, value === null ? '–' : value.toLocaleString('en', { maximumSignificantDigits: 4 }), line.colour);
    }));
    const at = data.xs[nearest];
    cursor.setAttribute('x1', at);
    cursor.setAttribute('x2', at);
    cursor.setAttribute('visibility', 'visible');
    tip.hidden = false;
    const left = at * scale + 14;
    tip.style.left = (left + tip.offsetWidth > box.width ? at * scale - tip.offsetWidth - 14 : left) + 'px';
  });
  plot.addEventListener('pointerleave', hide);
}
`;
