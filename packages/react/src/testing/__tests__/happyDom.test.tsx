// @vitest-environment happy-dom
/** The same tests in happy-dom. */
import "./TestingProvider.test.js";
