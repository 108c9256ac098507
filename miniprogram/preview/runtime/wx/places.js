// The places the preview knows: where the phone is, in the middle of the demo's city. Coordinates are GCJ-02.

/** 苏州工业园区, beside the demo's stations. */
const HERE = { latitude: 31.3176, longitude: 120.6785 };
const NAMED = [
  { name: "我的位置", address: "江苏省苏州市工业园区", ...HERE },
  { name: "苏州中心广场", address: "江苏省苏州市工业园区苏绣路89号", latitude: 31.3219, longitude: 120.6733 },
  { name: "苏州站", address: "江苏省苏州市姑苏区苏站路27号", latitude: 31.3302, longitude: 120.6112 },
  { name: "独墅湖图书馆", address: "江苏省苏州市工业园区翰林路1号", latitude: 31.2742, longitude: 120.7336 },
];

export const currentPlace = () => HERE;
export const namedPlaces = () => NAMED;
