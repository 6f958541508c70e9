// Package simtest is what the tests of simulated services share: serving them
// over TLS, and checking exchanges against the vendors' published definitions.
package simtest
