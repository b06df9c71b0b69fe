package repotest

// Sweep is the sweeping of remains, for this package's tests.
var Sweep = sweep
