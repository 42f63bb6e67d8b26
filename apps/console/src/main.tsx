import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/forms.css';
import './styles/layout.css';
import './styles/data.css';
import './styles/pages.css';
import './styles/plots.css';
import { App } from './app.js';
import { liveFeed } from './live/live-feed.js';

const place = document.getElementById('root');
if (place) {
  liveFeed.open();
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
