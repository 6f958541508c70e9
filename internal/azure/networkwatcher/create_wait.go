package networkwatcher

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// Creation is a packet capture that the service has accepted.
type Creation struct {
	// Accepted is the capture as the service accepted it; its provisioning
	// state is not final yet.
	Accepted *armnetwork.PacketCaptureResult
	// Lost is why the answer to the request was lost, if it was: the capture
	// was found afterwards, and is what was asked for.
	Lost error

	client *Client
	id     PacketCaptureID
	sent   *armnetwork.PacketCaptureParameters
	// operation is nil if the service's answer was lost, or named no
	// operation to ask.
	operation *operation[armnetwork.PacketCapturesClientCreateResponse]
}

// Wait waits until the capture is created and returns it. It polls the
// service's status monitor at the pace that the service asks for, and reads
// the capture itself only where the accepted one left something open. If ctx
// ends first the error unwraps to *wait.Interrupted with the last state.
func (c *Creation) Wait(ctx context.Context) (*armnetwork.PacketCaptureResult, error) {
	cache := c.client.cache(c.id.Watcher)
	defer cache.invalidate()
	created, err := c.wait(ctx)
	return created, azure.Wrap(fmt.Sprintf("create packet capture %q", c.id.Name), err)
}

func (c *Creation) wait(ctx context.Context) (*armnetwork.PacketCaptureResult, error) {
	if c.operation == nil {
		return c.waitByReading(ctx, c.Accepted)
	}
	err := c.operation.until(ctx, c.client.waiter(), c.what(), provisioningState(c.Accepted))
	var response *azcore.ResponseError
	switch {
	case errors.As(err, &response) && response.StatusCode == http.StatusNotFound:
		// The service forgets operations after some time.
		return c.waitByReading(ctx, nil)
	case err != nil:
		return nil, err
	case c.leftOpen():
		return c.client.get(ctx, c.id)
	}
	created, properties := *c.Accepted, *c.Accepted.Properties
	properties.ProvisioningState = new(armnetwork.ProvisioningStateSucceeded)
	created.Properties = &properties
	return &created, nil
}

func (c *Creation) what() string { return fmt.Sprintf("packet capture %q to be created", c.id.Name) }

// leftOpen reports that the service has yet to choose where it stores.
func (c *Creation) leftOpen() bool {
	location := c.Accepted.Properties.StorageLocation
	return location == nil || text(location.StorageID) != "" && text(location.StoragePath) == ""
}

// waitByReading reads the capture until its provisioning state is final,
// beginning with latest if that is known.
func (c *Creation) waitByReading(ctx context.Context, latest *armnetwork.PacketCaptureResult) (*armnetwork.PacketCaptureResult, error) {
	waiter := c.client.waiter()
	waiter.Temporary = temporary
	// Nothing says how long to wait between reads, and mostly the creation
	// is done by the second one.
	waiter.Interval.Base = time.Second
	err := waiter.Until(ctx, c.what(), func(ctx context.Context) (wait.Progress, error) {
		if latest == nil {
			read, err := c.client.get(ctx, c.id)
			if err != nil {
				return wait.Progress{}, err
			}
			latest = read
		}
		state := provisioningState(latest)
		switch armnetwork.ProvisioningState(state) {
		case armnetwork.ProvisioningStateSucceeded, armnetwork.ProvisioningStateFailed, armnetwork.ProvisioningStateCanceled, "":
			// Resource Manager takes a resource without a state for done.
			return wait.Progress{Done: true}, nil
		default:
			latest = nil
			return wait.Progress{State: state}, nil
		}
	})
	if err != nil {
		return nil, err
	}
	switch state := provisioningState(latest); armnetwork.ProvisioningState(state) {
	case armnetwork.ProvisioningStateFailed, armnetwork.ProvisioningStateCanceled:
		return nil, fmt.Errorf("%w %s", errGivenUp, state)
	default:
		return latest, nil
	}
}

var errGivenUp = errors.New("the service accepted the packet capture, but its provisioning state is now")

// CreationFailed reports whether a creation failed by the word of the service,
// in contrast to one whose outcome could not be found out.
func CreationFailed(err error) bool {
	var response *azcore.ResponseError
	return errors.Is(err, errGivenUp) || errors.As(err, &response) && response.StatusCode < http.StatusBadRequest
}

func provisioningState(capture *armnetwork.PacketCaptureResult) string {
	if capture.Properties == nil || capture.Properties.ProvisioningState == nil {
		return ""
	}
	return string(*capture.Properties.ProvisioningState)
}

// Survived looks whether a capture whose creation the service reports as
// failed or cancelled exists all the same, as it was asked for, with a session
// that captures or has ended well. The status is nil if it is not known. Replacing it would end a running capture.
func (c *Creation) Survived(ctx context.Context) (*armnetwork.PacketCaptureResult, *armnetwork.PacketCaptureQueryStatusResult, bool) {
	found, err := c.client.get(ctx, c.id)
	if err != nil {
		return nil, nil, false
	}
	var status *armnetwork.PacketCaptureQueryStatusResult
	looks := 0
	err = c.client.waiter().Until(ctx, c.what(), func(ctx context.Context) (wait.Progress, error) {
		var progress wait.Progress
		var err error
		status, progress, err = c.client.status(ctx, c.id, followLocation)
		if err != nil {
			return progress, err
		}
		looks++
		progress.State = string(*status.PacketCaptureStatus)
		progress.Done = looks == wait.MaxFailures || *status.PacketCaptureStatus != armnetwork.PcStatusNotStarted
		return progress, nil
	})
	if err != nil {
		return nil, nil, false
	}
	well := *status.PacketCaptureStatus == armnetwork.PcStatusRunning ||
		*status.PacketCaptureStatus == armnetwork.PcStatusStopped && len(Errors(status)) == 0 && text(status.StopReason) != "Error"
	return found, status, well && matchesRequest(found.Properties, c.sent)
}
