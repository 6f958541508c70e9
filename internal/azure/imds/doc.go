// Package imds asks the Azure Instance Metadata Service, which every Azure
// virtual machine can reach at a link-local address, about the machine that
// this process runs on: what it is, what maintenance is coming, and a signed
// proof of it.
//
// The service has rules that ordinary HTTP clients break: it must never be
// asked through a proxy, it answers at most five requests a second, it goes
// away for up to 70 seconds while the host is updated, its versions differ
// between hosts, and its address is served by other clouds, by container
// runtimes and by captive portals as well. One Client per process takes care
// of them.
//
// Sources: "Azure Instance Metadata Service", "Scheduled Events", "Retrieve
// load balancer metadata" and "Metadata Security Protocol" on
// learn.microsoft.com, and the service's published OpenAPI definitions.
package imds
