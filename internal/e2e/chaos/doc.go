// Package chaos proves that nothing is lost: it runs random histories of
// configurations on the simulated clouds, crossed with faults of the services
// and interruptions of the provider, and checks afterwards that one apply
// without faults puts everything right. make test runs a few histories, make
// chaos many.
package chaos
