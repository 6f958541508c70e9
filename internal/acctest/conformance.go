package acctest

import (
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// Captures is what the tests that every resource of captures has to pass need
// to know of one. A nil field leaves out the tests of what a resource lacks, and
// a test fails if it does not lack it.
type Captures struct {
	// Type is the resource's; the action that stops one has "_stop" behind it.
	Type string
	// Start starts a cloud, and returns what makes a provider that talks to it.
	// Nil starts StartCloud and NewProvider.
	Start func(t *testing.T) (*cloudsim.Cloud, func(*testing.T) *Provider)
	// Config returns the configuration of a capture, with changes: a nil value
	// removes an attribute.
	Config func(cloud *cloudsim.Cloud, changes Config) Config
	// Created are attributes of a created capture, as pairs of path and value.
	Created []string
	// Made checks what the service has done once a capture is created. Nil is for
	// services of which IDs says enough.
	Made func(t *testing.T, cloud *cloudsim.Cloud, capture *Object)
	// Silent is true of captures that have ended once they are created: reading and
	// destroying them asks the service nothing.
	Silent bool
	// Imported returns configurations of captures that are made and imported. Nil
	// is for a service that cannot tell what it was asked to capture.
	Imported func(cloud *cloudsim.Cloud) map[string]Config
	// Identity is that of a capture which is in the state. Nil is for captures that
	// cannot be imported.
	Identity func(cloud *cloudsim.Cloud, capture *Object) Config
	// OtherIDs returns how else a capture's id may be spelled for an import.
	OtherIDs func(id string) []string
	// IDs are those of the captures that the service has. Nil is for a service that
	// gives captures none.
	IDs func(cloud *cloudsim.Cloud) []string
	// Delete removes a capture behind the provider's back. Nil is for a service that
	// keeps none which could be deleted.
	Delete func(t *testing.T, cloud *cloudsim.Cloud, capture *Object)
	// Stopped are attributes of a stopped capture, as pairs of path and value:
	// the status, and what else shows it. Changes are others that a stop changes.
	// Both are nil without desired_state.
	Stopped, Changes []string
	// Action is the configuration of the action that stops a capture. Nil is for
	// a type without one.
	Action func(capture *Object) Config
	// Service is the simulated one, and Throttled are its operations that it
	// throttles, by what asks for them: "create", "read", "update", "stop" or
	// "delete", with more words behind it.
	Service   string
	Throttled map[string]string
	// Left returns a capture that the operations on Throttled ask the service about,
	// with these timeouts. Nil takes one that was just created.
	Left func(t *testing.T, cloud *cloudsim.Cloud, config Config) *Object
	// Timeout is that of throttled operations, and Pause what they have to say.
	Timeout string
	Pause   []string
}

// tests returns the tests by name.
func (c Captures) tests() map[string]func(captureTest) {
	tests := map[string]func(captureTest){
		"what is left out is lacking":                captureTest.lacks,
		"from create to destroy":                     captureTest.life,
		"timeouts alone are an update without calls": captureTest.timeouts,
		"triggers replace":                           captureTest.triggers,
	}
	if c.Identity != nil {
		tests["every operation sets the identity"] = captureTest.identity
	}
	if c.Imported != nil {
		tests["an import plans no replacement"] = captureTest.imports
		tests["a killed update of an import replaces nothing"] = captureTest.killedImport
	}
	if c.Stopped != nil {
		tests["desired_state stops, and starts another"] = captureTest.desiredState
		tests["stopped from the beginning"] = captureTest.stoppedAtCreate
	}
	if c.Delete != nil {
		tests["what was deleted behind our back is created"] = captureTest.deleted
	}
	if c.Action != nil {
		tests["the action stops, and is fine with what has ended"] = captureTest.stopAction
	}
	for what, operation := range c.Throttled {
		tests["a pause beyond the timeout is said to be throttling: "+what] = func(c captureTest) { c.throttled(what, operation) }
	}
	return tests
}

// Run runs the tests, each on a cloud of its own.
func (c Captures) Run(t *testing.T) {
	t.Helper()
	if c.Start == nil {
		c.Start = func(t *testing.T) (*cloudsim.Cloud, func(*testing.T) *Provider) {
			t.Helper()
			cloud := StartCloud(t, cloudsim.Options{})
			return cloud, func(t *testing.T) *Provider { t.Helper(); return NewProvider(t, cloud) }
		}
	}
	for name, test := range c.tests() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, provide := c.Start(t)
			test(captureTest{Captures: c, t: t, cloud: cloud, provide: provide, p: provide(t)})
		})
	}
}
