// What the pages use of Vega: the data, layout, scale and mark parts. Maps, trees, forces, word clouds and regressions,
// and with them most of Vega's size, stay away.
import {extend} from 'vega-util';
import {transforms} from 'vega-dataflow';
import * as data from 'vega-transforms';
import * as layout from 'vega-view-transforms';
import * as encoding from 'vega-encode';

extend(transforms, data, layout, encoding);

export {View} from 'vega-view';
export {parse} from 'vega-parser';
export {textMetrics} from 'vega-scenegraph';
