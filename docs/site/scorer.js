// How results of the search are ordered: pages that say how something is done come before references of the same weight.
// The numbers are those of Sphinx, which takes all of them from here ("html_search_scorer").
const PLACES = { "docs/howto/": 4, "docs/tutorials/": 3, "docs/reference/": 1, "docs/entra-double/": -1, "packages/": -1 };

var Scorer = {
  score: ([docname, , , , score]) => {
    const place = Object.keys(PLACES).find((each) => docname.startsWith(each));
    return score + (place === undefined ? 0 : PLACES[place]);
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
