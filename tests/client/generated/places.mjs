// Places as GeoJSON: two validators have to accept each collection, and its counts have to be those of the facet.

import { check } from "@placemarkio/check-geojson";
import { valid } from "geojson-validation";

const base = process.argv[2];
const SEARCHES = [
  "",
  "members=true",
  "from=2015-11",
  "q=russian",
  "sample=15",
  "bbox=35,32,43,38",
  "bbox=170,-20,-170,20",
  "near=36.2,37.16&km=120",
  "near=0,-140",
];

let wrong = 0;
for (const search of SEARCHES) {
  const text = await (await fetch(`${base}/v1/places.geojson?${search}`)).text();
  const faults = [];
  try {
    check(text);
  } catch (error) {
    faults.push(...error.issues.map((issue) => `check-geojson: ${issue.message}`));
  }
  const collection = JSON.parse(text);
  faults.push(...valid(collection, true).map((fault) => `geojson-validation: ${fault}`));
  const page = await (await fetch(`${base}/v1/articles?${search}&facet=place&facet_size=100&limit=1`)).json();
  const facet = page.facets.place.map(({ id, count }) => `${id} ${count}`);
  const counts = collection.features.map(({ id, properties }) => `${id} ${properties.articles}`);
  if (collection.places !== page.distinct.place || facet.join() !== counts.slice(0, facet.length).join()) {
    faults.push("the facet has other counts");
  }
  for (const fault of faults) console.error(search, fault);
  console.log(`${search || "everything"}: ${collection.places} places, ${collection.without_geometry} without geometry`);
  wrong += faults.length;
}
process.exit(Math.min(wrong, 100));
