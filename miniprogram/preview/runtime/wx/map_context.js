// wx.createMapContext: the calls on a <map> by its id.
import { asyncCalls } from "./call.js";
import { currentPlace } from "./places.js";

export function mapContext(id, component) {
  const map = () => {
    const found = component._$.getShadowRoot().querySelector(`#${id}`)?.getMethodCaller();
    if (!found?.leaflet) throw new Error(`there is no drawn <map id="${id}">`);
    return found;
  };
  const corner = ({ lat, lng }) => ({ latitude: lat, longitude: lng });
  return asyncCalls({
    moveToLocation({ latitude, longitude }) {
      const place = latitude === undefined ? currentPlace() : { latitude, longitude };
      map().moveTo([place.latitude, place.longitude]);
    },
    getCenterLocation: () => corner(map().leaflet.getCenter()),
    getScale: () => ({ scale: map().leaflet.getZoom() }),
    getRegion() {
      const bounds = map().leaflet.getBounds();
      return { southwest: corner(bounds.getSouthWest()), northeast: corner(bounds.getNorthEast()) };
    },
    includePoints: ({ points, padding }) => map().include(points, padding),
  });
}
