// In place of the parts of Vega that draw maps, of which these pages have none.
export const projection = () => undefined;
export const getProjectionPath = () => undefined;
export const geoArea = () => 0;
export const geoBounds = () => [[0, 0], [0, 0]];
export const geoCentroid = () => [0, 0];
export const geoPath = () => undefined;
