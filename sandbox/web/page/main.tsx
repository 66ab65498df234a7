/** Shows every view of /views.json, which lies beside the page. */
import 'slack-blocks-to-jsx/dist/style.css';
import './slack.css';
import './elements.css';
import './library.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { Gallery } from './gallery.tsx';
import { gallery } from './view-shapes.ts';

const root = document.querySelector('#page');
if (root === null) throw new Error('index.html has no #page');
const answer = await fetch('views.json');
if (!answer.ok) throw new Error(`No views: ${answer.status}`);
const views = gallery.safeParse(await answer.json());
if (!views.success) throw new Error(z.prettifyError(views.error));
createRoot(root).render(<Gallery {...views.data} />);
