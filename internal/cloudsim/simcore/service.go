// Package simcore is what all simulated services share: the clock, the
// journal of requests, fault injection, named switches for behaviour that is
// not known of the real services, TLS with an own CA, and the control API.
package simcore

import "net/http"

// Service is one simulated API. It routes its own requests, because the real
// services differ in how they match paths and in what they answer to unknown
// ones.
type Service interface {
	// Name is the service's name in the control API, for example "arm".
	Name() string
	// Route names the vendor's operation that a request calls and returns
	// its handler. For a request that matches nothing it returns an
	// Operation without a name whose handler answers as the service would.
	Route(r *http.Request) Operation
	// Operations are the names of all operations that Route may return.
	Operations() []string
	// FaultBody returns the JSON value, or the RawBody, that the service would send with an
	// error status, for injected faults that do not bring their own.
	FaultBody(status int) any
	// State returns everything the service holds, as a value that
	// encoding/json can write.
	State() any
	// Objects are the ids that Delete takes.
	Objects() []string
	// Delete removes the object with the given id behind the clients' backs
	// and reports whether it existed.
	Delete(id string) bool
	// Switches are the service's named unknowns.
	Switches() *Switches
}

// FaultHeaders is implemented by services whose error answers always carry
// certain headers, such as a request id.
type FaultHeaders interface {
	// FaultHeader returns the headers of an injected error.
	FaultHeader(status int) http.Header
}

// LongRunner is implemented by services with operations that go on after their
// answer.
type LongRunner interface {
	Service
	// LongRunning are those of the Operations that call LROFault.
	LongRunning() []string
}

// Operation is one call of a service.
type Operation struct {
	// Name is the vendor's operation name, for example
	// "PacketCaptures_Create".
	Name string
	// Handle answers the request.
	Handle http.HandlerFunc
}
