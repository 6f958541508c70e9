package networkwatcher

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// ErrNotFound means that the service itself says that there is no such packet
// capture. Nothing else that ends in HTTP 404 is this error.
var ErrNotFound = errors.New("the packet capture does not exist")

// ExistsError says that a packet capture of this name exists already.
type ExistsError struct {
	ID PacketCaptureID
	// Origin is what is known of how it came to exist.
	Origin Origin
	// cause is the service's refusal; nil if none was needed to know.
	cause error
}

// Error names the capture, and says what the service said.
func (e *ExistsError) Error() string {
	text := fmt.Sprintf("packet capture %s exists already", e.ID)
	if e.cause != nil {
		text += ": " + azure.Describe(e.cause).String()
	}
	return text
}

// Unwrap returns the service's refusal.
func (e *ExistsError) Unwrap() error { return e.cause }

// conflict says that the service refused a packet capture because of another
// object (HTTP 409), and does not show one of this name.
func conflict(refusal error) error {
	details := azure.Describe(refusal)
	details.Next = append(details.Next, "If another run makes a capture of this name, or one was killed while it did, it cannot be read yet: wait a minute and apply again.")
	return failure.Because(refusal, details)
}

// MissingWatcherError says that there is no such network watcher, so that
// nothing can be said about its packet captures.
type MissingWatcherError struct {
	Watcher WatcherID
	cause   error
}

// Error names the watcher and says what the service said.
func (e *MissingWatcherError) Error() string { return e.Describe().String() }

// Unwrap returns the client's error.
func (e *MissingWatcherError) Unwrap() error { return e.cause }

// Describe adds the watcher to what the service said.
func (e *MissingWatcherError) Describe() failure.Details {
	details := azure.Describe(e.cause)
	details.Summary = fmt.Sprintf("missing network watcher %q in resource group %q of subscription %s",
		e.Watcher.Name, e.Watcher.ResourceGroupName, e.Watcher.SubscriptionID)
	const kept = "Packet captures in the state are kept, because a missing watcher can also mean the wrong subscription or tenant; if they are gone for good, remove them with terraform state rm."
	switch _, code, _ := serviceError(e.cause); code {
	case "SubscriptionNotFound":
		details.Next = append(details.Next, kept)
	case "ResourceGroupNotFound":
		details.Next = append(details.Next, "Correct the resource group in the network watcher's ID. "+kept)
	default:
		details.Next = append(details.Next, "Create the network watcher, or correct its ID. "+kept)
	}
	return details
}

// UncertainError says that the service may or may not have created a packet
// capture: the answer was lost, and asking for it failed too.
type UncertainError struct {
	ID PacketCaptureID
	// Lookup is why it could not be found out.
	Lookup error
	cause  error
}

// Error says both failures.
func (e *UncertainError) Error() string { return e.Describe().String() }

// Unwrap returns what the request itself failed with.
func (e *UncertainError) Unwrap() error { return e.cause }

// Describe adds why it could not be found out to what is known.
func (e *UncertainError) Describe() failure.Details {
	details := azure.Describe(e.cause)
	details.Summary = fmt.Sprintf("the service may or may not have created packet capture %s: %s, and looking for it failed: %s",
		e.ID, details.Summary, azure.Describe(e.Lookup))
	return details
}

func serviceError(err error) (status int, code, message string) {
	var response *azcore.ResponseError
	if !errors.As(err, &response) {
		return 0, "", ""
	}
	said, _ := azure.ErrorBodyOf(response)
	return response.StatusCode, said.Code, said.Message
}

// classify finds out what a 404 is about. The capture's own is taken for that
// only if the service says so in its own words: "Resource {id} not found."
// Gateways, wrong endpoints and missing parents answer 404 as well.
func classify(id PacketCaptureID, err error) error {
	status, code, message := serviceError(err)
	if status != http.StatusNotFound {
		return err
	}
	if code == "NotFound" && names(message, id.String()) {
		return &captureNotFoundError{id: id, cause: err}
	}
	return classifyWatcher(id.Watcher, err)
}

// nameGoesOn matches what follows the beginning of a longer id.
var nameGoesOn = regexp.MustCompile(`^\.*[\p{L}\p{N}_/-]`)

// names reports whether a message names an object, and not only another one
// whose id begins with the same.
func names(message, id string) bool {
	message, id = fold(message), fold(id)
	for at := strings.Index(message, id); at >= 0; at = strings.Index(message, id) {
		message = message[at+len(id):]
		if !nameGoesOn.MatchString(message) {
			return true
		}
	}
	return false
}

// classifyWatcher recognises a missing network watcher, resource group or
// subscription.
func classifyWatcher(id WatcherID, err error) error {
	status, code, message := serviceError(err)
	if status != http.StatusNotFound {
		return err
	}
	switch code {
	case "ResourceGroupNotFound", "SubscriptionNotFound", "ParentResourceNotFound":
		return &MissingWatcherError{Watcher: id, cause: err}
	case "ResourceNotFound", "NotFound":
		// The message says what is missing: for a create that can also be
		// the target or the storage account.
		message = fold(message)
		if strings.Contains(message, fold("networkWatchers/"+id.Name)) && !strings.Contains(message, fold("packetCaptures/")) {
			return &MissingWatcherError{Watcher: id, cause: err}
		}
	}
	return err
}

// captureNotFoundError is ErrNotFound with what the service said.
type captureNotFoundError struct {
	id    PacketCaptureID
	cause error
}

func (e *captureNotFoundError) Error() string {
	return fmt.Sprintf("packet capture %s does not exist", e.id)
}
func (e *captureNotFoundError) Is(target error) bool { return target == ErrNotFound }
func (e *captureNotFoundError) Unwrap() error        { return e.cause }
